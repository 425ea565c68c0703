/** What the tests share: uvu with reasons for skipping, starting commands, and looking at the host. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { suite as uvuSuite } from "uvu";
import * as assert from "uvu/assert";
import { node } from "../scripts/root.ts";

export { assert };

export const repo = path.join(import.meta.dirname, "..");

/** On a guest's kernel: the same, but slower, so that what is only repeated is repeated less. See docs/guest.md. */
export const onGuest = process.env.FT_DOCKER_GUEST !== undefined;

/** Something that a test can't do without; `lack` says what is missing, or nothing. */
export interface Need {
  lack(): string | undefined;
}

export const need = (reason: string, met: () => boolean): Need => ({
  lack: () => (met() ? undefined : reason),
});
export const root = need("needs root", () => process.geteuid?.() === 0);
export const tool = (name: string): Need => need(`needs ${name}`, () => findTool(name) !== undefined);

export function findTool(name: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(":");
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

type Body = () => void | Promise<void>;

export interface Test {
  (title: string, body: Body): void;
  (title: string, needs: readonly Need[], body: Body): void;
  /** Runs when all tests have. */
  after(hook: () => Promise<void>): void;
  run(): void;
}

/** In seconds; no test is a tenth as long. One that waits for what never comes fails by it, and the others go on. */
const HANGS = 600;

/** Runs a test's body; rejects, with what the commands that it waits for have said, where it doesn't end. */
async function untilHung(body: Body): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const said = [...running.values()].map(({ argv, output }) => `${argv.join(" ")}\n${output()}`);
      for (const line of markedProcesses()) kill(Number.parseInt(line, 10));
      reject(new Error(`not ended after ${HANGS} s; it had started:\n${said.join("\n")}`));
    }, HANGS * 1000);
  });
  await Promise.race([body(), hung]).finally(() => clearTimeout(timer));
}

/** A suite of uvu's, in which a test that lacks what it needs is skipped, with a line that names the reason. */
export function suite(name: string): Test {
  const tests = uvuSuite(name);
  // What a failed test has started, and what that has started, would keep this process from its end by its open pipes.
  tests.after(() => {
    for (const line of markedProcesses()) kill(Number.parseInt(line, 10));
  });
  const test = (title: string, needsOrBody: readonly Need[] | Body, withNeeds?: Body) => {
    const needs = typeof needsOrBody === "function" ? [] : needsOrBody;
    const body = typeof needsOrBody === "function" ? needsOrBody : withNeeds;
    const lack = needs.map((each) => each.lack()).find((reason) => reason !== undefined);
    if (lack === undefined) return tests(title, () => untilHung(async () => body?.()));
    console.log(`skipped: ${name} › ${title}: ${lack}`);
    tests.skip(title);
  };
  return Object.assign(test, {
    after: (hook: () => Promise<void>) => tests.after(hook),
    run: () => tests.run(),
  });
}

/** Every process that a test starts has this in its environment, so that one which is left over can be found. */
const MARK = `FT_DOCKER_TEST=${randomBytes(8).toString("hex")}`;

const temporary: string[] = [];
process.on("exit", () => {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
});

/** A directory that is removed when the tests end. */
export function tempDir(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "ft-docker-test-"));
  temporary.push(folder);
  return folder;
}

/** The command under test: RUNTIME where it is set (words separated by spaces), or the chapter's main.ts. */
export function runtime(chapter: string): string[] {
  if (process.env.RUNTIME) return process.env.RUNTIME.split(/\s+/).filter((word) => word !== "");
  return node(path.join(repo, "chapters", chapter, "main.ts"), []);
}

export interface Options {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly uid?: number;
}

export interface Result {
  /** The exit status; null when a signal ended the process. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs, with what it has written so far. */
export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  output(): Result;
  /** Resolves when the output (stdout, then stderr) matches; rejects when the process ends before that. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  type(text: string): void;
  readonly done: Promise<Result>;
}

/** A guest without nftables: each container's start tells it there, which isn't what a test asks for. */
const NOTE = onGuest ? /^note: this kernel has no nftables: .*\r?\n/gm : /(?!)/;

/** What runs, and what it has said so far. */
const running = new Map<ChildProcess, { argv: readonly string[]; output: () => string }>();

export function start(argv: readonly string[], options: Options = {}): Running {
  const [file = "", ...args] = argv;
  const [markName = "", markValue] = MARK.split("=");
  const env = { ...process.env, [markName]: markValue, ...options.env };
  const child = spawn(file, args, { cwd: options.cwd ?? repo, env, uid: options.uid });
  const output = { stdout: "", stderr: "" };
  running.set(child, { argv, output: () => `${output.stdout}${output.stderr}` });
  child.on("close", () => running.delete(child));
  const waiting = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] = (output[name] + text).replace(NOTE, "");
      for (const check of waiting) check();
    });
  }
  const result = (): Result => ({ ...output, status: child.exitCode, signal: child.signalCode });
  const done = new Promise<Result>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(result()));
  });
  if (options.input !== undefined) child.stdin.end(options.input);
  child.stdin.on("error", () => {}); // A command that doesn't read its input to the end is none of ours.
  return {
    child,
    pid: child.pid ?? -1,
    output: result,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const match = pattern.exec(`${output.stdout}\n${output.stderr}`);
          if (!match) return;
          waiting.delete(check);
          resolve(match);
        };
        waiting.add(check);
        check();
        done.then(
          () => reject(new Error(`ended before ${pattern} came:\n${output.stdout}${output.stderr}`)),
          reject,
        );
      }),
    type: (text) => child.stdin.write(text),
    done,
  };
}

/** Runs a command to its end, with an empty input unless one is given. */
export function run(argv: readonly string[], options: Options = {}): Promise<Result> {
  return start(argv, { input: "", ...options }).done;
}

/** Runs a command on a pseudo-terminal of its own, by script(1); `type` is its keyboard. */
export function terminal(
  argv: readonly string[],
  options: Options & { rows?: number; columns?: number } = {},
): Running {
  const quoted = argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const command = `stty rows ${options.rows ?? 24} columns ${options.columns ?? 80}; exec ${quoted}`;
  return start(["script", "--quiet", "--flush", "--return", "--command", command, "/dev/null"], {
    ...options,
    env: { SHELL: "/bin/sh", ...options.env },
  });
}

/**
 * The pid of a process whose command line (its words with spaces between) matches; waits until there is one. Rejects when
 * `runner`, which was to start it, ends before that.
 */
export async function findProcess(pattern: RegExp, runner?: Running): Promise<number> {
  for (;;) {
    const ended = runner?.child.exitCode ?? undefined;
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const words = commandLine(pid);
      if (words !== "" && pattern.test(words)) return Number(pid);
    }
    if (ended !== undefined)
      throw new Error(`ended with ${ended} before ${pattern} ran: ${runner?.output().stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Empty for a process that has ended, and for a zombie. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replace(/\0$/, "").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** What a run could leave behind on the host, as text: compare two of them with assertSame. */
export function snapshot(): Record<string, string[]> {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").trim().split("\n");
  return {
    mounts: mounts.map((line) => line.replace(/^\d+ \d+ /, "")),
    links: readdirSync("/sys/class/net"),
    rules: firewall(),
    forwarding: FORWARDING.map((file) => `${file} ${readFileSync(file, "utf8")}`),
    cgroups: findCgroups("/sys/fs/cgroup", 4),
    processes: markedProcesses(),
    ledger: ["/run/ft-docker/ledger", ledgerOf(process.env.FT_DOCKER_HOME)].flatMap(list),
  };
}

const FORWARDING = ["ipv4/ip_forward", "ipv6/conf/all/forwarding", "ipv6/conf/default/forwarding"]
  .map((name) => path.join("/proc/sys/net", name))
  .filter(existsSync);

/** The tables of nftables, without what counts up by itself; nothing where nobody could tell. */
function firewall(): string[] {
  const nft = findTool("nft") ?? (existsSync("/usr/sbin/nft") ? "/usr/sbin/nft" : undefined);
  if (!nft) return [];
  const { stdout } = spawnSync(nft, ["--stateless", "list", "ruleset"], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line !== "");
}

const ledgerOf = (home: string | undefined): string => (home ? path.join(home, "run/ledger") : "");

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : [];
}

function findCgroups(folder: string, depth: number): string[] {
  if (depth === 0 || !existsSync(folder)) return [];
  const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const paths = children.map((entry) => path.join(folder, entry.name));
  return [
    ...paths.filter((each) => each.includes("ft-docker")),
    ...paths.flatMap((each) => findCgroups(each, depth - 1)),
  ];
}

/** Processes that the tests of this file started and that still run, this one's own children apart. */
function markedProcesses(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const marked = readFileSync(`/proc/${pid}/environ`, "latin1").includes(MARK);
      return marked ? [`${pid} ${commandLine(pid)}`] : [];
    } catch {
      return []; // It has ended meanwhile.
    }
  });
}

/** One that has ended meanwhile is none. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** A killed process is gone a moment after its signal: waits until those of the tests are, or a minute has passed. */
export async function settled(before: Record<string, string[]>): Promise<void> {
  const known = new Set(before.processes);
  for (let wait = 0; wait < 1200; wait++) {
    if (markedProcesses().every((line) => known.has(line))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Fails with the difference between two snapshots. */
export function assertSame(
  before: Record<string, string[]>,
  after: Record<string, string[]>,
  what: string,
): void {
  for (const [kind, lines] of Object.entries(before)) {
    const now = after[kind] ?? [];
    assert.equal(
      now.filter((line) => !lines.includes(line)),
      [],
      `${what}: ${kind} that weren't there before`,
    );
    assert.equal(
      lines.filter((line) => !now.includes(line)),
      [],
      `${what}: ${kind} that are gone`,
    );
  }
}
