/**
 * overlayfs shows several directories as one: lower ones, which it only reads, and an upper one, into which all changes go.
 * A changed file is copied up first, a deleted one leaves a whiteout (a character device 0/0) that hides it. So any number
 * of containers share an image's layers, and each has an upper directory of its own. `Documentation/filesystems/overlayfs.rst`.
 */
import { existsSync, mkdirSync, statfsSync } from "node:fs";
import path from "node:path";
import { placeError, UserError } from "../../common/errors.ts";
import { home } from "../../common/home.ts";
import { isOrdinary } from "../../common/rootless.ts";
import type { Change } from "../../common/undo.ts";
import { layersFolder } from "../../images/layers.ts";
import { AT_FDCWD, MS_NODEV, MS_NOSUID } from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";
import type { Root } from "./image.ts";

// #region directory
/** A container's own directory: `upper` is what it changes, `work` is overlayfs's, `merged` is where all is seen. */
export interface Overlay {
  readonly directory: string;
  readonly changes: readonly Change[];
  /** The runtime's own steps, before the clone. */
  readonly make: readonly Step[];
  /** The child's, while it sees the host's files. */
  readonly mount: readonly Step[];
  /** The root that it gives. */
  readonly merged: string;
  /** Absolute paths of the layers below, the topmost first. */
  readonly lowers: readonly string[];
  /** The container has run before, and what it wrote is still there. */
  readonly used: boolean;
}

/** Throws a UserError where containers can't be kept; a run that is only `explained` makes no place for them. */
export function overlay(
  id: string,
  root: Root,
  command: readonly string[],
  { explained, kept }: { readonly explained: boolean; readonly kept: boolean },
): Overlay {
  if (!explained) makeFolders();
  const directory = path.join(home(), "containers", id);
  const merged = path.join(directory, "merged");
  const used = kept && existsSync(path.join(directory, "upper"));
  const lowers = root.lowers.map((lower) => path.resolve(layersFolder(), lower));
  return {
    directory,
    changes: [{ kind: "container", id, directory, lowers, image: root.image, command, kept }],
    make: used
      ? []
      : [
          step("mkdirat", [AT_FDCWD, directory, 0o700], "the container's own directory"),
          ...(canBeUpper(path.dirname(directory)) ? [] : inMemory(directory)),
        ],
    mount: mountOverlay(root.lowers, directory, merged, used),
    merged,
    lowers,
    used,
  };
}
// #endregion directory

// #region mount
/** mount(2): its options are one page at most, the NUL at their end included. */
const MAX_OPTIONS = 4095;

/** Paths of layers are relative and short, so that 128 of them fit into the options. */
function mountOverlay(lowers: readonly string[], directory: string, merged: string, used: boolean): Step[] {
  const own = (name: string) => path.relative(layersFolder(), path.join(directory, name));
  // A renamed directory or a changed owner is to be in the upper directory in full: `diff` and `commit` read it there. An
  // ordinary user's overlay does that anyhow, and keeps its marks in attributes that such a user may write.
  const options = `lowerdir=${lowers.map(quoted).join(":")},upperdir=${own("upper")},workdir=${own("work")},${isOrdinary() ? "userxattr" : "redirect_dir=off,metacopy=off"}`;
  if (Buffer.byteLength(options) > MAX_OPTIONS) {
    throw new UserError(`the image has ${lowers.length} layers: more than one overlay can show`, {
      hint: "make one layer of several: run it, change nothing, and export its files",
    });
  }
  return [
    step("umask", [0], "modes exactly as written below"),
    ...(used ? [] : ["upper", "work", "merged"]).map((name) =>
      step("mkdirat", [AT_FDCWD, path.join(directory, name), 0o755], `the container's ${name} directory`),
    ),
    step("chdir", [layersFolder()], "the options of the next step begin here"),
    step("mount", ["overlay", merged, "overlay", 0, options], "all layers as one tree, the new one on top"),
  ];
}

/** Commas separate options, colons separate layers, a backslash takes their meaning away. */
const quoted = (lower: string): string => lower.replace(/[\\,:]/g, "\\$&");
// #endregion mount

// #region memory
/** statfs(2), f_type: file systems without whiteouts or attributes of their own can't be the upper one. */
const UNSUITABLE = new Map([
  [0x794c7630, "overlay"],
  [0x6969, "nfs"],
  [0x65735546, "fuse"],
  [0x01021997, "9p"],
  [0x00c0ffee, "hostfs"],
  [0x4d44, "vfat"],
  [0xff534d42, "cifs"],
  [0xf15f, "ecryptfs"],
]);

/** Of a folder that isn't there yet, or can't be seen, its nearest parent tells. */
function canBeUpper(folder: string): boolean {
  const there = existsSync(folder);
  return there ? !UNSUITABLE.has(statfsSync(folder).type) : canBeUpper(path.dirname(folder));
}

function makeFolders(): void {
  for (const folder of [path.join(home(), "containers"), layersFolder()]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw placeError(`containers can't be kept in ${folder}`, error);
    }
  }
}

/** In a container around this one the state's folder is on an overlay itself: then what is written stays in memory. */
function inMemory(directory: string): Step[] {
  return [
    step(
      "mount",
      ["ft-docker", directory, "tmpfs", MS_NOSUID | MS_NODEV, "mode=700"],
      "this file system can't hold an upper directory: memory can",
    ),
  ];
}
// #endregion memory
