/** The files of a tar archive, as blobs of the store: nothing is ever written under a name of the archive's. */
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { UserError } from "../common/errors.ts";
import { writeBlob } from "./blobs.ts";
import { decompress } from "./decompress.ts";
import type { Blob } from "./digest.ts";
import { LayerError } from "./errors.ts";
import type { Pin } from "./pin.ts";
import { settled } from "./settle.ts";
import type { Store } from "./store.ts";

/** The files of an archive by their name there; links lead to another name. */
export type Files = ReadonlyMap<string, Blob | string>;

/** An image has some dozens. */
const MAX_FILES = 10_000;
/** Of links, one after another. */
const MAX_LINKS = 10;

/** Reads an archive to its end, compressed or not. Throws a UserError where it isn't one. */
export async function readFiles(store: Store, pin: Pin, source: Readable): Promise<Files> {
  const files = new Map<string, Blob | string>();
  const archive = extract();
  const read = async () => {
    for await (const entry of archive) {
      const { type, linkname } = entry.header;
      const name = path.posix.normalize(entry.header.name);
      if (files.size >= MAX_FILES) throw new UserError(`load: the archive has more than ${MAX_FILES} files`);
      if (type === "file")
        files.set(
          name,
          await writeBlob(store, pin, entry as AsyncIterable<unknown> as AsyncIterable<Uint8Array>, {
            what: "a file of the archive",
          }),
        );
      if (type === "symlink") files.set(name, path.posix.join(path.posix.dirname(name), linkname ?? ""));
      if (type === "link") files.set(name, path.posix.normalize(linkname ?? ""));
      entry.resume();
    }
  };
  try {
    await settled(pipeline(decompress(source), archive), read());
  } catch (error) {
    if (error instanceof LayerError)
      throw new UserError(
        `load: the archive can't be decompressed: ${error.message.replace(/^layer: /, "")}`,
        {
          hint: "it is damaged: save it again",
        },
      );
    if (error instanceof UserError || (error as NodeJS.ErrnoException).syscall) throw error;
    throw new UserError(`load: it can't be read as a tar archive: ${(error as Error).message}`, {
      hint: "it is damaged, or not an archive of images",
    });
  }
  return files;
}

/** A file of the archive, through links; undefined where there is none. */
export function findFile(files: Files, name: string): Blob | undefined {
  let found = files.get(path.posix.normalize(name));
  for (let links = 0; typeof found === "string" && links < MAX_LINKS; links++) found = files.get(found);
  return typeof found === "string" ? undefined : found;
}

/** The same; throws a UserError where there is none. */
export function needFile(files: Files, name: string): Blob {
  const blob = findFile(files, name);
  if (blob) return blob;
  throw new UserError(`load: ${JSON.stringify(name)} is missing in the archive`, {
    hint: "it is damaged: save it again",
  });
}
