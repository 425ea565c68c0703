/** Lines that went and lines that came. Signs tell them apart as well as colours. */

import type { FileChange, Hunk } from "../changes.ts";
import type { Context } from "../context.ts";
import { highlight, languageOf } from "../highlight.ts";
import { isMarker } from "../regions.ts";
import { Line } from "./tokens.tsx";

interface Props {
  readonly context: Context;
  readonly change: FileChange;
  readonly hunk: Hunk;
}

/** A hunk, with `around` lines of what is the same before and after it. */
export function HunkLines({ context, change, hunk, around = 0 }: Props & { around?: number }) {
  const { file, before, after } = change;
  const olds = highlight(before, languageOf(file));
  const news = highlight(after, languageOf(file));
  const text = after.split("\n");
  const seen = new Set<string>();
  const first = hunk.added[0] ?? hunk.position;
  const grey = (from: number, to: number) =>
    text
      .slice(Math.max(from, 0), to)
      .filter((line) => !isMarker(line) && line.trim() !== "")
      .map((line) => `  ${line}\n`)
      .join("");
  const line = (tokens: (typeof olds)[number] | undefined) => (
    <Line tokens={tokens ?? []} context={context} seen={seen} />
  );
  const removed = hunk.removed.filter((i) => !isMarker(before.split("\n")[i] ?? ""));
  const added = hunk.added.filter((i) => !isMarker(text[i] ?? ""));
  return (
    <>
      {around > 0 && <i className="x">{grey(first - around, first)}</i>}
      {removed.map((i) => (
        <del key={`-${i}`}>
          {"- "}
          {line(olds[i])}
          {"\n"}
        </del>
      ))}
      {added.map((i) => (
        <ins key={`+${i}`}>
          {"+ "}
          {line(news[i])}
          {"\n"}
        </ins>
      ))}
      {around > 0 && (
        <i className="x">{grey(first + hunk.added.length, first + hunk.added.length + around)}</i>
      )}
    </>
  );
}
