/** Measuring: contenders take turns, so that a machine that gets slower or faster does so for all of them. */
import { AT_FDCWD, CLONE_NEWNS, MS_PRIVATE, MS_REC, O_CLOEXEC, O_RDWR } from "../syscall/constants.ts";
import { child, exitStatus, launch, restoreSignals } from "../syscall/launch.ts";
import { step } from "../syscall/program.ts";

export interface Contender {
  readonly name: string;
  /** From here to the resolution is one run; resolves to the exit status, and 0 alone is a run that counts. */
  readonly run: () => Promise<number>;
  /** After each run, when the clock stands. */
  readonly after?: () => void;
}

/** All times in milliseconds. */
export interface Times {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
}

/** What became of a contender: its times, or why there are none. */
export type Outcome = Times | { readonly failed: string };

/** Runs that aren't counted: the first ones compile the code and fill the caches. */
export const WARM_UP = 5;

/** Each contender in turn, `runs` times and `warmUp` times before that; one that fails once takes no further part. */
export async function takeTurns(
  contenders: readonly Contender[],
  runs: number,
  warmUp = WARM_UP,
): Promise<Map<Contender, Outcome>> {
  const times = new Map<Contender, number[]>(contenders.map((each) => [each, []]));
  const outcomes = new Map<Contender, Outcome>();
  for (let i = -warmUp; i < runs; i++) {
    progress(`round ${Math.max(i + 1, 0)} of ${runs}`);
    for (const each of contenders) {
      if (outcomes.has(each)) continue;
      const started = performance.now();
      const status = await each.run();
      const ended = performance.now();
      each.after?.();
      if (status !== 0) outcomes.set(each, { failed: `exit status ${status}` });
      else if (i >= 0) times.get(each)?.push(ended - started);
    }
  }
  progress("");
  for (const [each, list] of times) if (!outcomes.has(each)) outcomes.set(each, summary(list));
  return outcomes;
}

/** One line that is written over, for who watches; a file or a pipe gets none of it. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\x1b[K`);
}

function summary(times: readonly number[]): Times {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (place: number) => sorted[place] ?? Number.NaN;
  const last = sorted.length - 1;
  return {
    median: (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2,
    p10: at(Math.round(last * 0.1)),
    p90: at(Math.round(last * 0.9)),
  };
}

export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** In a mount namespace where an empty directory lies over the host's cgroups. */
  readonly withoutCgroups?: boolean;
}

/**
 * A whole command as a contender, with /dev/null as its standard files. The launcher starts it: that costs less than
 * Node's own spawn, and the same for all. `argv[0]` is a path.
 */
export function command(name: string, argv: readonly string[], options: CommandOptions = {}): Contender {
  const environment = Object.entries({ ...process.env, ...options.environment });
  const nothing = step("openat", [AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0], "no input, and no output");
  const program = child(
    options.withoutCgroups ? CLONE_NEWNS : 0,
    [
      ...(options.withoutCgroups ? hideCgroups() : []),
      nothing,
      ...[0, 1, 2].map((fd) => step("dup3", [nothing, fd, 0], `as fd ${fd}`)),
      restoreSignals(),
      step(
        "execve",
        [argv[0] ?? "", argv, environment.map(([key, value]) => `${key}=${value}`)],
        "the contender",
      ),
    ],
    "a contender",
  );
  return { name, run: () => runProgram([program]) };
}

function hideCgroups() {
  return [
    step("mount", [null, "/", null, MS_REC | MS_PRIVATE, null], "the host keeps its mounts"),
    step("mount", ["tmpfs", "/sys/fs/cgroup", "tmpfs", 0, null], "no cgroups here"),
  ];
}

/** Launches a program and resolves to the exit status of its command. */
export async function runProgram(...[program, slots]: Parameters<typeof launch>): Promise<number> {
  const launched = launch(program, slots);
  await launched.executed;
  return exitStatus(await launched.exited);
}
