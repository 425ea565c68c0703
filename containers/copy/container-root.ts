/** The root of a container as one sees it in there: of its first process, or of its layers where it doesn't run. */
import { closeSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import { tryLock } from "../../common/lock.ts";
import { isOrdinary } from "../../common/rootless.ts";
import { layersFolder } from "../../images/folders.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  CLONE_NEWNS,
  MOUNT_ATTR_RDONLY,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  MS_PRIVATE,
  MS_REC,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
} from "../../syscall/constants.ts";
import { syscall, trySyscall } from "../../syscall/syscall.ts";
import { type Container, isRunning } from "../find.ts";
import { type Config, containerFolder } from "../record.ts";
import { currentState, isAlive } from "../state.ts";
import { Ids, type Owners, ownersOf } from "./ids.ts";
import { Root } from "./root.ts";

export interface ContainerRoot {
  readonly root: Root;
  readonly owners: Owners;
}

const FLAGS = O_PATH | O_DIRECTORY | O_CLOEXEC;

export function openContainer({ config, state }: Container): ContainerRoot {
  if (!isRunning({ config, state })) return mountLayers(config);
  const pid = state.process?.pid ?? 0;
  try {
    const owners = ownersOf(pid);
    const fd = openSync(`/proc/${pid}/root`, FLAGS);
    // Its number may have been given to another process before we looked.
    if (isAlive(state.process, state.boot)) return { root: new Root(fd, { confined: true }), owners };
  } catch (error) {
    if (!["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  throw new UserError(`cp: ${config.name} has ended, or only begins`, { hint: "try again" });
}

/**
 * Mounts the layers, and the volumes, in a mount namespace that this process's main thread alone is in from here on: nobody
 * else sees them, and they end with the process.
 */
function mountLayers(config: Config): ContainerRoot {
  const folder = containerFolder(config.id);
  makeFolders(folder);
  const lock = openSync(folder, "r"); // Until the process ends: two overlays mustn't have one upper directory.
  const state = tryLock(lock, "shared") ? currentState(config) : undefined;
  if (!state || state.status === "running")
    throw new UserError(`cp: ${config.name} is being started or removed`, { hint: "try again" });
  const merged = path.join(folder, "merged");
  const own = (name: string) => path.relative(layersFolder(), path.join(folder, name));
  const lowers = config.lowers.map((lower) =>
    path.relative(layersFolder(), lower).replace(/[\\,:]/g, "\\$&"),
  );
  const marks = isOrdinary() ? "userxattr" : "redirect_dir=off,metacopy=off";
  syscall("unshare", [CLONE_NEWNS]);
  syscall("mount", [null, "/", null, MS_REC | MS_PRIVATE, null]);
  mkdirSync(layersFolder(), { recursive: true, mode: 0o700 });
  process.chdir(layersFolder()); // Short names, as where the container is started.
  const options = `lowerdir=${lowers.join(":")},upperdir=${own("upper")},workdir=${own("work")},${marks}`;
  syscall("mount", ["overlay", merged, "overlay", 0, options]);
  const root = new Root(openSync(merged, FLAGS), { confined: true });
  const depth = (volume: string) => volume.split(":")[1]?.split("/").length ?? 0;
  const volumes = [...(config.flags.volume ?? [])].sort((a, b) => depth(a) - depth(b));
  for (const volume of volumes) mountVolume(root, volume);
  return { root, owners: { users: Ids.same(), groups: Ids.same() } };
}

/** As the container's start makes them, for one that was never started. */
function makeFolders(folder: string): void {
  const mask = process.umask(0);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of ["work", "merged", "upper"])
      mkdirSync(path.join(folder, name), { recursive: true, mode: 0o755 });
  } finally {
    process.umask(mask);
  }
}

const MOUNT_ATTR_SIZE = 32;

/** `SRC:DST[:MODE]`. Where DST isn't there yet, there is no place for it; without SRC the container couldn't start either. */
function mountVolume(root: Root, text: string): void {
  const [source = "", target = "", mode = ""] = text.split(":");
  const place = root.open(Buffer.from(target).toString("latin1"), { follow: true });
  const flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE;
  const tree = place < 0 ? -1 : trySyscall("open_tree", [AT_FDCWD, source, flags]);
  try {
    if (tree < 0) return;
    const readOnly = { attr_set: MOUNT_ATTR_RDONLY };
    if (mode.split(",").includes("ro"))
      syscall("mount_setattr", [tree, "", AT_EMPTY_PATH | AT_RECURSIVE, readOnly, MOUNT_ATTR_SIZE]);
    syscall("move_mount", [tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH]);
  } finally {
    for (const fd of [place, tree]) if (fd >= 0) closeSync(fd);
  }
}
