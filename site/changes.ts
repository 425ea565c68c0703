/** What differs between a chapter's file and the one of the chapter before, hunk by hunk, and what explains each hunk. */
import { structuredPatch } from "diff";
import { readMarkers, readRegions, withoutMarkers } from "../scripts/drift.ts";
import { type Chapter, programFiles, readSource } from "./chapters.ts";

export interface Hunk {
  /** Lines of the two files, as indexes from 0. */
  readonly removed: readonly number[];
  readonly added: readonly number[];
  /** Where it is in the new file: the index of the line that follows what is gone. */
  readonly position: number;
  /** What shows it: "Region FILE NAME", "File FILE", "Diff FILE"; or the number of its line of plumbing. */
  readonly shownBy: string | number;
}

export interface FileChange {
  readonly file: string;
  /** Empty where the file is new. */
  readonly before: string;
  readonly after: string;
  readonly hunks: readonly Hunk[];
}

/** The files that differ, in the order of their names; drift.ts has made sure that each hunk is explained. */
export function changesOf(chapter: Chapter): FileChange[] {
  return programFiles(chapter.name).flatMap((file) => {
    const after = readSource(chapter.name, file) ?? "";
    const before = (chapter.before && readSource(chapter.before, file)) ?? "";
    if (withoutMarkers(before) === withoutMarkers(after)) return [];
    return [{ file, before, after, hunks: hunksOf(chapter, file, before, after) }];
  });
}

export function hunksOf(chapter: Chapter, file: string, before: string, after: string): Hunk[] {
  const markers = readMarkers(chapter.mdx);
  const shown = readRegions(after).filter((span) =>
    markers.regions.some((region) => region.file === file && region.name === span.name),
  );
  let plumbing = 0;
  const { hunks } = structuredPatch("", "", withoutMarkers(before), withoutMarkers(after), "", "", {
    context: 0,
  });
  return hunks.map(({ oldStart, oldLines, newStart, newLines }) => {
    const region = shown.find(({ from, to }) => newStart > from && newStart + newLines - 1 < to);
    const whole = markers.files.includes(file) ? `File ${file}` : undefined;
    const diff = markers.diffs.includes(file) ? `Diff ${file}` : undefined;
    return {
      removed: range(oldStart - 1, oldLines),
      added: range(newStart - 1, newLines),
      position: newStart - 1,
      shownBy: diff ?? whole ?? (region ? `Region ${file} ${region.name}` : plumbing++),
    };
  });
}

const range = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);
