/**
 * The image store: an OCI image layout (image-layout.md) below `home()`. A blob appears under its digest when it is whole
 * and verified, and index.json is replaced as a whole, so that whatever is killed leaves a store that is right.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { placeError } from "../common/errors.ts";
import { home } from "../common/home.ts";
import { locked } from "../common/lock.ts";
import { type Digest, hexOf } from "./digest.ts";

export interface Store {
  readonly root: string;
  readonly blobs: string;
  /** Partial downloads, by their digest: they outlive who made them, for whoever goes on. */
  readonly downloads: string;
  /** Files that are being written; each is locked by its writer. */
  readonly drafts: string;
  /** What processes that run need beside what the index names: see pin.ts. */
  readonly pins: string;
}

/** The store, made if it isn't there yet. Throws a UserError where its place can't be written. */
export function openStore(root: string = path.join(home(), "images")): Store {
  const store: Store = {
    root,
    blobs: path.join(root, "blobs/sha256"),
    downloads: path.join(root, "downloads"),
    drafts: path.join(root, "drafts"),
    pins: path.join(root, "pins"),
  };
  inStore(store, () => isWhole(root) || make(store));
  return store;
}

/** Does the action; a place that can't be read or written, or is full, is the user's to mend. */
export function inStore<T>(store: Store, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw placeError(`the image store in ${store.root}`, error);
  }
}

/** Does the action while no other process changes the store. Short and synchronous; not to be nested. */
export const alone = <T>(store: Store, action: () => T): T => locked(store.root, 0o700, action);

export const blobFile = (store: Store, digest: Digest): string => path.join(store.blobs, hexOf(digest));

const LAYOUT = JSON.stringify({ imageLayoutVersion: "1.0.0" });
const layoutFile = (root: string) => path.join(root, "oci-layout");

/** oci-layout is written last. */
function isWhole(root: string): boolean {
  try {
    return readFileSync(layoutFile(root), "utf8") === LAYOUT;
  } catch {
    return false;
  }
}

function make(store: Store): void {
  mkdirSync(store.root, { recursive: true, mode: 0o700 });
  for (const folder of [store.blobs, store.downloads, store.drafts, store.pins])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  alone(store, () => {
    if (!isWhole(store.root)) replaceFile(layoutFile(store.root), LAYOUT);
  });
}

/** Replaces a file as a whole: after a crash there is the old one or the new one. Only while no other process does. */
export function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  syncFolder(path.dirname(file));
}

/** Makes the names in a folder last: fsync(2). */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
