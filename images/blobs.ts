/** Blobs: written under a name of their own, and renamed to their digest when they are whole, verified and on the disk. */
import {
  closeSync,
  createReadStream,
  existsSync,
  fsync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  write,
} from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { placeError, UserError } from "../common/errors.ts";
import { type Blob, Check, checkBytes, type Digest, digestOf, type Expected, Verifier } from "./digest.ts";
import { newLocked } from "./lock.ts";
import type { Descriptor } from "./manifest.ts";
import type { Pin } from "./pin.ts";
import { MAX_DOCUMENT } from "./schema.ts";
import { blobFile, inStore, type Store } from "./store.ts";

export const syncFile = promisify(fsync);

export interface WriteOptions {
  /** What the bytes are, for an error's text. */
  readonly what: string;
  readonly expected?: Expected | undefined;
}

/** Stores the bytes, pinned, and returns their digest and size. Throws a UserError if they aren't as expected, or the disk is full. */
export async function writeBlob(
  store: Store,
  pin: Pin,
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { what, expected }: WriteOptions,
): Promise<Blob> {
  const { file, fd } = inStore(store, () => newLocked(store.drafts));
  try {
    const check = new Check(what, expected);
    for await (const chunk of source) {
      await writeAll(fd, chunk, check.size);
      check.update(chunk);
    }
    const blob = check.finish();
    await syncFile(fd);
    publish(store, pin, file, blob.digest);
    return blob;
  } catch (error) {
    rmSync(file, { force: true });
    throw placeError(`${what}: it can't be stored in ${store.root}`, error);
  } finally {
    closeSync(fd);
  }
}

const writeSome = promisify(write);

/** pwrite(2), until all is written; `position` in bytes. */
export async function writeAll(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await writeSome(fd, bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Gives a file that is whole and on the disk its name as a blob. */
export function publish(store: Store, pin: Pin, file: string, digest: Digest): void {
  pin.add([digest]);
  renameSync(file, blobFile(store, digest));
}

/** Stores a small document, and describes it. */
export async function writeDocument(
  store: Store,
  pin: Pin,
  bytes: Uint8Array,
  mediaType: string,
): Promise<Descriptor> {
  const digest = digestOf(bytes);
  const descriptor = { mediaType, digest, size: bytes.length };
  pin.add([digest]);
  if (!hasBlob(store, digest)) await writeBlob(store, pin, [bytes], { what: digest, expected: descriptor });
  return descriptor;
}

export const hasBlob = (store: Store, digest: Digest): boolean => existsSync(blobFile(store, digest));

/** A manifest, an index or a config: whole, and verified. Throws a UserError if it is missing, damaged or too large. */
export function readBlob(store: Store, blob: Blob): Buffer {
  if (blob.size > MAX_DOCUMENT) throw tooLarge(blob);
  let bytes: Buffer;
  try {
    bytes = readFileSync(blobFile(store, blob.digest));
  } catch (error) {
    throw missing(blob.digest, error);
  }
  checkBytes(blob.digest, bytes, blob);
  return bytes;
}

/** A blob's bytes; the stream fails at its end if they aren't what the digest says. Throws a UserError where it is missing. */
export function openBlob(store: Store, blob: Blob): Readable {
  const verifier = new Verifier(blob.digest, blob);
  pipeline(openLayer(store, blob), verifier).catch(() => {}); // Whoever reads hears of it there.
  return verifier;
}

/** A layer's bytes as they are stored, for unpackLayer: that verifies what is in them, by the layer's diffId. */
export function openLayer(store: Store, { digest }: Blob): Readable {
  try {
    const fd = openSync(blobFile(store, digest), "r");
    return createReadStream("", { fd, highWaterMark: 1024 * 256 });
  } catch (error) {
    throw missing(digest, error);
  }
}

export const tooLarge = ({ digest, size }: Blob): UserError =>
  new UserError(`${digest}: ${size} bytes are too large for a manifest or a config`, {
    hint: `at most ${MAX_DOCUMENT} bytes are read; whoever made the image must mend it`,
  });

function missing(digest: Digest, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") return error;
  return new UserError(`${digest}: it isn't in the image store any more`, { hint: "pull the image again" });
}
