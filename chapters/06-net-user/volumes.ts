/**
 * A bind mount shows a file or directory at a second place. Its source is a path of the host's, its target one of the
 * container's, so the two are done apart: open_tree(2) takes hold of the source before pivot_root, and move_mount(2)
 * attaches it afterwards, when no path can lead out of the root filesystem any more.
 */
import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import type { Mountpoint } from "../../common/mountpoints.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  MOUNT_ATTR_RDONLY,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  RESOLVE_NO_MAGICLINKS,
  S_IFREG,
} from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";

// #region parse
export interface Volume {
  /** An absolute path of the host's, without symlinks. */
  readonly source: string;
  /** An absolute path of the container's. */
  readonly target: string;
  readonly readOnly: boolean;
  /** The files' owners are mapped: the host's root is the container's there. */
  readonly idmap: boolean;
  readonly isDirectory: boolean;
  readonly device?: DeviceFile;
}

/** In a user namespace a device has a file of its own, since the host's belongs to nobody there. */
export interface DeviceFile {
  /** With the bits of its type. */
  readonly mode: number;
  readonly gid: number;
  /** Both numbers in one: makedev(3). */
  readonly rdev: number;
}

/** `SRC:DST[:MODE[,MODE]]` with the modes ro, rw and idmap, as Podman takes it; a relative SRC begins where the command is typed. */
export function parseVolume(text: string): Volume {
  const refuse = (
    why: string,
    hint = "-v SRC:DST, -v SRC:DST:ro or -v SRC:DST:idmap, with an absolute DST",
  ) => new UserError(`-v ${text}: ${why}`, { hint });
  const [source = "", target = "", mode = "rw", ...rest] = text.split(":");
  if (source === "" || target === "" || rest.length > 0) throw refuse("not SRC:DST or SRC:DST:MODE");
  const modes = mode.split(",");
  const unknown = modes.find((each) => !["rw", "ro", "idmap"].includes(each));
  if (unknown !== undefined) throw refuse(`no such mode: ${unknown}`);
  const normal = path.posix.normalize(target).replace(/(?<=.)\/$/, "");
  if (!target.startsWith("/") || normal === "/") throw refuse("DST must be an absolute path below /");
  if (/^\/(proc|sys)(\/|$)/.test(normal)) throw refuse("DST is the kernel's own", "mount it anywhere else");
  const stat = statSync(source, { throwIfNoEntry: false });
  if (!stat) throw refuse(`${source} doesn't exist`, `make it first: mkdir -p ${source}`);
  return {
    source: realpathSync(source),
    target: normal,
    readOnly: modes.includes("ro"),
    idmap: modes.includes("idmap"),
    isDirectory: stat.isDirectory(),
  };
}
// #endregion parse

const OPEN_HOW_SIZE = 24;
const MOUNT_ATTR_SIZE = 32;

// #region sources
/** To be run while the host's paths are there: a detached copy of each source's tree of mounts. */
export function takeSource(volume: Volume): { tree: Step; steps: Step[] } {
  const flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE;
  const tree = step("open_tree", [AT_FDCWD, volume.source, flags], `take hold of ${volume.source}`);
  if (!volume.readOnly) return { tree, steps: [tree] };
  const attr = { attr_set: MOUNT_ATTR_RDONLY };
  const readOnly = step(
    "mount_setattr",
    [tree, "", AT_EMPTY_PATH | AT_RECURSIVE, attr, MOUNT_ATTR_SIZE],
    "read-only, with all that is mounted below it",
    { hint: "recursive read-only mounts need Linux 5.12 or newer" },
  );
  return { tree, steps: [tree, readOnly] };
}
// #endregion sources

// #region targets
/** To be run in the new root: attaches the tree at its target, with the mountpoints that are missing there. */
export function attach(volume: Volume, tree: Step, mountpoints: readonly Mountpoint[]): Step[] {
  const target = open(volume.target, O_PATH, `find ${volume.target}, as the container sees it`);
  const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  return [
    ...makeMountpoints(volume.target, mountpoints),
    target,
    step("move_mount", [tree, "", target, "", flags], `${volume.source} is ${volume.target} from here on`),
  ];
}

/** Another run may make the same mountpoint in this moment, so one that is there already is no failure. */
export function makeMountpoints(target: string, mountpoints: readonly Mountpoint[]): Step[] {
  const needed = mountpoints.filter((each) => each.path === target || target.startsWith(`${each.path}/`));
  return needed.flatMap((each) => {
    const parent = open(path.dirname(each.path), O_PATH | O_DIRECTORY, `where ${each.path} is missing`);
    const name = path.basename(each.path);
    const make = each.isDirectory
      ? step("mkdirat", [parent, name, 0o755], `make ${each.path}`, { optional: true })
      : step("mknodat", [parent, name, S_IFREG | 0o644, 0], `make ${each.path}`, { optional: true });
    return [parent, make];
  });
}

/** Links like /proc/self/fd/7 lead to what the runtime has open, outside of the root: those aren't followed. */
export function open(target: string, flags: number, why: string, hint?: string): Step {
  const how = { flags: flags | O_CLOEXEC, resolve: RESOLVE_NO_MAGICLINKS };
  return step("openat2", [AT_FDCWD, target, how, OPEN_HOW_SIZE], why, hint === undefined ? {} : { hint });
}
// #endregion targets
