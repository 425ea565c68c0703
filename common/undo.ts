/** The changes that a ledger may list, and how each is undone. */
import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  unlinkSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  AT_REMOVEDIR,
  MNT_DETACH,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  RESOLVE_IN_ROOT,
} from "../syscall/constants.ts";
import { SyscallError, syscall, trySyscall } from "../syscall/syscall.ts";
import { disableControllers, giveRoomBack, removeCgroup } from "./cgroups.ts";
import { startTime } from "./ledger.ts";
import { forgetNames, isSameBridge, removeBridge, type Sysctl } from "./network.ts";
import { removeTree } from "./remove.ts";
import { restoreTerminal } from "./termios.ts";

export type Change =
  /** A container's first process, and the session that it leads. */
  | { readonly kind: "process"; readonly pid: number; readonly started: string }
  /** The user's terminal is in raw mode: `was` are its settings before, `set` ours, both as hexadecimal text. */
  | { readonly kind: "terminal"; readonly file: string; readonly was: string; readonly set: string }
  /** An empty file or directory inside a root filesystem, made as the place for a mount. */
  | { readonly kind: "mountpoint"; readonly root: string; readonly path: string }
  /** A container's cgroup: one directory with cgroup v2, one for each hierarchy with v1. */
  | { readonly kind: "cgroup"; readonly directories: readonly string[] }
  /** A container's own directory, and the layers that its root shows, the topmost first. */
  | {
      readonly kind: "container";
      readonly id: string;
      readonly directory: string;
      readonly lowers: readonly string[];
      /** The digest of the image's config; none for a directory that isn't an image. */
      readonly image: string | undefined;
      readonly command: readonly string[];
      /** It stays until somebody removes the container. */
      readonly kept?: boolean;
    }
  /** A container's record, and the symlink that is its name: gone when the container has ended. */
  | { readonly kind: "record"; readonly folder: string; readonly name: string }
  /** The file of a socket that a monitor listens at. */
  | { readonly kind: "socket"; readonly file: string }
  /** Controllers that were enabled for the groups below a directory of cgroup v2. */
  | { readonly kind: "controllers"; readonly directory: string; readonly names: readonly string[] }
  /** A bridge with its table of nftables, and what was switched on for it; all in one network namespace. */
  | {
      readonly kind: "bridge";
      readonly namespace: string;
      readonly bridge: string;
      /** In the order in which they are set. */
      readonly sysctls: readonly Sysctl[];
    }
  /** A container's number on a bridge, its names there, and the file that tells it its neighbours'. */
  | {
      readonly kind: "lease";
      readonly bridge: string;
      readonly address: { readonly block: number; readonly host: number };
      readonly names: readonly string[];
      readonly hosts: string;
    }
  /** The processes of a directory of cgroup v2, moved into a group below it. */
  | { readonly kind: "room"; readonly directory: string; readonly group: string };

export interface Circumstances {
  /** The runtime was killed, so that what it started has to be ended as well. */
  readonly ownerDied: boolean;
  /** The changes of other runs, which still go on. */
  readonly others: readonly Change[];
}

export function undo(change: Change, { ownerDied, others }: Circumstances): void {
  if (change.kind === "terminal") restoreTerminal(change.file, change.was, change.set);
  if (change.kind === "mountpoint" && !others.some((other) => isSame(change, other)))
    removeMountpoint(change.root, change.path);
  if (change.kind === "process" && ownerDied) endSession(change.pid, change.started);
  if (change.kind === "cgroup") for (const directory of change.directories) removeCgroup(directory);
  if (change.kind === "container" && !change.kept) removeContainer(change.directory);
  if (change.kind === "record") removeRecord(change);
  if (change.kind === "socket") rmSync(change.file, { force: true });
  if (change.kind === "controllers")
    disableControllers(
      change.directory,
      change.names.filter((name) => !others.some((other) => enables(other, change.directory, name))),
    );
  if (change.kind === "room" && !others.some((other) => isSame(change, other)))
    giveRoomBack(change.directory, change.group);
  if (change.kind === "lease") forgetNames(change, others);
  if (change.kind === "bridge" && !others.some((other) => isSameBridge(change, other))) removeBridge(change);
}

function removeRecord({ folder, name }: Extract<Change, { kind: "record" }>): void {
  removeTree(folder);
  try {
    // The record of a run that was killed early may never have had it.
    if (readlinkSync(name) === path.basename(folder)) unlinkSync(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** What the container has written is in there, or in a tmpfs that is mounted over it. */
export function removeContainer(directory: string): void {
  if (!existsSync(directory)) return;
  trySyscall("umount2", [directory, MNT_DETACH]);
  removeTree(directory);
}

/** Other runs may need it too: then the last one of them undoes it. */
export const isShared = ({ kind }: Change): boolean =>
  ["mountpoint", "controllers", "room", "lease", "bridge"].includes(kind);

const isSame = (a: Change, b: Change): boolean => JSON.stringify(a) === JSON.stringify(b);

const enables = (change: Change, directory: string, name: string): boolean =>
  change.kind === "controllers" && change.directory === directory && change.names.includes(name);

/**
 * Ends a container's process, if the kernel hasn't yet, and what it started in its session. A session's number isn't
 * given to a new process while one of its processes lives, so it can't be somebody else's, unless all of them ended.
 */
function endSession(leader: number, started: string): void {
  const now = startTime(leader);
  if (now !== undefined && now !== started) return;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || (pid !== leader && sessionOf(pid) !== leader)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** proc(5): the 6th field of `stat`. */
function sessionOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
  } catch {
    return undefined;
  }
}

/** Removes an empty mountpoint; no symlink can lead outside the root. */
function removeMountpoint(root: string, mountpoint: string): void {
  let rootFd = -1;
  let parent = -1;
  try {
    rootFd = openSync(root, constants.O_RDONLY | constants.O_DIRECTORY);
    const how = { flags: O_PATH | O_DIRECTORY | O_CLOEXEC, resolve: RESOLVE_IN_ROOT };
    parent = syscall("openat2", [rootFd, path.dirname(mountpoint), how, 24]);
    removeEmpty(parent, path.basename(mountpoint));
  } catch (error) {
    if (!isGone(error)) throw error;
  } finally {
    for (const fd of [rootFd, parent]) if (fd >= 0) closeSync(fd);
  }
}

function removeEmpty(parent: number, name: string): void {
  const { ENOTDIR } = os.constants.errno;
  try {
    syscall("unlinkat", [parent, name, AT_REMOVEDIR]);
  } catch (error) {
    if (!(error instanceof SyscallError && error.errno === ENOTDIR)) throw error;
    // A symlink was never ours, and where it leads is none of our business.
    const stat = lstatSync(`/proc/self/fd/${parent}/${name}`);
    if (stat.isFile() && stat.size === 0) syscall("unlinkat", [parent, name, 0]);
  }
}

/** Not there any more, or not empty any more, or mounted upon by somebody else: then it isn't ours to remove. */
function isGone(error: unknown): boolean {
  const { ENOENT, ENOTEMPTY, EBUSY, EEXIST, ENOTDIR, EROFS } = os.constants.errno;
  if (error instanceof SyscallError) {
    return [ENOENT, ENOTEMPTY, EBUSY, EEXIST, ENOTDIR, EROFS].includes(error.errno);
  }
  return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
