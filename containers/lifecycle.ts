/** What happens to a container between `create` and `rm`: each of the commands' verbs, without the command line. */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../common/errors.ts";
import { bootId, Ledger } from "../common/ledger.ts";
import { locked } from "../common/lock.ts";
import { removeTree } from "../common/remove.ts";
import type { RunOptions } from "../common/run.ts";
import { removeContainer } from "../common/undo.ts";
import { signalNumber } from "./create.ts";
import type { Container } from "./find.ts";
import { giveNameBack } from "./names.ts";
import {
  type Config,
  containerFolder,
  readConfig,
  readState,
  recordFolder,
  takeAway,
  updateConfig,
  updateState,
} from "./record.ts";
import type { Runtime } from "./runtime.ts";
import { currentState, KILLED, type State, thisProcess, writtenStatus } from "./state.ts";
import { openProcess, whenEnded } from "./wait.ts";

const now = (): string => new Date().toISOString();

/** Marks the container as this process's to start. Throws a UserError where it runs, or has gone. */
export function claimStart(config: Config): void {
  const claimed = updateState(config.id, (state) => {
    const current = currentState(config);
    if (current && ["running", "restarting"].includes(current.status) && !isOurs(state))
      throw new UserError(`start ${config.name}: it runs already`, { hint: `stop ${config.name}` });
    return {
      ...state,
      status: "running",
      paused: false,
      process: undefined,
      owner: thisProcess(),
      boot: bootId(),
      startedAt: now(),
      finishedAt: undefined,
      exitCode: undefined,
      oomKilled: false,
      error: undefined,
      stopped: false,
    };
  });
  if (!claimed)
    throw new UserError(`start ${config.name}: it has been removed`, { hint: "'ps -a' lists all" });
  writeFileSync(path.join(recordFolder(config.id), "exit"), "", { mode: 0o600 });
  // `cp` may have mounted the layers, which mustn't be mounted twice: from now on it doesn't, since the container runs.
  const folder = containerFolder(config.id);
  if (existsSync(folder)) locked(folder, undefined, () => {});
}

const isOurs = ({ owner, boot }: State): boolean => owner?.pid === process.pid && boot === bootId();

/** Its command runs: `owner` is who waits for it. */
export function recordStart(id: string, pid: number, owner: number): void {
  updateState(id, (state) =>
    // A short one may have ended, and its end been written, before we get here.
    state.status === "exited" ? state : { ...state, process: thisProcess(pid), owner: thisProcess(owner) },
  );
}

export function recordEnd(id: string, exitCode: number, oomKilled: boolean, error?: string): void {
  updateState(id, (state) => ({
    ...state,
    status: "exited",
    paused: false,
    process: undefined,
    owner: undefined,
    finishedAt: now(),
    exitCode,
    oomKilled,
    error,
  }));
}

/** Starts a container that doesn't run, under a monitor. Throws a UserError, which its state keeps as well. */
export async function startContainer(
  runtime: Runtime,
  config: Config,
  options?: RunOptions,
  listening?: () => void,
): Promise<void> {
  claimStart(config);
  try {
    const kept = config.foreground
      ? (updateConfig(config.id, (each) => ({ ...each, foreground: false })) ?? config)
      : config;
    await runtime.start(kept, options, listening);
  } catch (error) {
    const { message, status } = error instanceof UserError ? error : { message: `${error}`, status: 125 };
    recordEnd(config.id, status, false, message);
    throw error;
  }
}

/** How long a process has to end after SIGKILL before we say so, in milliseconds: it may wait for a disk. */
const PATIENCE = 1000 * 30;

/** Asks it to end, waits for some seconds, and kills it then. Resolves when all that it had on the host is undone. */
export async function stopContainer(
  runtime: Runtime,
  { config, state }: Container,
  { signal = config.stopSignal, timeout = config.stopTimeout } = {},
): Promise<void> {
  updateState(config.id, (each) => ({ ...each, stopped: true }));
  const { process, owner } = await begun({ config, state });
  if (state.status === "restarting") await endWaiting(owner);
  const handle = process && openProcess(process);
  if (handle) {
    if (state.paused) runtime.thaw(config);
    handle.kill(signalNumber(signal));
    if (!(await handle.ended(1000 * timeout))) handle.kill(signalNumber("SIGKILL"));
    const ended = await handle.ended(PATIENCE);
    handle.close();
    if (!ended) {
      throw new UserError(`stop ${config.name}: it hasn't ended after SIGKILL`, {
        hint: "a process of it waits for a disk, or a server of files: see dmesg",
      });
    }
  }
  await whenEnded(owner);
}

/** In milliseconds: between two looks at a container that is being started. */
const LOOK = 20;

/** The state when its process is known: who starts it writes that shortly before it runs. */
async function begun({ config, state }: Container): Promise<State> {
  let current: State | undefined = state;
  while (current?.status === "running" && !current.process) {
    await sleep(LOOK);
    current = currentState(config);
  }
  return current ?? state;
}

/** It waits to start the container again. */
async function endWaiting(owner: State["owner"]): Promise<void> {
  const handle = owner && openProcess(owner);
  handle?.kill(signalNumber("SIGTERM"));
  await handle?.ended();
  handle?.close();
}

export function killContainer(runtime: Runtime, { config, state }: Container, signal: string): void {
  // As with `stop`: who is ended by the user stays so.
  if (["SIGKILL", config.stopSignal].includes(signal))
    updateState(config.id, (each) => ({ ...each, stopped: true }));
  const handle = state.process && openProcess(state.process);
  handle?.kill(signalNumber(signal));
  handle?.close();
  if (state.paused && signal === "SIGKILL") runtime.thaw(config);
}

/** Removes a container with all that it has written. Throws a UserError where it runs. */
export function removeStopped(config: Config): void {
  const gone = takeAway(config.id, () => {
    const status = currentState(config)?.status;
    if (status === "running" || status === "restarting")
      throw new UserError(`rm ${config.name}: the container runs`, {
        hint: `rm -f ${config.name}, or stop it first`,
      });
  });
  if (gone === undefined) return;
  removeContainer(containerFolder(config.id));
  giveNameBack(config.name, config.id);
  removeTree(gone);
}

/** The last thing that a monitor does: what the container had on the host is undone, and it may be started again. */
export async function endContainer(runtime: Runtime, id: string): Promise<void> {
  const ledger = Ledger.adopt((change) => change.kind === "container" && change.id === id);
  const config = readConfig(id);
  const code = writtenStatus(id) ?? KILLED;
  const oomKilled = config !== undefined && runtime.oomKills(config) > 0;
  ledger.close();
  if (!config) return;
  recordEnd(id, code, oomKilled);
  const state = readState(id);
  if (state && isWanted(config, state, code)) await restartContainer(runtime, config, state);
}

function isWanted({ restart, remove }: Config, state: State, code: number): boolean {
  if (remove || state.stopped) return false;
  if (restart.name !== "on-failure") return restart.name !== "no";
  return code !== 0 && (restart.maximum === 0 || state.restarts < restart.maximum);
}

/** In milliseconds: the wait before the first restart, which doubles each time; and who has run so long begins anew. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 1000 * 60;
const LONG_ENOUGH = 1000 * 10;

async function restartContainer(runtime: Runtime, config: Config, state: State): Promise<void> {
  const ran = Date.now() - Date.parse(state.startedAt ?? "");
  const delay =
    ran >= LONG_ENOUGH ? FIRST_DELAY : Math.min(Math.max(FIRST_DELAY, 2 * state.delay), LONGEST_DELAY);
  const stop = new AbortController();
  process.once("SIGTERM", () => stop.abort());
  updateState(config.id, (each) => ({
    ...each,
    status: "restarting",
    owner: thisProcess(),
    boot: bootId(),
    restarts: each.restarts + 1,
    delay,
  }));
  try {
    await sleep(delay, undefined, { signal: stop.signal });
  } catch {
    // It was stopped meanwhile.
  }
  if (readState(config.id)?.stopped !== false) {
    updateState(config.id, (each) => ({ ...each, status: "exited", owner: undefined }));
    return;
  }
  await startContainer(runtime, config);
}
