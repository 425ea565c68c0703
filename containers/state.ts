/** What came of a container: as it was written, and as the kernel says it is now. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { bootId, startTime } from "../common/ledger.ts";
import { exitStatus } from "../syscall/launch.ts";
import { type Config, readState, recordFolder } from "./record.ts";

/** A process: its number alone may be another one's by now. */
export interface Process {
  readonly pid: number;
  /** In clock ticks since boot. */
  readonly started: string;
}

export interface State {
  readonly status: "created" | "running" | "restarting" | "exited";
  readonly paused: boolean;
  /** PID 1 of the container, as the host counts. */
  readonly process: Process | undefined;
  /** Who waits for it: its monitor, or the runtime in the foreground. */
  readonly owner: Process | undefined;
  readonly boot: string | undefined;
  /** ISO 8601. */
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
  /** As `run` would have returned it. */
  readonly exitCode: number | undefined;
  readonly oomKilled: boolean;
  /** What the runtime couldn't do. */
  readonly error: string | undefined;
  /** How often the policy has started it again. */
  readonly restarts: number;
  /** In milliseconds: how long the policy has waited last. */
  readonly delay: number;
  /** The user has stopped it: no policy starts it again. */
  readonly stopped: boolean;
}

export const CREATED: State = {
  status: "created",
  paused: false,
  process: undefined,
  owner: undefined,
  boot: undefined,
  startedAt: undefined,
  finishedAt: undefined,
  exitCode: undefined,
  oomKilled: false,
  error: undefined,
  restarts: 0,
  delay: 0,
  stopped: false,
};

/** What `kill -9` makes of a process. */
export const KILLED = 137;

export const isAlive = (process: Process | undefined, boot: string | undefined): boolean =>
  process !== undefined && boot === bootId() && startTime(process.pid) === process.started;

export const thisProcess = (pid = process.pid): Process => ({ pid, started: startTime(pid) ?? "" });

/** The truth: whoever should have written the end of a container may have been killed, or the machine restarted. */
export function currentState(config: Config): State | undefined {
  const state = readState(config.id);
  if (!state || state.status === "created" || state.status === "exited") return state;
  const { process, owner, boot } = state;
  if (isAlive(process, boot) || isAlive(owner, boot)) return state;
  return {
    ...state,
    status: "exited",
    paused: false,
    exitCode: writtenStatus(config.id) ?? KILLED,
    error: boot === bootId() ? "its monitor was killed, and it with it" : "the machine was restarted",
  };
}

/** What the monitor has written last of all. */
export function writtenStatus(id: string): number | undefined {
  try {
    const bytes = readFileSync(path.join(recordFolder(id), "exit"));
    return bytes.length === 4 ? exitStatus(bytes.readInt32LE()) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
