/** The learner's own code, in `mine/CHAPTER`: nothing in it is changed or removed without a copy. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Code } from "./states.ts";

export const repo = path.join(import.meta.dirname, "..");

/** Two levels below the repository, as chapters are: the same imports lead to the same files. */
export const mine = path.join(repo, "mine");
export const folderOf = (chapter: string): string => path.join(mine, chapter);
export const isStarted = (chapter: string): boolean => existsSync(folderOf(chapter));

/** For the editor: the project's rules hold here too, and `npm run check` doesn't look at it. */
const TSCONFIG = `${JSON.stringify({ extends: "../tsconfig.json", include: ["**/*.ts"] }, null, 2)}\n`;

/** Whole or not at all: the folder appears when all of its files are there. */
export function handOut(chapter: string, code: Code): void {
  const draft = path.join(mine, `.${chapter}.${process.pid}`);
  mkdirSync(draft, { recursive: true });
  if (!existsSync(path.join(mine, "tsconfig.json")))
    writeFileSync(path.join(mine, "tsconfig.json"), TSCONFIG);
  for (const [name, text] of code) writeFileSync(path.join(draft, name), text);
  renameSync(draft, folderOf(chapter));
}

/** Writes what differs. Returns the names of those files, and where the copy of the folder is as it was before. */
export function replace(chapter: string, code: Code): { names: string[]; copy: string | undefined } {
  const names = [...code].filter(([name, text]) => readMine(chapter, name) !== text).map(([name]) => name);
  if (names.length === 0) return { names, copy: undefined };
  const copy = newCopy(chapter);
  cpSync(folderOf(chapter), copy, { recursive: true });
  for (const name of names) writeFileSync(path.join(folderOf(chapter), name), code.get(name) ?? "");
  return { names, copy };
}

/** Empty where there is no such file. */
export function readMine(chapter: string, name: string): string {
  const file = path.join(folderOf(chapter), name);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** A name for a copy that there isn't yet: mine/copies/CHAPTER-1, and so on. */
function newCopy(chapter: string): string {
  const folder = path.join(mine, "copies");
  mkdirSync(folder, { recursive: true });
  const numbers = readdirSync(folder)
    .filter((name) => name.startsWith(`${chapter}-`))
    .map((name) => Number(name.slice(chapter.length + 1)));
  return path.join(folder, `${chapter}-${Math.max(0, ...numbers) + 1}`);
}
