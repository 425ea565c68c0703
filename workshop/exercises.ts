/**
 * The exercises: small steps from the chapter before to the chapter. Each is a text (`N-name.md`), a check of what the
 * learner's runtime does (`N-name.check.ts`), and a patch (`N-name.patch`), which is its solution. The last one's solution is
 * the chapter as it stands; all patches taken off that, it does what the chapter before did.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../common/errors.ts";

const folder = path.join(import.meta.dirname, "exercises");

export interface Exercise {
  /** Its folder's name, which is the chapter's: "03-pid-mnt" */
  readonly chapter: string;
  /** From 1. */
  readonly number: number;
  /** "03.2" */
  readonly id: string;
  readonly title: string;
  /** Markdown, like `why`. */
  readonly task: string;
  /** From the idea to the call; the lines themselves are the patch's. */
  readonly hints: readonly string[];
  /** Why it works: for after the success. */
  readonly why: string;
  readonly patch: string;
  /** The file of the check. */
  readonly check: string;
}

export const chapters = (): string[] => readdirSync(folder).sort();

/** The folder's name of a chapter that is named by it, or by its number: "3", "03". Throws a UserError where there is none. */
export function findChapter(word: string | undefined): string {
  const found = chapters().find(
    (name) => name === word || Number(name.split("-")[0]) === Number(word || NaN),
  );
  if (found) return found;
  throw new UserError(`${word ?? "start"}: ${word ? "there is no such chapter" : "which chapter?"}`, {
    hint: `one of ${chapters().join(", ")}`,
  });
}

export function exercisesOf(chapter: string): Exercise[] {
  const names = readdirSync(path.join(folder, chapter)).filter((name) => name.endsWith(".md"));
  return names.sort().map((name) => read(chapter, name.replace(/\.md$/, "")));
}

function read(chapter: string, name: string): Exercise {
  const file = (ending: string) => path.join(folder, chapter, `${name}.${ending}`);
  const [first = "", ...sections] = readFileSync(file("md"), "utf8")
    .split(/^## .*\n/m)
    .map((text) => text.trim());
  const [, title = "", task = ""] = /^# (.*)\n([\s\S]*)$/.exec(first) ?? [];
  const number = Number.parseInt(name, 10);
  return {
    chapter,
    number,
    id: `${chapter.split("-")[0]}.${number}`,
    title,
    task: task.trim(),
    hints: sections.slice(0, -1),
    why: sections.at(-1) ?? "",
    patch: readFileSync(file("patch"), "utf8"),
    check: file("check.ts"),
  };
}
