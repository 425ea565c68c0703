/** The elements that are prose: words of the glossary, troubles, challenges, notes for teachers, links to sources. */
import type { ReactNode } from "react";
import { type Context, slug, sourceAddress } from "../context.ts";

interface Props {
  readonly context: Context;
  readonly children?: ReactNode;
}

export function Term({ context, name, means, children }: Props & { name: string; means?: string }) {
  const id = means ? `${context.prefix}term-${slug(name)}` : undefined;
  const word = (
    <a className="term" href={`${context.root}glossary/#${slug(name)}`}>
      {children ?? name}
    </a>
  );
  return id ? <dfn id={id}>{word}</dfn> : word;
}

/** What stands on one of the chapter's pages. */
export const PagePart = ({ context: { page }, name, children }: Props & { name: string }) =>
  page === undefined || page === name ? children : null;

export const Source = ({ context, file }: Props & { file: string }) => (
  <a href={sourceAddress(context.root, file)}>
    <code>{file.split("/").slice(-2).join("/")}</code>
  </a>
);

export const Trouble = ({ sees, children }: { sees: string; children?: ReactNode }) => (
  <details className="trouble">
    <summary>
      <b>You see something else?</b> <samp>{sees}</samp>
    </summary>
    {children}
  </details>
);

const KINDS: Readonly<Record<string, string>> = {
  ask: "a question for the class",
  demo: "something to show",
  "watch-out": "where people stumble",
};

export const Teacher = ({ kind, children }: { kind: string; children?: ReactNode }) => (
  <details className="teacher">
    <summary>
      <b>For teachers</b> {KINDS[kind] ?? kind}
    </summary>
    {children}
  </details>
);

export const Question = ({ children }: { children?: ReactNode }) => (
  <div className="question">{children}</div>
);

export const Answer = ({ children }: { children?: ReactNode }) => (
  <details className="answer">
    <summary>Answer</summary>
    {children}
  </details>
);

export const Hint = ({ children }: { children?: ReactNode }) => (
  <details className="hint">
    <summary>Hint</summary>
    {children}
  </details>
);

export const Solution = ({ children }: { children?: ReactNode }) => (
  <details className="solution">
    <summary>Solution</summary>
    {children}
  </details>
);
