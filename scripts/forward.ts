/**
 * `npm run forward -- 01 [FILE…]`: carries what was changed in chapter 01 since the last commit through the later
 * chapters: a three-way merge (`git merge-file`) of each chapter's file with the change. Conflicts stay in the file,
 * marked as git marks them, and end the command: mend them, and go on from that chapter.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { report } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { sourceFiles } from "./drift.ts";

const git = (...args: string[]): string =>
  execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

/** Carries the changes of one chapter's files forward; prints what it did; returns the exit status. */
export function forward(folder: string, number: string, wanted: readonly string[]): number {
  const chapters = readdirSync(folder)
    .filter((name) => /^\d/.test(name))
    .sort();
  const first = chapters.findIndex((name) => name === number || name.split("-")[0] === number);
  if (first < 0) throw new UserError(`${number}: there is no such chapter`, { hint: chapters.join(", ") });
  const source = path.join(folder, chapters[first] ?? "");
  const files = wanted.length > 0 ? wanted : changedFiles(source);
  if (files.length === 0) console.log(`nothing has changed in ${chapters[first]} since the last commit`);
  for (const file of files) {
    if (!existsSync(path.join(source, file))) throw new UserError(`${file}: not in ${chapters[first]}`);
    // What the chapter before had at the last commit, and what it has now, is the change to be carried.
    let from = path.join(source, file);
    let base = committed(from);
    for (const chapter of chapters.slice(first + 1)) {
      const into = path.join(folder, chapter, file);
      const nextBase = committed(into);
      if (!carry(from, base, into)) return 1;
      from = into;
      base = nextBase;
    }
  }
  return 0;
}

/** Tests and breakouts are a chapter's own: they are carried only where they are named. */
const changedFiles = (directory: string): string[] =>
  sourceFiles(directory).filter((file) => {
    const full = path.join(directory, file);
    return readFileSync(full, "utf8") !== committed(full);
  });

/** The file as of the last commit; empty where it wasn't there. */
function committed(file: string): string {
  try {
    return git("-C", path.dirname(file), "show", `HEAD:./${path.basename(file)}`);
  } catch {
    return "";
  }
}

/** Merges the change from `base` to the file `from` into the file `into`; false where both changed the same lines. */
function carry(from: string, base: string, into: string): boolean {
  if (!existsSync(into)) {
    mkdirSync(path.dirname(into), { recursive: true });
    copyFileSync(from, into);
    console.log(`${into}: new`);
    return true;
  }
  const was = readFileSync(into, "utf8");
  const folder = mkdtempSync(path.join(tmpdir(), "ft-docker-forward-"));
  try {
    const baseFile = path.join(folder, "base");
    writeFileSync(baseFile, base);
    const labels = ["-L", into, "-L", "before the change", "-L", from];
    const { status } = spawnSync("git", ["merge-file", "--diff3", ...labels, into, baseFile, from], {
      stdio: "inherit",
    });
    if (status === null || status < 0 || status > 127) throw new UserError(`${into}: git merge-file failed`);
    if (status > 0) {
      console.log(`${into}: ${status} conflict(s), marked in the file`);
      return false;
    }
    console.log(`${into}: ${readFileSync(into, "utf8") === was ? "has the change already" : "merged"}`);
    return true;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<number> {
  const [number, ...files] = process.argv.slice(2);
  if (!number)
    throw new UserError("forward: which chapter's change?", { hint: "npm run forward -- 01 [FILE…]" });
  return forward(path.join(import.meta.dirname, "..", "chapters"), number, files);
}

if (import.meta.filename === process.argv[1]) process.exitCode = await main().catch(report);
