/** Layers and archives come plain, or compressed by gzip or zstd: told by their first bytes, whatever their name says. */
import { Readable, Transform, type TransformCallback } from "node:stream";
import * as zlib from "node:zlib";
import { Decompress } from "fzstd";
import { UserError } from "../common/errors.ts";

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
/** Large enough to tell what it is, in bytes. */
const HEAD = 4;

/** The plain bytes; the stream fails with a UserError that begins with `what` where the compression is damaged. */
export const decompressed = (what: string, source: AsyncIterable<Uint8Array>): Readable =>
  Readable.from(decompress(what, source), { objectMode: false });

async function* decompress(what: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  const head = await readHead(chunks);
  const whole = Readable.from(chain(head, chunks), { objectMode: false });
  const decoder = decoderOf(head);
  try {
    yield* decoder ? whole.compose(decoder) : whole;
  } catch (error) {
    throw isDecoders(error) ? damaged(what, error as Error) : error;
  }
}

async function readHead(chunks: AsyncIterator<Uint8Array>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < HEAD) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* chain(head: Buffer, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* { [Symbol.asyncIterator]: () => chunks };
}

function decoderOf(head: Buffer): Transform | undefined {
  const starts = (magic: readonly number[]) => magic.every((byte, i) => head[i] === byte);
  if (starts(GZIP)) return zlib.createGunzip({ chunkSize: 1024 * 128 });
  return starts(ZSTD) ? zstdDecoder() : undefined;
}

/** Node's own, where it has one (22.15 and later). */
function zstdDecoder(): Transform {
  const { createZstdDecompress } = zlib as {
    createZstdDecompress?: (options: zlib.ZlibOptions) => Transform;
  };
  return createZstdDecompress?.({ chunkSize: 1024 * 128 }) ?? new ZstdDecoder();
}

class ZstdDecoder extends Transform {
  private readonly decoder = new Decompress((chunk) => this.push(Buffer.from(chunk)));

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.feed(chunk, false, done);
  }

  override _flush(done: TransformCallback): void {
    this.feed(Buffer.alloc(0), true, done);
  }

  private feed(chunk: Buffer, last: boolean, done: TransformCallback): void {
    try {
      this.decoder.push(chunk, last);
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}

/** zlib's codes are names, `Z_DATA_ERROR`, and `ZSTD_error_…`; fzstd's are numbers. */
function isDecoders(error: unknown): boolean {
  const { code } = error as { code?: string | number };
  return typeof code === "number" || /^(Z_|ZSTD_)/.test(code ?? "");
}

const damaged = (what: string, { message }: Error): UserError =>
  new UserError(`${what}: it can't be decompressed: ${message}`, {
    hint: "it is damaged: pull or load it again",
  });
