/** Parts of source files as the texts show them: a region by its marker, with some lines around it. */
import { readRegions } from "../scripts/drift.ts";

/** Lines of a file, by their indexes from 0, with the place at which they stand. */
export interface Excerpt {
  readonly before: readonly number[];
  readonly lines: readonly number[];
  readonly after: readonly number[];
  /** The declaration that stands above them: where in the file one is. */
  readonly follows: string | undefined;
}

/** How many lines of the surroundings are shown. */
const CONTEXT = 2;
const MARKER = /^\s*\/\/ #(end)?region /;
const DECLARATION = /^(?:export )?(?:async )?(?:function|const|class|interface|type) (\w+)/;

export const isMarker = (line: string): boolean => MARKER.test(line);

/** Throws where the file has no such region, or where it is empty. */
export function readExcerpt(source: string, file: string, name: string): Excerpt {
  const all = source.split("\n");
  const span = readRegions(source).find((each) => each.name === name);
  if (!span || span.from === 0) throw new Error(`${file}: there is no region ${name}`);
  const indexes = all.map((_, i) => i).filter((i) => !isMarker(all[i] ?? ""));
  const isText = (i: number) => all[i]?.trim() !== "";
  const above = indexes.filter((i) => i < span.from);
  const below = indexes.filter((i) => i >= span.to);
  const lines = indexes.filter((i) => i >= span.from && i < span.to - 1);
  if (!lines.some(isText)) throw new Error(`${file}: region ${name} is empty`);
  const before = above.slice(-CONTEXT);
  const after = below.slice(0, CONTEXT);
  return {
    before: before.slice(before.findIndex(isText)).filter(() => before.some(isText)),
    lines,
    after: after.slice(0, after.findLastIndex(isText) + 1),
    follows: above.map((i) => DECLARATION.exec(all[i] ?? "")?.[1]).findLast((each) => each !== undefined),
  };
}

/** A whole file, without its markers. */
export function wholeFile(source: string): Excerpt {
  const all = source.replace(/\n$/, "").split("\n");
  const lines = all.map((_, i) => i).filter((i) => !isMarker(all[i] ?? ""));
  return { before: [], lines, after: [], follows: undefined };
}
