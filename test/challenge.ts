/**
 * The checks of the challenges: `sudo npx tsx chapters/NN-name/challenges/NAME.check.ts` runs one against the chapter as it
 * is now, says whether it does what is asked for, and ends with 0 if it does.
 */
import { type Result, run, runtime } from "./harness.ts";

/** What a check may do: run the chapter's `main.ts` with these words after `run`. */
type Command = (...words: string[]) => Promise<Result>;

/** Ends the process: with 0 where the check passes, with 1 and a line that tells what is missing where it throws. */
export async function challenge(chapter: string, check: (command: Command) => Promise<void>): Promise<void> {
  try {
    await check((...words) => run([...runtime(chapter), "run", ...words]));
    console.log("done: it does what was asked for");
  } catch (error) {
    console.log(`not yet: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

/** Throws with both texts, where they differ. */
export function same(actual: string, expected: string, what: string): void {
  if (actual !== expected)
    throw new Error(`${what} gives ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}
