/** A download that is under way: a file that keeps what has come for the next try, and the hash of that. */
import { closeSync, createReadStream, fstatSync, ftruncateSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasBlob, publish, syncFile, writeAll } from "./blobs.ts";
import { Check, type Digest, hexOf } from "./digest.ts";
import { openLocked } from "./lock.ts";
import type { Descriptor } from "./manifest.ts";
import type { Pin } from "./pin.ts";
import type { Store } from "./store.ts";

/** How often one looks whether somebody else's download is there, in milliseconds. */
const LOOK_EVERY = 100;

const partialFile = (store: Store, digest: Digest) => path.join(store.downloads, hexOf(digest));

/** How much of a blob has come and waits to be continued, in bytes. */
export const partialSize = (store: Store, digest: Digest): number =>
  statSync(partialFile(store, digest), { throwIfNoEntry: false })?.size ?? 0;

export class Partial {
  private readonly file: string;
  private readonly fd: number;
  private readonly blob: Descriptor;
  private check: Check;
  /** Some of it was there before. */
  resumed = false;

  private constructor(file: string, fd: number, blob: Descriptor) {
    this.file = file;
    this.fd = fd;
    this.blob = blob;
    this.check = new Check(blob.digest, blob);
  }

  /** What has come, in bytes. */
  get size(): number {
    return this.check.size;
  }

  /**
   * The partial download of a blob, for us alone; what another process has got of it before is in it. While another one
   * is downloading this waits, and says how far that is; undefined when the blob is there.
   */
  static async open(
    store: Store,
    blob: Descriptor,
    waiting: (size: number) => void,
    signal: AbortSignal,
  ): Promise<Partial | undefined> {
    const { digest } = blob;
    const file = partialFile(store, digest);
    for (;;) {
      if (hasBlob(store, digest)) return undefined;
      const fd = openLocked(file);
      if (fd === undefined) {
        waiting(partialSize(store, digest));
        await sleep(LOOK_EVERY, undefined, { signal });
        continue;
      }
      const partial = new Partial(file, fd, blob);
      if (!hasBlob(store, digest)) return partial;
      partial.remove(); // Somebody has finished it in this moment.
      partial.close();
    }
  }

  /** Hashes what is there. */
  async resume(): Promise<void> {
    if (fstatSync(this.fd).size > this.blob.size) this.restart();
    const options = { fd: this.fd, start: 0, autoClose: false, highWaterMark: 1024 * 256 };
    for await (const chunk of createReadStream("", options) as AsyncIterable<Buffer>)
      this.check.update(chunk);
    this.resumed = this.size > 0;
  }

  async append(chunk: Uint8Array): Promise<void> {
    await writeAll(this.fd, chunk, this.size);
    this.check.update(chunk);
  }

  restart(): void {
    ftruncateSync(this.fd, 0);
    this.check = new Check(this.blob.digest, this.blob);
    this.resumed = false;
  }

  /** Makes a blob of it. Throws a UserError, and forgets what has come, where it isn't what its digest says. */
  async finish(store: Store, pin: Pin): Promise<void> {
    try {
      this.check.finish();
    } catch (error) {
      this.restart();
      throw error;
    }
    await syncFile(this.fd);
    publish(store, pin, this.file, this.blob.digest);
  }

  remove(): void {
    rmSync(this.file, { force: true });
  }

  close(): void {
    closeSync(this.fd);
  }
}
