/** A start from an image of many layers: in one process next to a chapter without layers, and as a command next to podman's. */
import { execFileSync, spawnSync } from "node:child_process";
import path from "node:path";
import { bundleOf } from "../scripts/build.ts";
import { directory, file } from "../test/archive.ts";
import { archiveOf, base, image, layer } from "../test/images.ts";
import type { Chapter } from "./chapter.ts";
import { type Contender, command } from "./measure.ts";
import { findTool, podmanConfig } from "./peers.ts";

export const LAYERS = 30;
const NAME = "ft-docker-bench:30";

/** A static busybox, and files above it. */
const manyLayers = () =>
  image([
    base(),
    ...Array.from({ length: LAYERS - 1 }, (_, i) =>
      layer(directory("each"), file(`each/${i}`, "x".repeat(10_000)), file("top", `${i}\n`)),
    ),
  ]);

export interface Commands {
  readonly ours: Contender;
  readonly podman: Contender | undefined;
  readonly problems: readonly string[];
}

/** Loads the image into our store, in which it is until `remove`. */
export function inProcess(chapter: Chapter): { run: Contender; remove: () => void } {
  const ours = (...words: string[]) => execFileSync(process.execPath, [bundleOf(chapter.name), ...words]);
  ours("load", "-i", archiveOf(manyLayers(), NAME));
  return {
    run: { name: `${chapter.name}: ${LAYERS} layers`, run: () => chapter.run({ image: [NAME] }) },
    remove: () => ours("rmi", NAME),
  };
}

/** The same image for both, from /bin/true to the end of the command. */
export function asCommands(name: string, folder: string): Commands {
  const bundle = bundleOf(name);
  const words = ["run", "--image", NAME, "/bin/true"];
  const ours = command(`node ${path.basename(bundle)}: ${LAYERS} layers`, [
    process.execPath,
    bundle,
    ...words,
  ]);
  const podman = findTool("podman");
  if (!podman) return { ours, podman: undefined, problems: ["podman: not installed"] };
  const storage = path.join(folder, "podman-layers");
  const environment = { CONTAINERS_CONF: podmanConfig(folder) };
  const flags = [`--root=${storage}`, `--runroot=${storage}-run`, "--storage-driver=overlay"];
  const own = [podman, ...flags, `--runtime-flag=root=${storage}-crun`];
  const archive = archiveOf(manyLayers(), NAME);
  const run = ["run", "--rm", "--cgroups=disabled", "--network=host", "--ulimit=nofile=1024:1024"];
  const argv = [...own, ...run, "--ulimit=nproc=1024:1024", NAME, "/bin/true"];
  const options = { environment, withoutCgroups: true };
  const theirs = command(`podman run: ${LAYERS} layers (cgroups hidden)`, argv, options);
  const loaded = spawnSync(podman, [...flags, "load", "-i", archive], {
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  if (loaded.status === 0) return { ours, podman: theirs, problems: [] };
  return { ours, podman: undefined, problems: [`podman: ${loaded.stderr.trim()}`] };
}
