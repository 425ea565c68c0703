/** A download that is under way: a file that keeps what has come for the next try, and the hash of that. */
import { createHash, type Hash } from "node:crypto";
import { closeSync, createReadStream, fstatSync, ftruncateSync, rmSync, statSync, write } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { hasBlob, publish, syncFile } from "./blobs.ts";
import { type Digest, finish, hexOf, mismatch } from "./digest.ts";
import { openLocked } from "./lock.ts";
import type { Descriptor } from "./manifest.ts";
import type { Pin } from "./pin.ts";
import type { Store } from "./store.ts";

const writeBytes = promisify(write);

/** How often one looks whether somebody else's download is there, in milliseconds. */
const LOOK_EVERY = 100;

const partialFile = (store: Store, digest: Digest) => path.join(store.downloads, hexOf(digest));

/** How much of a blob has come and waits to be continued, in bytes. */
export const partialSize = (store: Store, digest: Digest): number =>
  statSync(partialFile(store, digest), { throwIfNoEntry: false })?.size ?? 0;

export class Partial {
  private readonly file: string;
  private readonly fd: number;
  private hash: Hash = createHash("sha256");
  /** What has come, in bytes. */
  size = 0;
  /** Some of it was there before. */
  resumed = false;

  private constructor(file: string, fd: number) {
    this.file = file;
    this.fd = fd;
  }

  /**
   * The partial download of a blob, for us alone; what another process has got of it before is in it. While another one
   * is downloading this waits, and says how far that is; undefined when the blob is there.
   */
  static async open(
    store: Store,
    { digest }: Descriptor,
    waiting: (size: number) => void,
    signal: AbortSignal,
  ): Promise<Partial | undefined> {
    const file = partialFile(store, digest);
    for (;;) {
      if (hasBlob(store, digest)) return undefined;
      const fd = openLocked(file);
      if (fd === undefined) {
        waiting(partialSize(store, digest));
        await sleep(LOOK_EVERY, undefined, { signal });
        continue;
      }
      const partial = new Partial(file, fd);
      if (!hasBlob(store, digest)) return partial;
      partial.remove(); // Somebody has finished it in this moment.
      partial.close();
    }
  }

  /** Hashes what is there; `limit` is the whole blob's size in bytes. */
  async resume(limit: number): Promise<void> {
    if (fstatSync(this.fd).size > limit) this.restart();
    const there = createReadStream("", {
      fd: this.fd,
      start: 0,
      autoClose: false,
      highWaterMark: 1024 * 256,
    });
    for await (const chunk of there as AsyncIterable<Buffer>) {
      this.hash.update(chunk);
      this.size += chunk.length;
    }
    this.resumed = this.size > 0;
  }

  async append(chunk: Uint8Array): Promise<void> {
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await writeBytes(this.fd, chunk, done, chunk.length - done, this.size + done);
      done += bytesWritten;
    }
    this.hash.update(chunk);
    this.size += chunk.length;
  }

  restart(): void {
    ftruncateSync(this.fd, 0);
    this.hash = createHash("sha256");
    this.size = 0;
    this.resumed = false;
  }

  /** Makes a blob of it. Throws a UserError, and forgets what has come, where it isn't what its digest says. */
  async finish(store: Store, pin: Pin, blob: Descriptor): Promise<void> {
    const error = mismatch(blob.digest, blob, finish(this.hash.copy()), this.size);
    if (error) {
      this.restart();
      throw error;
    }
    await syncFile(this.fd);
    publish(store, pin, this.file, blob.digest);
  }

  remove(): void {
    rmSync(this.file, { force: true });
  }

  close(): void {
    closeSync(this.fd);
  }
}
