/**
 * An image is a list of layers and a description of how to run it: its config. Each layer is an archive of what it changes
 * in those below; unpacked, it is a directory for overlayfs. Where the layers come from is the work of ../../images.
 */
import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { home } from "../../common/home.ts";
import { builtinRootfs, plannedRootfs } from "../../common/rootfs.ts";
import type { Image } from "../../images/image.ts";
import { layersFolder } from "../../images/layers.ts";

// #region root
/** What a container starts from. */
export interface Root {
  /** Directories of layers, the topmost first: relative to the folder of all layers, or absolute. */
  readonly lowers: readonly string[];
  /** The digest of the image's config; none for a directory that isn't an image. */
  readonly image: string | undefined;
  readonly defaults: Defaults;
  /** Files whose locks keep the layers. */
  readonly held: readonly number[];
  /** Others may remove the layers from here on. */
  release(): void;
}

/** What the image says about its command; the flags of `run` win. */
export interface Defaults {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** "NAME=VALUE" each. */
  readonly environment: readonly string[];
  readonly workdir: string;
  /** `name|uid[:group|gid]`; empty for root. */
  readonly user: string;
  /** What asks the command to end; none for SIGTERM. */
  readonly stopSignal: string | undefined;
}
// #endregion root

/** A container that is only shown needs no files. */
interface Explained {
  readonly explained: boolean;
}

export const NO_DEFAULTS: Defaults = {
  entrypoint: [],
  command: [],
  environment: [],
  workdir: "/",
  user: "",
  stopSignal: undefined,
};

export async function findRoot(values: Values, options: Explained): Promise<Root> {
  const [image] = values.image ?? [];
  const [rootfs] = values.rootfs ?? [];
  if (image !== undefined && rootfs !== undefined)
    throw new UserError("--image and --rootfs: a container has one root", { hint: "leave one of them out" });
  if (image !== undefined) return imageRoot(image, values, options);
  const directory = rootfs === undefined ? await builtin(options) : checkDirectory(rootfs);
  return { lowers: [directory], image: undefined, defaults: NO_DEFAULTS, held: [], release: () => {} };
}

async function builtin(options: Explained): Promise<string> {
  const directory = options.explained ? plannedRootfs(home()) : await builtinRootfs(home());
  return path.relative(layersFolder(), directory);
}

function checkDirectory(directory: string): string {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError(`--rootfs ${directory}: not a directory`, {
      hint: "without --rootfs there is a built-in one",
    });
  }
  const real = realpathSync(directory);
  if (real !== "/") return real;
  throw new UserError("--rootfs /: that is the host's own root", { hint: "name a directory below it" });
}

// #region image
/** The image, pulled if it isn't here, with all of its layers unpacked. */
async function imageRoot(name: string, values: Values, options: Explained): Promise<Root> {
  const { prepareImage } = await import("./layers.ts");
  const { image, lowers, held, release } = await prepareImage(name, values, options.explained);
  return { lowers, image: image.id, defaults: imageDefaults(image), held, release };
}

export function imageDefaults(image: Image): Defaults {
  const { Entrypoint, Cmd, Env, WorkingDir, User, StopSignal } = image.config.config ?? {};
  return {
    entrypoint: Entrypoint ?? [],
    command: Cmd ?? [],
    environment: Env ?? [],
    workdir: path.posix.resolve("/", WorkingDir ?? ""),
    user: User ?? "",
    stopSignal: StopSignal ?? undefined,
  };
}

/** The image's Entrypoint, and after it the words of `run`, or the image's own Cmd where there are none. */
export function commandLine({ entrypoint, command }: Defaults, words: readonly string[]): readonly string[] {
  const all = [...entrypoint, ...(words.length > 0 ? words : command)];
  if (all[0] !== undefined && all[0] !== "") return all;
  throw new UserError("run: no command", { hint: "run /bin/sh" });
}
// #endregion image
