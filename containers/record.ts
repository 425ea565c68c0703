/**
 * A container's record, in `home()/records/ID`: `config.json`, what was asked for, and `state.json`, what came of it. Both are
 * always whole: they are written beside their place, and renamed. What the container itself has written is elsewhere.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Values } from "../common/cli.ts";
import { placeError } from "../common/errors.ts";
import { home } from "../common/home.ts";
import { recordIds, recordsFolder } from "../common/kept.ts";
import { locked } from "../common/lock.ts";
import type { State } from "./state.ts";

/** When it is started again, unless the user has stopped it. */
export interface RestartPolicy {
  readonly name: "no" | "on-failure" | "always" | "unless-stopped";
  /** Of `on-failure`: how often at most; 0 for any number. */
  readonly maximum: number;
}

/** What `run` or `create` was asked for, with all that it took from its surroundings filled in. */
export interface Config {
  /** Twelve hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly created: string;
  /** The flags of the chapter's `run` that say how the container is. */
  readonly flags: Values;
  /** The words behind them. */
  readonly words: readonly string[];
  readonly tty: boolean;
  /** Its standard input stays open. */
  readonly interactive: boolean;
  /** The runtime that started it waits for it, and is its standard input and output: there is no log, and nothing to attach to. */
  readonly foreground: boolean;
  /** Removed when it ends. */
  readonly remove: boolean;
  readonly restart: RestartPolicy;
  /** A name as in signal(7), or a number. */
  readonly stopSignal: string;
  /** In seconds. */
  readonly stopTimeout: number;
  /** What the words and the image's config make of it. */
  readonly command: readonly string[];
  /** As the user named it; "" for the built-in root filesystem, and the path for a directory. */
  readonly image: string;
  /** The digest of the image's config; none for a directory. */
  readonly imageId: string | undefined;
  /** Absolute paths of the layers, the topmost first. */
  readonly lowers: readonly string[];
}

export { recordIds, recordsFolder };

export const recordFolder = (id: string): string => path.join(recordsFolder(), id);
export const containersFolder = (): string => path.join(home(), "containers");
/** The container's own directory: `upper`, `work`, and its files of names. */
export const containerFolder = (id: string): string => path.join(containersFolder(), id);

/** Writes a new record, whole or not at all. */
export function writeRecord(config: Config, state: State): void {
  const folder = recordFolder(config.id);
  try {
    // Who sweeps takes what is half-written for a dead command's.
    locked(recordsFolder(), 0o700, () => {
      mkdirSync(`${folder}.new`, { mode: 0o700 });
      writeFileSync(path.join(`${folder}.new`, "config.json"), JSON.stringify(config), { mode: 0o600 });
      writeFileSync(path.join(`${folder}.new`, "state.json"), JSON.stringify(state), { mode: 0o600 });
      renameSync(`${folder}.new`, folder);
    });
  } catch (error) {
    rmSync(`${folder}.new`, { recursive: true, force: true });
    throw placeError(`the container's record can't be written in ${recordsFolder()}`, error);
  }
}

/** Undefined where there is no such record, or none any more. */
export const readConfig = (id: string): Config | undefined => read(id, "config.json");
export const readState = (id: string): State | undefined => read(id, "state.json");

/** Changes the config; nobody else does meanwhile. Undefined where the record has gone. */
export const updateConfig = (id: string, change: (config: Config) => Config): Config | undefined =>
  update(id, "config.json", change);

/** Changes the state; nobody else does meanwhile. Undefined where the record has gone. */
export const updateState = (id: string, change: (state: State) => State): State | undefined =>
  update(id, "state.json", change);

/** Moves the record to where nobody finds it, if `check` lets it; returns where it is. Undefined where it has gone. */
export function takeAway(id: string, check: () => void): string | undefined {
  const folder = recordFolder(id);
  try {
    return locked(folder, undefined, () => {
      check();
      renameSync(folder, `${folder}.gone`);
      return `${folder}.gone`;
    });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function read<T>(id: string, name: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path.join(recordFolder(id), name), "utf8")) as T;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function update<T>(id: string, name: string, change: (value: T) => T): T | undefined {
  const folder = recordFolder(id);
  try {
    return locked(folder, undefined, () => {
      const value = read<T>(id, name);
      if (value === undefined) return undefined;
      const changed = change(value);
      writeFileSync(path.join(folder, `${name}.new`), JSON.stringify(changed), { mode: 0o600 });
      renameSync(path.join(folder, `${name}.new`), path.join(folder, name));
      return changed;
    });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  ["ENOENT", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "");
