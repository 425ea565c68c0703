/** `<Challenge>`: a task; below it a link to the patch that solves it, where the chapter has one. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { ReactNode } from "react";
import { repo } from "../chapters.ts";
import { type Context, sourceAddress } from "../context.ts";
import { curly } from "../typography.ts";

interface Props {
  readonly context: Context;
  readonly name: string;
  readonly title: string;
  readonly children?: ReactNode;
}

export function Challenge({ context, name, title, children }: Props) {
  const id = `${context.prefix}challenge-${name}`;
  const patch = `chapters/${context.chapter.name}/challenges/${name}.patch`;
  return (
    <section className="challenge">
      <h3 id={id}>
        <a href={`#${id}`}>{curly(title)}</a>
      </h3>
      {children}
      {existsSync(path.join(repo, patch)) && (
        <p className="patch">
          <a href={sourceAddress(context.root, patch)}>A solution in code</a>
        </p>
      )}
    </section>
  );
}
