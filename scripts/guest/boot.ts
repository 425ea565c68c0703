/**
 * Runs a command in a guest. The guest talks through files that its kernel's program is given: 3 carries "ready" and
 * "exit N", 4 and 5 the command's stdout and stderr, 6 the kernel's console.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import type { Backend, Machine } from "./backend.ts";

export interface Job {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The command's working directory. */
  readonly directory: string;
  /** A folder that stays in sight of the guest wherever it is. */
  readonly checkout: string;
  /** In seconds: a guest that runs longer is taken for hung. */
  readonly limit: number;
}

export type Outcome =
  | { readonly kind: "exit"; readonly status: number }
  /** The guest's init never ran. */
  | { readonly kind: "no boot"; readonly console: string }
  /** It ran, and then came no exit status. */
  | { readonly kind: "lost"; readonly console: string };

/** In seconds: how long a guest that has told its exit status may take to switch itself off; some kernels hang there. */
const END_LIMIT = 10;

/** How much of the console's text is kept for an error message, in characters. */
const TAIL = 4000;

/**
 * Boots a guest, runs the command there, and passes its output on as it comes. Whatever ends this process, the kernel ends
 * the guest with it: setpriv's signal reaches unshare, unshare's the first process of the namespaces, and that was all.
 */
export function runInGuest(backend: Backend, machine: Machine, job: Job): Promise<Outcome> {
  const { argv, env } = backend.boot(machine);
  const settings = [`CHECKOUT=${quote(job.checkout)}`, `MODULES=${quote(backend.modules())}`];
  const namespaces = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"];
  const enter = path.join(import.meta.dirname, "enter.sh");
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "unshare", ...namespaces, enter, ...argv], {
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
    // No key of our terminal reaches it: what a signal means is decided here.
    detached: true,
    env: {
      ...env,
      PATH: process.env.PATH ?? "",
      SIZE: String(machine.memory + 256),
      COMMAND: script(job),
      SETTINGS: settings.join("\n"),
    },
  });
  const [, ownOut, ownErr, control, out, err, serial] = child.stdio as unknown as Readable[];
  let console = "";
  for (const stream of [ownOut, ownErr, serial]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      console = (console + text).slice(-TAIL);
    });
  }
  out?.pipe(process.stdout, { end: false });
  err?.pipe(process.stderr, { end: false });

  const end = () => child.kill("SIGKILL");
  let timer = setTimeout(end, backend.bootLimit * 1000);
  let said = "";
  control?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    clearTimeout(timer);
    timer = setTimeout(end, 1000 * (EXIT.test(said) ? END_LIMIT : job.limit));
  });
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      end();
      child.on("close", () => process.exit(128 + constants.signals[name]));
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      const status = EXIT.exec(said)?.[1];
      if (status !== undefined) return resolve({ kind: "exit", status: Number(status) });
      resolve({ kind: said === "" ? "no boot" : "lost", console });
    });
  });
}

/** What the guest's init says last. */
const EXIT = /^exit (\d+)$/m;

/** The command as a shell script. */
function script({ command, env, directory }: Job): string {
  const variables = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}`);
  return [...variables, `cd ${quote(directory)} || exit 125`, `exec ${command.map(quote).join(" ")}`].join(
    "\n",
  );
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
