/** The places for mounts that aren't there yet: found before the run, made by its program, removed after it. */
import { closeSync, constants, openSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { O_CLOEXEC, O_PATH, RESOLVE_IN_ROOT } from "../syscall/constants.ts";
import { SyscallError, syscall } from "../syscall/syscall.ts";
import { liveChanges } from "./ledger.ts";
import type { Change } from "./undo.ts";

const OPEN_HOW_SIZE = 24;

/** Something that is mounted at `target`, a path of the container's. */
export interface Target {
  readonly target: string;
  readonly isDirectory: boolean;
  /** Where on the host the files are that the container sees there, if it sees any. */
  readonly source?: string;
}

export interface Mountpoint {
  /** As the container sees it. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** Where it is made and has to be removed again; undefined where it ends with a mount of the container's. */
  readonly change: Change | undefined;
}

/**
 * The directories and files that have to be made for the targets, in this order; outer ones come first. One that is there
 * because another run made it is among them: the run that ends last removes it. Without a `rootfs` on the host (the
 * container's is an overlay, and ends with it) all of them are named, and some will be there already.
 */
export function missingMountpoints(rootfs: string | undefined, targets: readonly Target[]): Mountpoint[] {
  const missing = new Map<string, Mountpoint>();
  const made = new Set(liveChanges().flatMap((each) => (each.kind === "mountpoint" ? key(each) : [])));
  for (const [i, each] of targets.entries()) {
    // What lies under an earlier target is seen in that one's files, not in the root filesystem's.
    const outer = targets.slice(0, i).findLast(({ target }) => each.target.startsWith(`${target}/`));
    const root = outer ? outer.source : rootfs;
    const base = outer ? outer.target : "";
    for (const part of prefixes(each.target.slice(base.length))) {
      const seen = base + part;
      if (missing.has(seen)) continue;
      if (root !== undefined && !made.has(key({ root, path: part })) && exists(root, part)) continue;
      const change = root === undefined ? undefined : ({ kind: "mountpoint", root, path: part } as const);
      missing.set(seen, { path: seen, isDirectory: each.isDirectory || seen !== each.target, change });
    }
  }
  return [...missing.values()];
}

const key = (place: { root: string; path: string }): string => `${place.root}\0${place.path}`;

/** "/a", "/a/b", "/a/b/c" for "/a/b/c" */
function prefixes(target: string): string[] {
  const parts = target.split("/").filter((part) => part !== "");
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join("/")}`);
}

/** Symlinks are followed as the container will follow them: from `root`, and never out of it. */
function exists(root: string, target: string): boolean {
  const rootFd = openSync(path.resolve(root), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    closeSync(
      syscall("openat2", [
        rootFd,
        target,
        { flags: O_PATH | O_CLOEXEC, resolve: RESOLVE_IN_ROOT },
        OPEN_HOW_SIZE,
      ]),
    );
    return true;
  } catch (error) {
    if (error instanceof SyscallError && error.errno === os.constants.errno.ENOENT) return false;
    throw error;
  } finally {
    closeSync(rootFd);
  }
}
