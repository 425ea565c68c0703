/** The contents of a file that is being unpacked. */
import { ftruncateSync, writeSync } from "node:fs";
import type { Entry, Segment } from "./entry.ts";

const ZEROS = Buffer.alloc(1 << 20);

export class FileWriter {
  readonly fd: number;
  private readonly size: number;
  private readonly segments: readonly Segment[];
  private segment = 0;
  /** How much of the current segment has been written. */
  private done = 0;
  /** Where the last byte that isn't in a hole ends. */
  private end = 0;

  /** `fd`: an empty file. */
  constructor(fd: number, { size, segments }: Entry) {
    this.fd = fd;
    this.size = size;
    this.segments = segments ?? [{ offset: 0, length: size }];
  }

  write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const { offset, length } = this.segments[this.segment] ?? { offset: 0, length: 0 };
      const part = bytes.subarray(at, at + length - this.done);
      this.put(part, offset + this.done);
      at += part.length;
      this.done += part.length;
      if (this.done < length) continue;
      this.segment++;
      this.done = 0;
    }
  }

  /** To be called when all is written: a hole at the end is none until the file has its size. */
  finish(): void {
    if (this.end !== this.size) ftruncateSync(this.fd, this.size);
  }

  private put(bytes: Buffer, position: number): void {
    if (isZeros(bytes)) return; // It becomes a hole, which reads the same and takes no room.
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.fd, bytes, done, bytes.length - done, position + done);
    }
    this.end = position + bytes.length;
  }
}

/** Whether there are enough zeros for a hole, and nothing but zeros. */
function isZeros(bytes: Buffer): boolean {
  const { length } = bytes;
  if (length < 4096 || length > ZEROS.length || bytes[0] !== 0 || bytes[length - 1] !== 0) return false;
  return bytes.equals(ZEROS.subarray(0, length));
}
