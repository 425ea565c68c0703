/**
 * A pin keeps blobs from being removed while a process needs them that the index doesn't name yet, or not any more: those
 * of an image that is being pulled, loaded or run. It is a file of digests, locked by its owner: with the owner it ends.
 */
import { closeSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { type Digest, isDigest } from "./digest.ts";
import { newLocked, removeAbandoned } from "./lock.ts";
import { alone, inStore, type Store } from "./store.ts";

export interface Pin {
  /** From when this returns until the pin's end, blobs with these digests aren't removed. */
  add(digests: readonly Digest[]): void;
}

/** Does the action with a pin, which ends with it. */
export async function pinned<T>(store: Store, action: (pin: Pin) => Promise<T>): Promise<T> {
  const { file, fd } = inStore(store, () => newLocked(store.pins));
  const known = new Set<Digest>();
  const add = (digests: readonly Digest[]) => {
    const fresh = digests.filter((digest) => !known.has(digest));
    if (fresh.length === 0) return;
    // Not while blobs are being removed: whoever looks for a blob after this finds one that stays.
    inStore(store, () => alone(store, () => writeSync(fd, fresh.map((digest) => `${digest}\n`).join(""))));
    for (const digest of fresh) known.add(digest);
  };
  try {
    return await action({ add });
  } finally {
    rmSync(file, { force: true });
    closeSync(fd);
  }
}

/** The digests that living processes have pinned; pins of dead ones are removed. Only while alone in the store. */
export function pinnedDigests(store: Store): Set<Digest> {
  const files = readdirSync(store.pins).map((name) => path.join(store.pins, name));
  return new Set(files.flatMap((file) => (removeAbandoned(file) ? [] : readPin(file))));
}

function readPin(file: string): Digest[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(isDigest);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []; // Its owner has ended meanwhile.
    throw error;
  }
}
