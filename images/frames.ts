/**
 * The frames of a zstd stream, RFC 8878: a layer may have many. They are found and not decompressed, for two reasons:
 * Node 22 and 24 stop after the first one unless the next one comes in a chunk of its own; and a frame says how much memory
 * it wants, of which fzstd would give it 2 GiB.
 */
import { LayerError } from "./errors.ts";

/** A larger window is refused, in bytes: the zstd command does so as well unless it is told otherwise. */
const MAX_WINDOW = 2 ** 27;
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const RLE = 1;

/** The same bytes, in chunks none of which goes beyond a frame's end. */
export async function* splitFrames(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const walker = new Walker();
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      const end = walker.walk(chunk, at);
      yield chunk.subarray(at, end);
      at = end;
    }
  }
  if (walker.inFrame) throw new LayerError("its compressed data is cut off");
}

class Walker {
  inFrame = false;
  /** What is read next: this many bytes, for `take`. */
  private wanted = 4;
  private take: (bytes: Buffer) => void = (bytes) => this.magic(bytes);
  private have: number[] = [];
  /** And before that, bytes of no interest. */
  private skip = 0;
  private last = false;
  private checksum = 0;

  /** From a place in a chunk to the end of the frame, or of the chunk. */
  walk(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; ) {
      if (this.skip > 0) {
        const size = Math.min(this.skip, chunk.length - at);
        this.skip -= size;
        at += size;
      } else {
        this.inFrame = true;
        this.have.push(chunk[at++] ?? 0);
        if (this.have.length === this.wanted) this.take(Buffer.from(this.have.splice(0)));
      }
      if (this.last && this.skip === 0) {
        this.last = false;
        this.inFrame = false;
        this.next(4, (bytes) => this.magic(bytes));
        return at;
      }
    }
    return chunk.length;
  }

  private next(size: number, take: (bytes: Buffer) => void): void {
    this.wanted = size;
    this.take = take;
  }

  private magic(bytes: Buffer): void {
    const magic = bytes.readUInt32LE();
    if (magic === MAGIC) this.next(1, ([descriptor = 0]) => this.descriptor(descriptor));
    else if (magic - (magic % 16) !== SKIPPABLE)
      throw new LayerError("its compressed data is damaged: no zstd frame");
    else this.next(4, (size) => this.end(size.readUInt32LE()));
  }

  private end(rest: number): void {
    this.skip = rest;
    this.last = true;
  }

  private descriptor(descriptor: number): void {
    const single = (descriptor & 0x20) !== 0;
    this.checksum = descriptor & 0x04 ? 4 : 0;
    const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const content = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    this.next((single ? 0 : 1) + dictionary + content, (bytes) => {
      const window = single ? contentSize(bytes.subarray(dictionary)) : windowSize(bytes[0] ?? 0);
      if (window > MAX_WINDOW) throw new LayerError(`its compression wants ${window} bytes of memory`);
      this.next(3, (block) => this.block(block));
    });
  }

  private block(bytes: Buffer): void {
    const header = bytes.readUIntLE(0, 3);
    this.skip = ((header >> 1) & 3) === RLE ? 1 : header >> 3;
    if (header & 1) this.end(this.skip + this.checksum);
  }
}

/** Window_Descriptor: an exponent of 5 bits, and eighths of that. */
const windowSize = (byte: number): number => 2 ** (10 + (byte >> 3)) * (1 + (byte & 7) / 8);

/** Frame_Content_Size: a frame without a window has all that it says in memory. */
function contentSize(bytes: Buffer): number {
  if (bytes.length === 8) return Number(bytes.readBigUInt64LE());
  return bytes.readUIntLE(0, bytes.length) + (bytes.length === 2 ? 256 : 0);
}
