/** Lines that went and lines that came. Signs tell them apart as well as colours. */

import type { FileChange, Hunk } from "../changes.ts";
import type { Context } from "../context.ts";
import { highlight, languageOf, type Token } from "../highlight.ts";
import { marksOf, type Range } from "../marks.ts";
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
  const textBefore = before.split("\n");
  const { removed, added } = hunk;
  const marks = marksOf(
    removed.map((i) => textBefore[i] ?? ""),
    added.map((i) => text[i] ?? ""),
  );
  const line = (tokens: readonly Token[] = [], ranges: readonly Range[] = []) => (
    <Line tokens={markTokens(tokens, ranges)} context={context} seen={seen} />
  );
  return (
    <>
      {around > 0 && <i className="x">{grey(first - around, first)}</i>}
      {removed.map((i, n) => (
        <del key={`-${i}`}>
          {"- "}
          {line(olds[i], marks.removed[n])}
          {"\n"}
        </del>
      ))}
      {added.map((i, n) => (
        <ins key={`+${i}`}>
          {"+ "}
          {line(news[i], marks.added[n])}
          {"\n"}
        </ins>
      ))}
      {around > 0 && (
        <i className="x">{grey(first + hunk.added.length, first + hunk.added.length + around)}</i>
      )}
    </>
  );
}

/** Tokens are cut where a marked part begins or ends. */
function markTokens(tokens: readonly Token[], ranges: readonly Range[]): Token[] {
  const cuts = ranges.flat();
  let at = 0;
  return tokens.flatMap((token) => {
    const from = at;
    at += token.text.length;
    const inside = cuts.filter((cut) => cut > from && cut < at);
    const edges = [from, ...inside, at];
    return edges.slice(1).map((end, i) => {
      const begin = edges[i] ?? from;
      const marked = ranges.some(([first, last]) => first <= begin && end <= last);
      return { ...token, text: token.text.slice(begin - from, end - from), ...(marked && { marked }) };
    });
  });
}
