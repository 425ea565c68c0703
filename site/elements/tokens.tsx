/** Lines of highlighted code; the kernel's words in them are links to their explanation. */
import type { ReactNode } from "react";
import type { Context } from "../context.ts";
import type { Token } from "../highlight.ts";
import { WORDS, wordId } from "../words/index.ts";

/** Syscalls in code stand in quotes; constants stand by themselves; files begin with a slash. */
const WORD = /"[a-z_0-9]+"|\b[A-Z][A-Z0-9_]{3,}\b|\/(?:proc|sys|dev|etc)[\w/]*/g;

/** `seen`: words that are links already in this block of code. */
export function Line({
  tokens,
  context,
  seen,
}: {
  tokens: readonly Token[];
  context: Context;
  seen: Set<string>;
}) {
  return tokens.map(({ text, kind, marked }, i) => {
    const content = kind === "c" ? text : linkWords(text, context, seen);
    const token = kind ? (
      <b key={i} className={kind}>
        {content}
      </b>
    ) : (
      content
    );
    return marked ? <mark key={i}>{token}</mark> : token;
  });
}

export function linkWords(text: string, context: Context, seen: Set<string>): ReactNode {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    const name = match[0].replaceAll('"', "");
    const at = match.index + match[0].indexOf(name);
    if (!WORDS.has(name) || seen.has(name)) continue;
    seen.add(name);
    parts.push(text.slice(end, at), <WordLink key={name} name={name} context={context} />);
    end = at + name.length;
  }
  return parts.length === 0 ? text : [...parts, text.slice(end)];
}

export const WordLink = ({ name, context }: { name: string; context: Context }) => (
  <a className="w" href={`${context.root}words/#${wordId(name)}`}>
    {name}
  </a>
);
