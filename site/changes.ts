/** What differs between a chapter's file and the one of the chapter before, hunk by hunk, and what explains each hunk. */
import { structuredPatch } from "diff";
import { readMarkers, readRegions, withoutMarkers } from "../scripts/drift.ts";
import { type Chapter, programFiles, readSource } from "./chapters.ts";
import { isMarker } from "./regions.ts";

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
  const all = hunks.map(({ oldStart, oldLines, newStart, newLines }) => {
    const region = shown.find(({ from, to }) => newStart > from && newStart + newLines - 1 < to);
    const whole = markers.files.includes(file) ? `File ${file}` : undefined;
    const diff = markers.diffs.includes(file) ? `Diff ${file}` : undefined;
    const lines = withoutSame(before.split("\n"), after.split("\n"), {
      removed: range(oldStart - 1, oldLines),
      added: range(newStart - 1, newLines),
    });
    return {
      ...lines,
      position: lines.added[0] ?? newStart - 1,
      shownBy: diff ?? whole ?? (region ? `Region ${file} ${region.name}` : plumbing++),
    };
  });
  return all.filter(({ removed, added }) => removed.length + added.length > 0);
}

type Lines = Pick<Hunk, "removed" | "added">;

/** Markers of regions aren't shown; where one came or went, what is left at a hunk's edges may be the same. */
function withoutSame(before: readonly string[], after: readonly string[], lines: Lines): Lines {
  const removed = lines.removed.filter((i) => !isMarker(before[i] ?? ""));
  const added = lines.added.filter((i) => !isMarker(after[i] ?? ""));
  const same = (i: number, j: number) => before[removed.at(i) ?? -1] === after[added.at(j) ?? -1];
  while (removed.length > 0 && added.length > 0 && same(0, 0)) {
    removed.shift();
    added.shift();
  }
  while (removed.length > 0 && added.length > 0 && same(-1, -1)) {
    removed.pop();
    added.pop();
  }
  return { removed, added };
}

const range = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);
