/**
 * Walks through what a container has changed: the upper directory of its overlay. The container may be running, so no
 * name is trusted to stay what it was: directories are opened by openat2(2) without symlinks, and files without following.
 */
import { type BigIntStats, closeSync, lstatSync, openSync, readdirSync } from "node:fs";
import {
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
} from "../syscall/constants.ts";
import { Cell, direct } from "../syscall/direct.ts";
import { readXattrs } from "./attributes.ts";
import { LayerError, shown } from "./errors.ts";
import { type Directory, join, procPath } from "./tree.ts";

/** Something that the upper directory has. Names are strings of bytes (latin1). */
export interface Change {
  readonly path: string;
  readonly parent: Directory;
  readonly name: string;
  readonly stat: BigIntStats;
  /** overlayfs's mark that it is there no more. */
  readonly whiteout: boolean;
  /** A directory in which nothing of those below shows. */
  readonly opaque: boolean;
  /** Without overlayfs's own. */
  readonly xattrs: ReadonlyMap<string, Buffer>;
}

/** A directory on the way from the root to where the walk is, and the names in it that are still to come. */
interface Level {
  readonly path: string;
  names: string[] | undefined;
}

/**
 * All of it, in an order that depends on the names alone: each directory's contents directly after it, as tar(1) expects
 * it. `parent` is good until the next one is asked for.
 */
export function* walkUpper(upper: string): Generator<Change> {
  const root = openSync(upper, O_PATH | O_DIRECTORY | O_CLOEXEC);
  let parent: Directory = { fd: -1, path: "" };
  try {
    const levels: Level[] = [{ path: "", names: undefined }];
    for (let level = levels.at(-1); level; level = levels.at(-1)) {
      if (parent.fd < 0 || parent.path !== level.path) {
        // However deep it goes, one directory is open.
        if (parent.fd >= 0) closeSync(parent.fd);
        parent = { fd: openDirectory(root, level.path), path: level.path };
      }
      level.names ??= parent.fd < 0 ? [] : readNames(`/proc/self/fd/${parent.fd}`).reverse();
      const name = level.names.pop();
      if (name === undefined || parent.fd < 0) {
        levels.pop(); // It is done, or it went away in the meantime.
        continue;
      }
      const change = look(parent, name);
      if (!change) continue;
      yield change;
      if (change.stat.isDirectory()) levels.push({ path: change.path, names: undefined });
    }
  } finally {
    for (const fd of [parent.fd, root]) if (fd >= 0) closeSync(fd);
  }
}

function look(parent: Directory, name: string): Change | undefined {
  const stat = lstatSync(procPath(parent, name), { bigint: true, throwIfNoEntry: false });
  if (!stat) return undefined;
  const path = join(parent.path, name);
  const all = readXattrs(procPath(parent, name));
  const own = (key: string) =>
    (all.get(`trusted.overlay.${key}`) ?? all.get(`user.overlay.${key}`))?.toString("latin1");
  for (const key of ["redirect", "metacopy"]) {
    if (own(key) === undefined) continue;
    throw new LayerError(
      `${shown(path)} has overlayfs's ${key}, which a layer can't say`,
      "mount it without",
    );
  }
  return {
    path,
    parent,
    name,
    stat,
    whiteout: stat.isCharacterDevice() && stat.rdev === 0n,
    opaque: stat.isDirectory() && own("opaque") === "y",
    xattrs: new Map([...all].filter(([key]) => !/^((trusted|user)\.overlay\.|security\.selinux$)/.test(key))),
  };
}

/** The names in a directory, byte for byte, sorted. */
export function readNames(folder: string | Buffer): string[] {
  return readdirSync(folder, { encoding: "buffer" })
    .map((name) => name.toString("latin1"))
    .sort();
}

const text = new Cell(4096);
const how = new Cell(24);

function openDirectory(root: number, path: string): number {
  if (path.length >= text.bytes.length)
    throw new LayerError(`${shown(path)} is too long`, "no tool could unpack it");
  how.bytes.writeUInt32LE(O_DIRECTORY | O_CLOEXEC, 0);
  how.bytes.writeUInt32LE(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS, 16);
  return direct("openat2", root, text.put(path === "" ? "." : path), how.address, 24);
}
