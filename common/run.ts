/** Running a program from beginning to end: what is the same for every container, whatever its list of syscalls. */
import { constants } from "node:os";
import path from "node:path";
import { formatCall, formatErrno, formatProgram, toJSON } from "../syscall/format.ts";
import { type Executed, exitStatus, type Launched, launch } from "../syscall/launch.ts";
import { captureSources, flatten, type Item, isAct } from "../syscall/program.ts";
import { restoreBlocking } from "./blocking.ts";
import type { Flags, Values } from "./cli.ts";
import { print, say } from "./cli.ts";
import { UserError } from "./errors.ts";
import { Ledger, startTime } from "./ledger.ts";
import { isTerminal } from "./termios.ts";
import type { Change } from "./undo.ts";

/** The flags of `run` that every chapter has. */
export const RUN_FLAGS: Flags = {
  tty: {
    short: "t",
    help: "give the command a terminal of its own (default: if stdin and stdout are terminals)",
  },
  interactive: { short: "i", help: "accepted for the habit of 'run -it': the command always has our stdin" },
  explain: { value: "json", optionalValue: true, help: "print the list of syscalls and run nothing" },
  trace: { help: "print each syscall of the list with its result, to stderr" },
};

/** For the help of what runs a command. */
export const COMMAND_STATUS =
  "The command's own; 128 + N where signal N ended it; 127 where it wasn't found, 126 where it can't be executed; 125 where the runtime couldn't do something.";

export interface RunOptions {
  readonly tty: boolean;
  readonly explain: "text" | "json" | undefined;
  readonly trace: boolean;
}

export function runOptions(values: Values): RunOptions {
  const [format] = values.explain ?? [];
  if (format && format !== "json") {
    throw new UserError(`--explain=${format}: no such format`, { hint: "--explain or --explain=json" });
  }
  const explain = format === undefined ? undefined : format === "json" ? "json" : "text";
  const trace = values.trace?.[0] === "true";
  if (explain || trace) captureSources();
  const terminals = isTerminal(0) && isTerminal(1);
  return { tty: values.tty ? values.tty[0] === "true" : terminals, explain, trace };
}

/** Everybody's mistake once: `run` without a command. */
export function commandOf(words: readonly string[]): readonly string[] {
  if (words[0] === undefined || words[0] === "") {
    throw new UserError("run: no command", { hint: "run /bin/sh" });
  }
  return words;
}

/** Namespaces are made by root (chapter 06 shows how an ordinary user makes them); `--explain` makes none. */
export function requireRoot(options: RunOptions): void {
  if (options.explain || process.geteuid?.() === 0) return;
  const [, script = "", ...words] = process.argv;
  throw new UserError("run: only root may make namespaces", {
    hint: `sudo npx tsx ${path.relative("", script)} ${words.join(" ")}`,
  });
}

/** The signals that reach the command when they are sent to the runtime. */
const FORWARDED = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGUSR1",
  "SIGUSR2",
  "SIGWINCH",
  "SIGCONT",
  "SIGTSTP",
] as const satisfies readonly NodeJS.Signals[];

/** What a run needs beside its program. */
export interface Needs {
  /** Changes to the host that the program makes: they are undone when it has ended. */
  readonly changes?: readonly Change[];
  /** More of them, chosen by what the other runs have: nobody else chooses meanwhile. */
  readonly claims?: ((others: readonly Change[]) => readonly Change[]) | undefined;
  /** Values for the program's slots. */
  readonly slots?: Readonly<Record<string, number>>;
  /** Called when the command runs, with its process. */
  readonly started?: (pid: number) => void;
  /** Called when the command has ended, before the changes are undone. */
  readonly ended?: (status: number) => void;
  /** The master's end of the command's terminal, where it isn't the child that opens it. */
  readonly terminal?: number | undefined;
  /** Nobody waits for the command: all is over when it runs. */
  readonly detached?: boolean;
}

/** Runs the program (or explains it) and returns the exit status of the command: see exitStatus. */
export async function run(program: readonly Item[], options: RunOptions, needs: Needs = {}): Promise<number> {
  if (options.explain) {
    print(1, options.explain === "json" ? JSON.stringify(toJSON(program), null, 2) : formatProgram(program));
    return 0;
  }
  const ledger = new Ledger();
  const undo = () => ledger.close();
  process.once("exit", undo);
  try {
    writeDown(ledger, needs);
    const status = await supervise(program, options, needs, ledger);
    needs.ended?.(status);
    return status;
  } finally {
    undo();
    process.off("exit", undo);
  }
}

/**
 * Starts a program whose first child is a monitor, to which the changes belong from then on; resolves when the command runs.
 * `received`: as in Executed. Nothing is left behind where it fails, or where a signal comes meanwhile.
 */
export async function detach(
  program: readonly Item[],
  options: RunOptions,
  needs: Needs & {
    /** Called before the program is launched, when the changes are written down: it hands the ledger over to its monitor. */
    readonly begun: (ledger: Ledger) => void;
    readonly received: (fd: number) => void;
  },
): Promise<void> {
  const ledger = new Ledger();
  let launched: Launched | undefined;
  let interrupted: number | undefined;
  const stopWaiting = onSignals(ENDING, (signal) => {
    interrupted ??= signal;
  });
  try {
    writeDown(ledger, needs);
    needs.begun(ledger);
    launched = launch(program, needs.slots);
    const { received, results } = await launched.executed;
    if (options.trace) trace(program, results);
    if (received !== undefined) needs.received(received);
    if (interrupted !== undefined) throw new UserError("run: interrupted", { status: 128 + interrupted });
  } catch (error) {
    launched?.kill(constants.signals.SIGKILL);
    await launched?.exited;
    ledger.close();
    throw error;
  } finally {
    stopWaiting();
  }
}

function writeDown(ledger: Ledger, { changes = [], claims }: Needs): void {
  if (claims) ledger.claim((others) => [...changes, ...claims(others)]);
  else ledger.add(...changes);
}

async function supervise(
  program: readonly Item[],
  options: RunOptions,
  needs: Needs,
  ledger: Ledger,
): Promise<number> {
  restoreBlocking();
  let kill = (_signal: number): void => {};
  // Before there is a child: a signal may come as soon as it runs, which is before `launch` returns here.
  const stopForwarding = forwardSignals((signal) => kill(signal), options.tty);
  try {
    const launched = launch(program, needs.slots);
    kill = launched.kill;
    return await follow(program, options, needs, ledger, launched);
  } finally {
    stopForwarding();
  }
}

async function follow(
  program: readonly Item[],
  options: RunOptions,
  needs: Needs,
  ledger: Ledger,
  launched: Launched,
): Promise<number> {
  try {
    ledger.add({ kind: "process", pid: launched.pid, started: startTime(launched.pid) ?? "" });
    const { received = needs.terminal, results } = await launched.executed;
    needs.started?.(launched.pid);
    if (options.trace) trace(program, results);
    if (needs.detached) return 0;
    if (received === undefined) return exitStatus(await launched.exited);
    const { startRelay } = await import("./relay.ts");
    const relay = startRelay(received, ledger);
    process.on("SIGWINCH", relay.resize);
    const status = exitStatus(await launched.exited);
    process.off("SIGWINCH", relay.resize);
    await relay.finish();
    return status;
  } catch (error) {
    launched.kill(constants.signals.SIGKILL);
    await launched.exited;
    throw error;
  }
}

/** Those by which users end a command. */
const ENDING = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"] as const satisfies readonly NodeJS.Signals[];

/** Returns what ends the listening. */
function onSignals(names: readonly NodeJS.Signals[], listener: (signal: number) => void): () => void {
  const listen = (_name: NodeJS.Signals, signal: number) => listener(signal);
  for (const name of names) process.on(name, listen);
  return () => {
    for (const name of names) process.off(name, listen);
  };
}

/** Returns what ends the forwarding. With a terminal a new window size is the relay's business, not the command's. */
function forwardSignals(send: (signal: number) => void, hasTerminal: boolean): () => void {
  const signals = FORWARDED.filter((name) => !(hasTerminal && name === "SIGWINCH"));
  return onSignals(signals, send);
}

const callOf = (item: Item | undefined) => (item && !isAct(item) ? item.call : undefined);

function trace(program: readonly Item[], results: Executed["results"]): void {
  const all = flatten(program);
  let executed = false;
  for (const [i, each] of all.entries()) {
    // What is left of the child's list never runs; the runtime's own steps after the clone do.
    if (executed && !program.includes(each)) continue;
    const result = Number(results.get(each) ?? 0n);
    // The next ones may be another program's, which tells what comes of them.
    executed ||= result < -4095 && !(callOf(each) === "execveat" && callOf(all[i + 1]) === "execve");
    const shown = result < -4095 ? "0" : result < 0 ? `-1 ${formatErrno(-result)}` : `${result}`;
    say(`${String(i + 1).padStart(2)}  ${formatCall(each, all)} = ${shown}`);
  }
}
