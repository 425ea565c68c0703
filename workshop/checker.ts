/**
 * Checks a learner's code, as PID 1 of a stand-in for the host: `checker.ts FOLDER CHECK…`. Prints a line of JSON for each
 * claim, and stops at the first that doesn't hold.
 */
import path from "node:path";
import { bundleProgram } from "../scripts/bundles.ts";
import { ownHome } from "./home.ts";
import { type Check, Unmet, worldOf } from "./world.ts";

/** `check`: the file of the check that makes the claim. */
export interface Line {
  readonly check: string;
  readonly claim: string;
  /** What is the case instead, where the claim doesn't hold. */
  readonly hint?: string;
}

async function check(folder: string, checks: readonly string[]): Promise<void> {
  const home = await ownHome();
  const end = () => {
    killOthers();
    home.remove();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      end();
      process.exit(130);
    });
  let file = checks[0] ?? "";
  const print = (claim: string, hint?: string) =>
    console.log(JSON.stringify({ check: file, claim, hint } satisfies Line));
  try {
    const program = path.join(home.folder, "main.cjs");
    await bundle(path.join(folder, "main.ts"), program);
    const world = worldOf([process.execPath, program], print);
    for (file of checks) await ((await import(file)) as { default: Check }).default(world);
  } catch (error) {
    if (!(error instanceof Unmet)) throw error;
    print(error.message, error.hint);
  } finally {
    end();
  }
}

/** A bundle starts in a third of the time; esbuild says where a program is none. */
async function bundle(source: string, target: string): Promise<void> {
  try {
    await bundleProgram(source, target);
  } catch (error) {
    throw new Unmet("it is a program", (error as Error).message);
  }
}

/** kill(2): -1 is everybody but oneself, in this PID namespace. */
function killOthers(): void {
  try {
    process.kill(-1, "SIGKILL");
  } catch {
    // There is nobody.
  }
}

const [folder = "", ...checks] = process.argv.slice(2);
await check(folder, checks);
