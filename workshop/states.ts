/** What a chapter's code is after each of its exercises: the finished chapter, without the patches of those that come later. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { applyPatch, parsePatch, reversePatch } from "diff";
import { sourceFiles } from "../scripts/drift.ts";
import { type Exercise, exercisesOf } from "./exercises.ts";

const repo = path.join(import.meta.dirname, "..");

/** Texts by their file's name. */
export type Code = ReadonlyMap<string, string>;

/** `solved`: how many exercises are solved in it. Throws where a patch doesn't fit the chapter exactly. */
export function codeAfter(chapter: string, solved: number): Code {
  const directory = path.join(repo, "chapters", chapter);
  const code = new Map(
    sourceFiles(directory).map((name) => [name, readFileSync(path.join(directory, name), "utf8")]),
  );
  for (const exercise of exercisesOf(chapter).slice(solved).reverse()) takeOff(exercise, code);
  return code;
}

function takeOff({ id, patch }: Exercise, code: Map<string, string>): void {
  for (const change of parsePatch(patch)) {
    const name = path.basename(change.newFileName ?? "");
    const without = applyPatch(code.get(name) ?? "", reversePatch(change), { fuzzFactor: 0 });
    if (without === false) throw new Error(`the patch of ${id} doesn't fit ${name}`);
    code.set(name, without);
  }
}

/** The lines that solve an exercise, as the patch has them: what goes, what comes, and a few around. */
export function linesOf({ chapter, patch }: Exercise): string {
  return parsePatch(patch)
    .flatMap(({ newFileName = "", hunks }) => [
      path.join("mine", chapter, path.basename(newFileName)),
      ...hunks.flatMap(({ lines }) => lines.map((line) => `  ${line}`)),
    ])
    .join("\n");
}
