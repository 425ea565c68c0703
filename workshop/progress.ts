/** What the learner has done, in `mine/progress.json`: it is written whole or not at all. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { UserError } from "../common/errors.ts";
import { mine } from "./mine.ts";

const Progress = v.object({
  /** The chapter at work, by its folder's name. */
  chapter: v.optional(v.string()),
  /** By the exercise's id. */
  done: v.array(v.string()),
  /** How many of an exercise's hints were shown. */
  hints: v.record(v.string(), v.number()),
});
export type Progress = v.InferOutput<typeof Progress>;

const file = path.join(mine, "progress.json");

/** Throws a UserError where the file isn't what was written. */
export function readProgress(): Progress {
  if (!existsSync(file)) return { chapter: undefined, done: [], hints: {} };
  try {
    return v.parse(Progress, JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new UserError("mine/progress.json: it can't be read", {
      hint: "move it away: your code stays, and 'check' finds again what is solved",
    });
  }
}

export function writeProgress(progress: Progress): void {
  mkdirSync(mine, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(progress, null, 2)}\n`);
  renameSync(`${file}.${process.pid}`, file);
}
