/**
 * The unpacked layers of all images, in `home()/layers`. A layer is known by its diff id alone: its folder holds what the
 * layer changes and nothing of those below it, so every image that has it shares it.
 *
 *     layers/NAME/diff         what overlayfs gets; NAME is half of the diff id, in 22 characters
 *     layers/NAME/layer.json   what is known of it
 *     layers/.NAME             one that is being unpacked, or that is going
 *
 * Each has a lock, flock(2) on its folder, which ends with its holder: exclusive for who unpacks or removes it, shared for who
 * uses it. A folder comes and goes by rename(2), so it is whole or it isn't there.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { placeError } from "../common/errors.ts";
import { home } from "../common/home.ts";
import { bootId } from "../common/ledger.ts";
import { tryLock } from "../common/lock.ts";
import { syscallNumber } from "../syscall/calls.ts";
import { kernelInBackground } from "../syscall/native.ts";
import type { Marks } from "./attributes.ts";
import { LayerError } from "./errors.ts";
import { defaultLimits, type Unpacked, unpackLayer } from "./unpack.ts";

/** A layer that is unpacked. It stays so until `release`, or until this process ends. */
export interface Layer extends Unpacked {
  /** "sha256:…" of its archive without compression. */
  readonly diffId: string;
  /** Its directory, relative to `layersFolder()`: 27 characters. */
  readonly relative: string;
  release(): void;
}

interface Record extends Unpacked {
  readonly diffId: string;
  /** Of the boot in which it was unpacked: what isn't known to be on the disk may be lost with that. */
  readonly boot: string;
}

export const layersFolder = (): string => path.join(home(), "layers");

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
 * Removes the layers that no image refers to and nobody uses at the moment, and what killed processes left. Returns
 * the diff ids of the layers that went.
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
      const record = readRecord(folder);
      discard(folder);
      if (record && !name.startsWith(".")) gone.push(record.diffId);
    } finally {
      closeSync(fd);
    }
  }
  return gone;
}

/** Unpacks the layer, unless somebody else is at it: then there is none yet. */
async function makeLayer(
  diffId: string,
  size: number,
  open: () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>,
): Promise<Layer | undefined> {
  const folder = path.join(layersFolder(), nameOf(diffId));
  const draft = path.join(layersFolder(), `.${nameOf(diffId)}`);
  const fd = claim(draft);
  if (fd === undefined) return undefined;
  let kept = false;
  try {
    if (existsSync(folder) && !discardUnsafe(folder)) return undefined;
    for (const name of namesIn(draft)) rmSync(path.join(draft, name), { recursive: true, force: true });
    const options = { diffId, limits: defaultLimits(size, draft), marks: marks() };
    const unpacked = await unpackLayer(await open(), path.join(draft, "diff"), options);
    const record: Record = { diffId, ...unpacked, boot: bootId() };
    writeFileSync(path.join(draft, "layer.json"), JSON.stringify(record));
    renameSync(draft, folder);
    // The lock is the folder's, whatever it is called: now others may share it.
    kept = tryLock(fd, "shared") && isStill(fd, folder);
    return kept ? held(fd, record) : undefined;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw noPlace(error);
  } finally {
    if (!kept) {
      if (isStill(fd, draft)) rmSync(draft, { recursive: true, force: true });
      closeSync(fd);
    }
  }
}

/** The fd of the draft's folder with its lock, if this process alone has it. */
function claim(draft: string): number | undefined {
  try {
    mkdirSync(draft, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw noPlace(error);
  }
  const fd = openIfThere(draft);
  if (fd === undefined) return undefined;
  if (tryLock(fd, "exclusive") && isStill(fd, draft)) return fd;
  closeSync(fd);
  return undefined;
}

/** Removes a layer that a loss of power may have damaged, if nobody uses it. */
function discardUnsafe(folder: string): boolean {
  const record = readRecord(folder);
  const fd = openIfThere(folder);
  if (fd === undefined) return true;
  try {
    if ((record && isSafe(folder, record)) || !tryLock(fd, "exclusive") || !isStill(fd, folder)) return false;
    discard(folder);
    return true;
  } finally {
    closeSync(fd);
  }
}

/** Removes a folder; from the first moment on it isn't there any more under its name. */
function discard(folder: string): void {
  const { dir, base } = path.parse(folder);
  const gone = path.join(dir, `.${base.replace(/^\.|\.gone.*$/g, "")}.gone-${process.hrtime.bigint()}`);
  renameSync(folder, gone);
  rmSync(gone, { recursive: true, force: true });
}

function held(fd: number, { diffId, bytes, entries, opaque }: Record): Layer {
  let open = true;
  return {
    diffId,
    relative: `${nameOf(diffId)}/diff`,
    bytes,
    entries,
    opaque,
    release: () => {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

/** Half of the digest: 128 layers must fit into one page of mount options. */
function nameOf(diffId: string): string {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(diffId) ?? [];
  if (!hex)
    throw new LayerError(`${JSON.stringify(diffId)} is no diff id`, "sha256: and 64 hexadecimal digits");
  return Buffer.from(hex, "hex").toString("base64url", 0, 16);
}

const isSafe = (folder: string, { boot }: Record): boolean =>
  boot === bootId() || existsSync(path.join(folder, "synced"));

function readRecord(folder: string): Record | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, "layer.json"), "utf8")) as Record;
  } catch {
    return undefined;
  }
}

/** Root of the machine may write overlayfs's own attributes; root of a user namespace has others. */
function marks(): Marks {
  const map = readFileSync("/proc/self/uid_map", "latin1").trim().split(/\s+/);
  return process.geteuid?.() === 0 && map.join(" ") === "0 0 4294967295" ? "trusted" : "user";
}

function openIfThere(folder: string): number | undefined {
  try {
    return openSync(folder, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw noPlace(error);
    return undefined;
  }
}

const noPlace = (error: unknown): unknown =>
  placeError(`layers: they can't be kept in ${layersFolder()}`, error);

/** Whether the folder that was opened is still the one with this path: it may have been renamed before it was locked. */
function isStill(fd: number, folder: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  const { ino, dev } = fstatSync(fd);
  return stat?.ino === ino && stat.dev === dev;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return [];
  }
}
