/** Blobs that are there, and stay there. */
import { statSync } from "node:fs";
import { UserError } from "../common/errors.ts";
import type { Blob } from "./digest.ts";
import type { Image } from "./image.ts";
import type { Pin } from "./pin.ts";
import { blobFile, type Store } from "./store.ts";

/** All of an image's. */
export const blobsOf = ({ target, descriptor, manifest, layers }: Image): Blob[] => [
  target,
  descriptor,
  manifest.config,
  ...layers,
];

/**
 * Pins the blobs. Throws a UserError that begins with `what` where one isn't there, or has another size: an image may have
 * been removed since it was found.
 */
export function keepBlobs(store: Store, pin: Pin, blobs: readonly Blob[], what: string): void {
  pin.add(blobs.map(({ digest }) => digest));
  for (const { digest, size } of blobs) {
    const there = statSync(blobFile(store, digest), { throwIfNoEntry: false })?.size;
    if (there === size) continue;
    const is =
      there === undefined ? "missing, or not what its digest says" : `of ${there} bytes, not ${size}`;
    throw new UserError(`${what}: ${digest} is ${is}`, { hint: "pull, load or save the image again" });
  }
}
