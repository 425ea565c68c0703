/** Runs the learner's `main.ts run …`, as PID 1 of a stand-in for the host: `runner.ts FOLDER WORD…`. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import path from "node:path";
import { node } from "../scripts/root.ts";
import { ownHome } from "./home.ts";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function run(folder: string, words: readonly string[]): Promise<number> {
  const { remove } = await ownHome();
  const [file = "", ...args] = node(path.join(folder, "main.ts"), words);
  const child = spawn(file, args, { stdio: "inherit" });
  // Ctrl-C reaches the child by itself, and PID 1 has to live until that has ended.
  for (const name of FORWARDED) process.on(name, () => name !== "SIGINT" && child.kill(name));
  const status = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  remove();
  return status;
}

const [folder = "", ...words] = process.argv.slice(2);
process.exit(await run(folder, words));
