/** Which words of changed lines are the change. */
import { diffWordsWithSpace } from "diff";

/** From and to, in characters of a line. */
export type Range = readonly [from: number, to: number];

export interface Marks {
  /** For each line that went, and for each that came. */
  readonly removed: readonly (readonly Range[])[];
  readonly added: readonly (readonly Range[])[];
}

/** Below this part of what they have in common, lines are others, not changed ones. */
const ALIKE = 0.4;

export function marksOf(removed: readonly string[], added: readonly string[]): Marks {
  const parts = diffWordsWithSpace(removed.join("\n"), added.join("\n"));
  const letters = (text: string) => text.replace(/\s/g, "").length;
  const same = parts.reduce((sum, { value, ...part }) => sum + (isChange(part) ? 0 : letters(value)), 0);
  const shorter = Math.min(letters(removed.join("")), letters(added.join("")));
  if (shorter === 0 || same / shorter < ALIKE)
    return { removed: removed.map(() => []), added: added.map(() => []) };
  const side = (lines: readonly string[], other: "added" | "removed") =>
    byLine(lines, rangesOf(parts.filter((part) => !part[other])));
  return { removed: side(removed, "added"), added: side(added, "removed") };
}

interface Part {
  readonly added?: boolean;
  readonly removed?: boolean;
}

const isChange = ({ added, removed }: Part): boolean => added === true || removed === true;

/** Of the text that the parts are together. */
function rangesOf(parts: readonly (Part & { readonly value: string })[]): Range[] {
  let at = 0;
  return parts.flatMap((part): Range[] => {
    const from = at;
    at += part.value.length;
    return isChange(part) ? [[from, at]] : [];
  });
}

/** Not those that are a whole line, or space: a line's sign says enough. */
function byLine(lines: readonly string[], ranges: readonly Range[]): Range[][] {
  let start = 0;
  return lines.map((line) => {
    const begin = start;
    start += line.length + 1;
    const cut = ranges
      .map(([from, to]): Range => [Math.max(from - begin, 0), Math.min(to - begin, line.length)])
      .filter(([from, to]) => from < to && line.slice(from, to).trim() !== "");
    return joined(line, cut).filter(([from, to]) => line.slice(from, to).trim() !== line.trim());
  });
}

/** Neighbours with nothing but space between them are one. */
function joined(line: string, ranges: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const range of ranges) {
    const last = all.at(-1);
    if (last && line.slice(last[1], range[0]).trim() === "") all[all.length - 1] = [last[0], range[1]];
    else all.push(range);
  }
  return all;
}
