/**
 * Unpacks a layer: the archive's bytes in, a directory out that overlayfs can have as a lower one. Archives come from
 * strangers and are unpacked by root, so this is a security boundary: names.ts and tree.ts keep it within the directory,
 * unpacker.ts decides what an entry may do, and this file bounds how much there may be, and lets nothing half-done stand.
 */
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, statfsSync } from "node:fs";
import path from "node:path";
import { placeError } from "../common/errors.ts";
import type { Marks } from "./attributes.ts";
import { decompress } from "./decompress.ts";
import { LayerError } from "./errors.ts";
import { TarReader } from "./tar.ts";
import { Unpacker } from "./unpacker.ts";

/** What an archive may come to: a small one can be a bomb. */
export interface Limits {
  /** Of the archive without compression. */
  readonly bytes: number;
  readonly entries: number;
}

export interface UnpackOptions {
  /** "sha256:…" of the archive without compression: the image's configuration has it. */
  readonly diffId: string;
  readonly limits: Limits;
  /** Where overlayfs's marks are kept: "trusted" where root mounts the layer, "user" where an ordinary user does. */
  readonly marks: Marks;
}

export interface Unpacked {
  /** Of the archive without compression. */
  readonly bytes: number;
  readonly entries: number;
  /** Nothing of the layers below this one shows, and overlayfs doesn't see that by itself. */
  readonly opaque: boolean;
}

/**
 * Unpacks `source` (tar, as it is or compressed by gzip or zstd) into `folder`, which is made. When this rejects, with a
 * UserError for all that the archive or the disk is to blame for, the folder isn't there. Beside it `FOLDER.aside` may
 * stand meanwhile. Nobody else may write in the folder, and its parent is to be closed to others: it has set-user-ID files.
 */
export async function unpackLayer(
  source: AsyncIterable<Uint8Array>,
  folder: string,
  { diffId, limits, marks }: UnpackOptions,
): Promise<Unpacked> {
  const aside = `${folder}.aside`;
  mkdirSync(folder, { mode: 0o755 });
  try {
    const unpacker = new Unpacker(folder, aside, { marks, maxEntries: limits.entries });
    try {
      const bytes = await unpackAll(source, unpacker, { diffId, limits });
      unpacker.finish();
      return { bytes, entries: unpacker.entries, opaque: unpacker.opaque };
    } finally {
      unpacker.close();
      rmSync(aside, { recursive: true, force: true });
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw placeError(`layer: it can't be unpacked in ${path.dirname(folder)}`, error);
  }
}

async function unpackAll(
  source: AsyncIterable<Uint8Array>,
  unpacker: Unpacker,
  { diffId, limits }: Pick<UnpackOptions, "diffId" | "limits">,
): Promise<number> {
  const hash = createHash("sha256");
  const reader = new TarReader(unpacker);
  let bytes = 0;
  for await (const chunk of decompress(source)) {
    bytes += chunk.length;
    if (bytes > limits.bytes) throw tooLarge(limits.bytes);
    hash.update(chunk);
    reader.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
  }
  reader.finish();
  const digest = `sha256:${hash.digest("hex")}`;
  if (digest !== diffId) throw new LayerError(`it is ${digest}, but the image says ${diffId}`);
  return bytes;
}

const GIB = 2 ** 30;

/**
 * What is let through: a GiB and a hundred times the size that the manifest says (in bytes), or FT_DOCKER_LAYER_LIMIT in
 * GiB; but no more than nine tenths of what the disk has left.
 */
export function defaultLimits(compressedSize: number, folder: string): Limits {
  const { bavail, bsize } = statfsSync(folder);
  const wanted = Number(process.env.FT_DOCKER_LAYER_LIMIT) * GIB || GIB + 100 * compressedSize;
  return { bytes: Math.min(wanted, Math.floor(bavail * bsize * 0.9)), entries: 4_000_000 };
}

function tooLarge(bytes: number): LayerError {
  return new LayerError(
    `it comes to more than ${Math.floor(bytes / 2 ** 20)} MiB when it is unpacked`,
    "a decompression bomb, or too little room on the disk; if you trust it: FT_DOCKER_LAYER_LIMIT=GIB",
  );
}
