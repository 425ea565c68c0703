/** Layers come as plain tar, gzip or zstd. Their first bytes say which: media types aren't always right. */
import { pipeline, Readable, type Transform } from "node:stream";
import zlib from "node:zlib";
import { LayerError } from "./errors.ts";
import { splitFrames } from "./frames.ts";

type Chunks = AsyncIterable<Uint8Array>;

/** Of what comes out, in bytes; three of them may wait. Larger ones are no faster. */
const CHUNK = 1 << 18;
const OPTIONS = { chunkSize: CHUNK, highWaterMark: 3 * CHUNK };

/** Node has it since 22.15; its types for Node 20 don't. */
const { createZstdDecompress } = zlib as typeof zlib & {
  createZstdDecompress?: (options: typeof OPTIONS) => Transform;
};

export async function* decompress(source: Chunks): Chunks {
  const iterator = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  while (size < 4) {
    const { done, value } = await iterator.next();
    if (done) break;
    head.push(value);
    size += value.length;
  }
  const whole = rejoin(head, iterator);
  const magic = Buffer.concat(head).toString("hex", 0, 4);
  if (magic.startsWith("1f8b")) yield* through(whole, zlib.createGunzip(OPTIONS));
  else if (magic !== "28b52ffd" && !/^5.2a4d18$/.test(magic)) yield* whole;
  else if (createZstdDecompress) yield* through(splitFrames(whole), createZstdDecompress(OPTIONS));
  else yield* (await import("./zstd.ts")).unzstd(splitFrames(whole));
}

async function* rejoin(head: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): Chunks {
  try {
    yield* head;
    for (;;) {
      const { done, value } = await rest.next();
      if (done) return;
      yield value;
    }
  } finally {
    await rest.return?.();
  }
}

async function* through(source: Chunks, transform: Transform): Chunks {
  // What goes wrong at either end ends the iteration below.
  pipeline(Readable.from(source, { objectMode: false }), transform, () => {});
  try {
    yield* transform;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw /^(Z_|ZSTD_)/.test(code ?? "")
      ? new LayerError(`its compressed data is damaged: ${message}`)
      : error;
  }
}
