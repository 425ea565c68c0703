/**
 * What the checks of the exercises have: the learner's runtime, started in the stand-in for the host, and the kernel's own
 * account of what came of it. A hint tells of that state, not of the code.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { statOf } from "./kernel.ts";

/** A claim that doesn't hold, with what is the case instead. */
export class Unmet extends Error {
  override name = "Unmet";
  readonly hint: string;

  constructor(claim: string, hint: string) {
    super(claim);
    this.hint = hint;
  }
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process in the learner's container, which runs while it is looked at. */
export interface Inside {
  /** As the stand-in counts. */
  readonly pid: number;
  /** What the script has printed. */
  readonly output: string;
  /** The runtime's. */
  readonly runtime: number;
}

export interface World {
  /** Throws `Unmet` where it doesn't hold. */
  claim(what: string, holds: boolean, hint: () => string): void;
  /** Runs `main.ts WORDS` to its end. */
  run(...words: string[]): Promise<Ended>;
  /**
   * Runs `main.ts run FLAGS /bin/sh -c SCRIPT`, and when the script is done and its shell still there, `look`s. Throws
   * `Unmet` where the runtime ends before that; `gone` says what that means.
   */
  container(
    flags: readonly string[],
    script: string,
    look: (inside: Inside) => void | Promise<void>,
    gone?: (ended: Ended) => string,
  ): Promise<void>;
}

/** A check makes its claims in the order in which they build upon each other. */
export type Check = (world: World) => Promise<void>;

/** In seconds: a list that hangs (a read that nobody answers) is as good as one that fails. */
const PATIENCE = 60;
const READY = "ready-to-be-looked-at";

/** `met` is called with each claim that holds. */
export function worldOf(command: readonly string[], met: (claim: string) => void): World {
  return {
    claim(what, holds, hint) {
      if (!holds) throw new Unmet(what, hint());
      met(what);
    },
    run: (...words) => start([...command, ...words]).ended,
    async container(flags, script, look, gone = () => "") {
      const lines = `${script}\necho ${READY}; read _`;
      const { child, ended, printed } = start([...command, "run", ...flags, "/bin/sh", "-c", lines]);
      const output = await Promise.race([printed(READY), ended]);
      if (typeof output !== "string")
        throw new Unmet("the command runs", [gone(output), said(output)].join(" ").trim());
      const runtime = child.pid ?? -1;
      const shell = findShell(runtime);
      try {
        if (shell === undefined)
          throw new Unmet(
            "the command is the runtime's child",
            `Process ${runtime}, your runtime, has no child that is a shell.`,
          );
        await look({ pid: shell, output: output.replaceAll("\r", ""), runtime });
      } finally {
        // The runtime puts the host back, if it still can.
        if (shell === undefined) child.kill("SIGKILL");
        else process.kill(shell, "SIGKILL");
        await ended;
      }
    },
  };
}

/** How a runtime ended that should still be there. */
export function said({ status, stdout, stderr }: Ended): string {
  const how =
    status === null ? `was killed (after ${PATIENCE} s, if nobody else did)` : `ended with status ${status}`;
  const text = `${stderr}${stdout}`.trim();
  return `Your runtime ${how}${text ? `, and said:\n${text.split("\n").slice(0, 8).join("\n")}` : ", and said nothing."}`;
}

function start([file = "", ...args]: readonly string[]) {
  const child = spawn(file, args, { stdio: "pipe" });
  const output = { stdout: "", stderr: "" };
  const patience = setTimeout(() => child.kill("SIGKILL"), PATIENCE * 1000);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      clearTimeout(patience);
      resolve({ status, ...output });
    });
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  return { child, ended, printed: (word: string) => untilPrinted(child, word) };
}

/** Resolves with what was printed before the word. */
function untilPrinted(child: ChildProcess, word: string): Promise<string> {
  let text = "";
  return new Promise((resolve) => {
    child.stdout?.on("data", (part: string) => {
      text += part;
      const [before = "", after] = text.split(word);
      if (after !== undefined) resolve(before);
    });
  });
}

/** The shell in the container is the runtime's own child. */
function findShell(runtime: number): number | undefined {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.find((pid) => parentOf(pid) === runtime && isShell(pid));
}

/** 0 for a process that has ended meanwhile. */
function parentOf(pid: number): number {
  try {
    return statOf(pid).parent;
  } catch {
    return 0;
  }
}

const isShell = (pid: number): boolean =>
  readFileSync(`/proc/${pid}/cmdline`, "latin1").startsWith("/bin/sh\0");
