/**
 * A host's forwarding is for all bridges of its network namespace, and another FT_DOCKER_HOME has other ledgers. So a bridge that
 * goes while another one stays leaves a note of what it has switched on, and its table, which keeps the host closed to all
 * others; the last bridge undoes what is noted.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { locked } from "./lock.ts";
import { ownNetwork, type Sysctl } from "./network.ts";

/** All of our bridges are called so. */
export const BRIDGE_PREFIX = "ft-docker";

/** In the order in which it was set. */
interface Note {
  readonly sysctls: readonly Sysctl[];
  readonly tables: readonly string[];
}

const NONE: Note = { sysctls: [], tables: [] };

/** The namespaces are the whole machine's, so this isn't in a folder that FT_DOCKER_HOME moves. */
const FOLDER = "/run/ft-docker/switches";

const noteFile = (): string => path.join(FOLDER, ownNetwork().replace(/\D/g, ""));

/** What is to be undone when the bridge goes: nothing while another one is there. Nobody else's goes meanwhile. */
export function leaveBridge(bridge: string, own: Note, undo: (all: Note) => void): void {
  locked(FOLDER, 0o700, () => {
    const before = readNote();
    const all = {
      sysctls: [...before.sysctls, ...own.sysctls],
      tables: [...new Set([...before.tables, ...own.tables])],
    };
    if (hasBridges(bridge)) {
      writeFileSync(noteFile(), JSON.stringify(all), { mode: 0o600 });
      undo(NONE);
    } else {
      undo(all);
      rmSync(noteFile(), { force: true });
    }
  });
}

/** A note of a namespace that had the same number: where there is no bridge, nothing is left to be undone. */
export function forgetNote(bridge: string): void {
  if (!hasBridges(bridge)) rmSync(noteFile(), { force: true });
}

function readNote(): Note {
  try {
    return JSON.parse(readFileSync(noteFile(), "utf8")) as Note;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return NONE;
    throw error;
  }
}

/** Whether there are others of ours. The links are in /proc/net/dev, one a line behind two of headings. */
function hasBridges(except: string): boolean {
  const lines = readFileSync("/proc/thread-self/net/dev", "latin1").split("\n").slice(2);
  const names = lines.map((line) => line.split(":")[0]?.trim() ?? "");
  return names.some((name) => name.startsWith(BRIDGE_PREFIX) && name !== except);
}
