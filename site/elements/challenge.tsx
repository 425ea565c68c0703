/** `<Challenge>`: a task; below it the patch that solves it, where the chapter has one. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ReactNode } from "react";
import { repo } from "../chapters.ts";
import type { Context } from "../context.ts";

interface Props {
  readonly context: Context;
  readonly name: string;
  readonly title: string;
  readonly children?: ReactNode;
}

export function Challenge({ context, name, title, children }: Props) {
  const id = `${context.prefix}challenge-${name}`;
  const patch = path.join(repo, "chapters", context.chapter.name, "challenges", `${name}.patch`);
  return (
    <section className="challenge">
      <h3 id={id}>
        <a href={`#${id}`}>{title}</a>
      </h3>
      {children}
      {existsSync(patch) && (
        <details className="solution">
          <summary>A solution in code</summary>
          <Patch text={readFileSync(patch, "utf8")} />
        </details>
      )}
    </section>
  );
}

/** The lines that tell git which file it is are for git. */
const Patch = ({ text }: { text: string }) => (
  <pre className="hunk" tabIndex={0}>
    <code>
      {text
        .trimEnd()
        .split("\n")
        .filter((line) => !/^(diff|index) /.test(line))
        .map((line, i) => {
          if (/^\+(?!\+\+)/.test(line)) return <ins key={i}>{`${line}\n`}</ins>;
          if (/^-(?!--)/.test(line)) return <del key={i}>{`${line}\n`}</del>;
          return `${line}\n`;
        })}
    </code>
  </pre>
);
