/** Unpacks a layer into the store: one process does, and what it makes is there at once and whole, or not at all. */
import { closeSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bootId } from "../common/ledger.ts";
import { tryLock } from "../common/lock.ts";
import { inUserNamespace } from "../common/rootless.ts";
import type { Marks } from "./attributes.ts";
import {
  discard,
  isSafe,
  isStill,
  type LayerRecord,
  layersFolder,
  nameOf,
  namesIn,
  noPlace,
  openIfThere,
  readRecord,
} from "./folders.ts";
import { defaultLimits, type Unpacked, unpackLayer } from "./unpack.ts";

/** A layer that is unpacked. It stays so until `release`, or until this process ends. */
export interface Layer extends Unpacked {
  /** "sha256:…" of its archive without compression. */
  readonly diffId: string;
  /** Its directory, relative to `layersFolder()`: 27 characters. */
  readonly relative: string;
  /** The folder, open: it has the lock. */
  readonly fd: number;
  release(): void;
}

/** Unpacks the layer, unless somebody else is at it: then there is none yet. */
export async function makeLayer(
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
    const record: LayerRecord = { diffId, ...unpacked, boot: bootId() };
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

/** The layer whose folder is open, and locked by that. */
export function held(fd: number, { diffId, bytes, entries, opaque }: LayerRecord): Layer {
  let open = true;
  return {
    diffId,
    fd,
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

/** Root of the machine may write overlayfs's own attributes; root of a user namespace has others. */
function marks(): Marks {
  return process.geteuid?.() === 0 && !inUserNamespace() ? "trusted" : "user";
}
