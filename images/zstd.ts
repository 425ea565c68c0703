/** zstd in JavaScript, for versions of Node that haven't got it. */
import { Decompress } from "fzstd";
import { LayerError } from "./errors.ts";

/** What goes in at once, in bytes. All that comes of it is there when fzstd returns: 128 KiB for every 4 bytes, at worst. */
const PIECE = 1 << 10;

export async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const ready: Uint8Array[] = [];
  const stream = new Decompress((chunk) => ready.push(chunk));
  const push = (bytes: Uint8Array, last: boolean): Uint8Array[] => {
    try {
      stream.push(bytes, last);
    } catch (error) {
      throw new LayerError(`its compressed data is damaged: ${(error as Error).message}`);
    }
    return ready.splice(0);
  };
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += PIECE) yield* push(chunk.slice(at, at + PIECE), false);
  }
  yield* push(new Uint8Array(0), true);
}
