/** What nobody needs any more is removed: blobs that no image has, and what dead processes left. */
import { fstatSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { UserError } from "../common/errors.ts";
import { readBlob } from "./blobs.ts";
import { type Digest, hexOf } from "./digest.ts";
import { readEntries } from "./layout.ts";
import { removeAbandoned } from "./lock.ts";
import { type Descriptor, isIndex, isManifest, parseManifest } from "./manifest.ts";
import { pinnedDigests } from "./pin.ts";
import { alone, type Store } from "./store.ts";

/** A broken download that nobody goes on with is kept for a day, in milliseconds. */
const KEEP_DOWNLOADS = 1000 * 60 * 60 * 24;

/** Removes what dead processes left: half-written files, pins, and downloads that nobody came back for. */
export function sweep(store: Store): void {
  alone(store, () => {
    pinnedDigests(store);
    for (const name of readdirSync(store.drafts)) removeAbandoned(path.join(store.drafts, name));
    for (const name of readdirSync(store.downloads))
      removeAbandoned(
        path.join(store.downloads, name),
        (fd) => Date.now() - fstatSync(fd).mtimeMs > KEEP_DOWNLOADS,
      );
  });
}

/** Removes the blobs that neither an image nor a running process needs, and returns their digests. */
export function collectGarbage(store: Store): Digest[] {
  sweep(store);
  return alone(store, () => {
    const needed = new Set([
      ...pinnedDigests(store),
      ...readEntries(store).flatMap(({ target }) => reach(store, target)),
    ]);
    const kept = new Set([...needed].map(hexOf));
    const garbage = readdirSync(store.blobs).filter((name) => !kept.has(name));
    for (const name of garbage) rmSync(path.join(store.blobs, name));
    return garbage.map((name): Digest => `sha256:${name}`);
  });
}

/** The digests of a blob and of all that it names. Those of an index for other platforms may be missing. */
function reach(store: Store, target: Descriptor): Digest[] {
  if (!isIndex(target.mediaType) && !isManifest(target.mediaType)) return [target.digest];
  try {
    const { index, manifest } = parseManifest(target.digest, readBlob(store, target), target.mediaType);
    const children = index ? index.manifests : [manifest.config, ...manifest.layers];
    return [target.digest, ...children.flatMap((child) => reach(store, child))];
  } catch (error) {
    if (error instanceof UserError) return [target.digest]; // Missing or damaged: it names nothing.
    throw error;
  }
}
