/** Runs tests, and counts what they say at their end: a file of tests, or all of them in a guest. */
import { spawn } from "node:child_process";
import path from "node:path";

const repo = path.join(import.meta.dirname, "..");

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** A line for each: which test it is, and why it is skipped. */
  readonly skipped: readonly string[];
}

/** Where the text of tests goes while they run. */
export type Print = (text: string) => void;

export const NONE: Counts = { passed: 0, failed: 0, skipped: [] };

export const sum = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: [...a.skipped, ...b.skipped],
});

/** The last line of all tests: of the host's, of a guest's, of both. */
export const total = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed, ${skipped.length} skipped`;

/** uvu ends with "Total:", "Passed:" and "Skipped:"; before that our harness names what is skipped. */
export async function countFile(argv: readonly string[], print: Print): Promise<Counts> {
  const { output, status } = await watch(argv, /^skipped: .*\n/gm, print);
  const count = (name: string) =>
    Number(new RegExp(`^\\s*${name}:\\s+(\\d+)`, "m").exec(plain(output))?.[1] ?? 0);
  const failed = count("Total") - count("Passed");
  return {
    passed: count("Passed"),
    // A file that ends badly without a failed test has failed as a whole.
    failed: status === 0 ? failed : Math.max(failed, 1),
    skipped: output.match(/^skipped: .*$/gm) ?? [],
  };
}

/** The tests in a guest end as ours do; where they don't come to their end, or don't begin, that is one failure. */
export async function countGuest(argv: readonly string[], print: Print): Promise<Counts> {
  const { output, status } = await watch(argv, /^(skipped in .*|\d+ passed, .*)\n/gm, print);
  const [, passed = 0, failed = 0] = /^(\d+) passed, (\d+) failed, \d+ skipped$/m.exec(output) ?? [];
  return {
    passed: Number(passed),
    failed: status === 0 ? Number(failed) : Math.max(Number(failed), 1),
    skipped: output.match(/^skipped in .*$/gm) ?? [],
  };
}

/** Runs a command, and prints what it prints as it comes, without `hidden`. */
function watch(
  [command = "", ...args]: readonly string[],
  hidden: RegExp,
  print: Print,
): Promise<{ output: string; status: number | null }> {
  const child = spawn(command, args, { cwd: repo, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    print(text.replace(hidden, ""));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ output, status }));
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: uvu colours its words
const plain = (text: string): string => text.replace(/\x1b\[\d+m/g, "");
