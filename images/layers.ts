/**
 * The unpacked layers of all images, in `home()/layers`. A layer is known by its diff id alone: its folder holds what the
 * layer changes and nothing of those below it, so every image that has it shares it.
 *
 * Each has a lock, flock(2) on its folder, which ends with its holder: exclusive for who unpacks or removes it, shared for who
 * uses it. A folder comes and goes by rename(2), so it is whole or it isn't there.
 */
import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { keptContainers } from "../common/kept.ts";
import { bootId } from "../common/ledger.ts";
import { tryLock } from "../common/lock.ts";
import { syscallNumber } from "../syscall/calls.ts";
import { kernelInBackground } from "../syscall/native.ts";
import { LayerError } from "./errors.ts";
import {
  discard,
  isSafe,
  isStill,
  layersFolder,
  nameOf,
  namesIn,
  openIfThere,
  readRecord,
} from "./folders.ts";
import { held, type Layer, makeLayer } from "./make.ts";

export type { Layer };
export { layersFolder };

/** While somebody else unpacks or removes the same layer, how often it is looked whether they're done, in milliseconds. */
const PATIENCE = 20;

/**
 * The layer, unpacked now if it isn't yet; only one process does that, and the others wait for it. `open` gives the bytes
 * of its archive (tar, gzip or zstd), whose size in the image's manifest is `size`.
 */
export async function getLayer(
  diffId: string,
  size: number,
  open: () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>,
): Promise<Layer> {
  for (;;) {
    const layer = findLayer(diffId) ?? (await makeLayer(diffId, size, open));
    if (layer) return layer;
    await setTimeout(PATIENCE);
  }
}

/** The layer if it is there, unpacked. */
export function findLayer(diffId: string): Layer | undefined {
  const folder = path.join(layersFolder(), nameOf(diffId));
  const fd = openIfThere(folder);
  if (fd === undefined) return undefined;
  if (tryLock(fd, "shared") && isStill(fd, folder)) {
    const record = readRecord(folder);
    if (record && record.diffId !== diffId) {
      closeSync(fd);
      throw new LayerError(`${diffId} and ${record.diffId} begin alike, which is no accident`);
    }
    if (record && isSafe(folder, record)) return held(fd, record);
  }
  closeSync(fd);
  return undefined;
}

/**
 * What overlayfs's `lowerdir` takes of an image's layers (given from the lowest to the topmost): paths relative to
 * `layersFolder()`, the topmost first. A layer that is there twice is named once, since overlayfs wants no directory
 * twice, and the upper one hides all of the lower; below one whose root is opaque there is nothing to see.
 */
export function lowerDirs(layers: readonly Layer[]): string[] {
  const seen: string[] = [];
  for (const { relative, opaque } of [...layers].reverse()) {
    if (!seen.includes(relative)) seen.push(relative);
    if (opaque) break;
  }
  return seen;
}

/**
 * Brings all layers to the disk: to be called once an image is complete. Those for which it wasn't are unpacked again
 * after the next boot, since after a loss of power a file may be there without its contents.
 */
export async function syncLayers(): Promise<void> {
  const names = namesIn(layersFolder()).filter((name) => !name.startsWith("."));
  const fresh = names.filter((name) => !existsSync(path.join(layersFolder(), name, "synced")));
  if (fresh.length === 0) return;
  const fd = openSync(layersFolder(), "r");
  try {
    if ((await kernelInBackground(syscallNumber("syncfs"), fd, 0, 0, 0, 0, 0)) !== 0) return;
  } finally {
    closeSync(fd);
  }
  for (const name of fresh) {
    const folder = path.join(layersFolder(), name);
    if (readRecord(folder)?.boot === bootId()) writeFileSync(path.join(folder, "synced"), "");
  }
}

/**
 * Removes the layers that no image and no container refers to and nobody uses at the moment, and what killed processes left.
 * Returns the diff ids of the layers that went.
 */
export function sweepLayers(usedDiffIds: Iterable<string>): string[] {
  const used = new Set([...usedDiffIds].map(nameOf));
  const gone: string[] = [];
  for (const name of namesIn(layersFolder())) {
    if (used.has(name)) continue;
    const folder = path.join(layersFolder(), name);
    const fd = openIfThere(folder);
    if (fd === undefined) continue;
    try {
      if (!tryLock(fd, "exclusive") || !isStill(fd, folder)) continue;
      // A container's record is written before it lets go of its layers: so it is looked for under the lock.
      if (keptContainers().some(({ lowers }) => lowers.includes(path.join(folder, "diff")))) continue;
      const record = readRecord(folder);
      discard(folder);
      if (record && !name.startsWith(".")) gone.push(record.diffId);
    } finally {
      closeSync(fd);
    }
  }
  return gone;
}
