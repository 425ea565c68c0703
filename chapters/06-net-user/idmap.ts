/**
 * Layers belong to the host's root, which the container's root isn't. An id-mapped mount shows files with their owners as a
 * user namespace counts them, and writes them back as they were: no file is changed, so that containers with different ids
 * share layers, and `commit` sees the ids that the container saw. It changes owners only; what may be read is as before.
 * mount_setattr(2), MOUNT_ATTR_IDMAP; overlayfs takes such layers since Linux 5.19.
 */
import path from "node:path";
import type { Mountpoint } from "../../common/mountpoints.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  CLONE_NEWNS,
  MOUNT_ATTR_IDMAP,
  MOVE_MOUNT_F_EMPTY_PATH,
  MS_NOSUID,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  PR_SET_SECUREBITS,
  RESOLVE_IN_ROOT,
  S_IFREG,
  SECBIT_NO_SETUID_FIXUP,
} from "../../syscall/constants.ts";
import { helper } from "../../syscall/launch.ts";
import { type Step, slot, step } from "../../syscall/program.ts";
import { USER_NAMESPACE } from "./userns.ts";
import { type DeviceFile, takeSource, type Volume } from "./volumes.ts";

/** A directory that every host has, and every user may enter. In the container's mount namespace it is a workbench. */
const WORKBENCH = "/tmp";
const MOUNT_ATTR_SIZE = 32;
const OPEN_HOW_SIZE = 24;

/** Where the helper leaves the root, and a volume, for the child. */
export const ROOT = path.join(WORKBENCH, "root");
export const volumeAt = (index: number): string => path.join(WORKBENCH, `volume${index}`);

export interface Outside {
  /** Absolute paths, the topmost first. */
  readonly lowers: readonly string[];
  /** The container's own, with `upper` and `work` in it. */
  readonly directory: string;
  /** It has its directories already. */
  readonly used: boolean;
  readonly volumes: readonly Volume[];
  readonly mountpoints: readonly Mountpoint[];
  /** The host's id of the container's root. */
  readonly first: number;
}

/**
 * What the child may not do, since the layers aren't its own: the runtime's helper goes into its mount namespace and leaves
 * the mounts there. The host never sees them.
 */
export function mountFromOutside({ lowers, directory, used, volumes, mountpoints, first }: Outside): Step[] {
  const layers = [...lowers, directory].map(mapped);
  const own = lowers.length;
  const sources = volumes.map((volume) => (volume.device ? undefined : takeSource(volume)));
  const options = `lowerdir=${lowers.map((_, i) => i).join(":")},upperdir=${own}/upper,workdir=${own}/work,redirect_dir=off,metacopy=off`;
  const steps = [
    step("umask", [0], "modes exactly as written below"),
    ...(used ? [] : ["upper", "work"]).map((name) =>
      step("mkdirat", [AT_FDCWD, path.join(directory, name), 0o755], `the container's ${name} directory`),
    ),
    ...layers.flat(),
    ...sources.flatMap((source, i) =>
      source ? [...source.steps, ...(volumes[i]?.idmap ? [mapIdsOf(source.tree)] : [])] : [],
    ),
    ...mountpoints.flatMap(makeInVolume),
    step("setns", [slot("child"), CLONE_NEWNS], "from here on the mounts are the child's"),
    step(
      "mount",
      ["ft-docker", WORKBENCH, "tmpfs", MS_NOSUID, "mode=755"],
      "a place for them, and for device files",
    ),
    step("chdir", [WORKBENCH], "short names, so that 128 layers fit into the overlay's options"),
    ...layers.flatMap(([tree], i) => [
      step("mkdirat", [AT_FDCWD, `${i}`, 0o755], i === own ? "the container's own layer" : `layer ${i}`),
      step("move_mount", [tree, "", AT_FDCWD, `${i}`, MOVE_MOUNT_F_EMPTY_PATH], "with its ids mapped"),
    ]),
    ...volumes.flatMap(({ source, device, isDirectory }, i) => {
      const name = path.basename(volumeAt(i));
      return device
        ? makeDevice(device, first, name)
        : leave(source, isDirectory, sources[i]?.tree as Step, name);
    }),
    step("mkdirat", [AT_FDCWD, "root", 0o755], "where all layers are seen"),
    step(
      "prctl",
      [PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP],
      "another user, with root's rights all the same",
    ),
    step("setfsgid", [first], "what overlayfs makes for itself is to belong to the container's root too,"),
    step("setfsuid", [first], "and it makes it as whoever mounts it"),
    step("mount", ["overlay", "root", "overlay", 0, options], "all layers as one tree, the new one on top"),
  ];
  return [
    ...helper(steps, "a helper with the host's rights, beside the container"),
    step("close", [slot(USER_NAMESPACE)], "the mounts have the map"),
  ];
}

// #region map
/** A detached mount of the directory, which shows its files' owners as the container's. */
function mapped(directory: string): [Step, Step] {
  const tree = step(
    "open_tree",
    [AT_FDCWD, directory, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC],
    `take hold of ${directory}`,
  );
  return [tree, mapIdsOf(tree)];
}

const mapIdsOf = (tree: Step): Step =>
  step(
    "mount_setattr",
    [
      tree,
      "",
      AT_EMPTY_PATH,
      { attr_set: MOUNT_ATTR_IDMAP, userns_fd: slot(USER_NAMESPACE) },
      MOUNT_ATTR_SIZE,
    ],
    "its files' owners are the container's users",
    { hint: "--userns host, or FT_DOCKER_HOME=DIR on ext4, XFS or btrfs: not every file system maps ids" },
  );
// #endregion map

/** A volume is the host's: the container's root couldn't make a directory there. */
function makeInVolume({ change, isDirectory }: Mountpoint): Step[] {
  if (change?.kind !== "mountpoint") return [];
  const how = { flags: O_PATH | O_DIRECTORY | O_CLOEXEC, resolve: RESOLVE_IN_ROOT };
  const volume = step("openat", [AT_FDCWD, change.root, O_PATH | O_CLOEXEC, 0], `the volume ${change.root}`);
  const parent = step(
    "openat2",
    [volume, path.dirname(change.path), how, OPEN_HOW_SIZE],
    `where ${change.path} is missing in it`,
  );
  const name = path.basename(change.path);
  const make = isDirectory
    ? step("mkdirat", [parent, name, 0o755], `make ${name}`, { optional: true })
    : step("mknodat", [parent, name, S_IFREG | 0o644, 0], `make ${name}`, { optional: true });
  return [volume, parent, make];
}

function leave(source: string, isDirectory: boolean, tree: Step, name: string): Step[] {
  const place = isDirectory
    ? step("mkdirat", [AT_FDCWD, name, 0o755], `a place for ${source}`)
    : step("mknodat", [AT_FDCWD, name, S_IFREG | 0o644, 0], `a place for ${source}`);
  return [
    place,
    step("move_mount", [tree, "", AT_FDCWD, name, MOVE_MOUNT_F_EMPTY_PATH], "for the child to attach"),
  ];
}

function makeDevice({ mode, gid, rdev }: DeviceFile, first: number, name: string): Step[] {
  return [
    step("mknodat", [AT_FDCWD, name, mode, rdev], "the same device, in a file that isn't the host's"),
    step("fchownat", [AT_FDCWD, name, first, first + gid, 0], "so that the container's root is its owner"),
  ];
}
