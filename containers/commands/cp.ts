import { closeSync, createReadStream, openSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isSet, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { isTerminal } from "../../common/termios.ts";
import { takeWords } from "../../images/commands/words.ts";
import { decompress } from "../../images/decompress.ts";
import { LayerError } from "../../images/errors.ts";
import { TarReader } from "../../images/tar.ts";
import { O_CLOEXEC, O_DIRECTORY, O_PATH } from "../../syscall/constants.ts";
import { openContainer } from "../copy/container-root.ts";
import { Ids, type Owners } from "../copy/ids.ts";
import { pack } from "../copy/pack.ts";
import {
  type Destination,
  openDestination,
  openDirectory,
  openSource,
  type Place,
  placeIn,
} from "../copy/places.ts";
import { Root } from "../copy/root.ts";
import { Copier, type CopyOptions } from "../copy/unpack.ts";
import { findContainer } from "../find.ts";

const USAGE = "CONTAINER:SRC DST, or SRC CONTAINER:DST";
const SAME: Owners = { users: Ids.same(), groups: Ids.same() };

export async function cp(values: Values, words: readonly string[]): Promise<number> {
  const [from = "", to = ""] = takeWords("cp", words, USAGE, { min: 2, max: 2, what: "file" });
  const archive = isSet(values, "archive");
  const follow = isSet(values, "follow-link");
  const [source, destination] = [parse(from), parse(to)];
  if ((source.container === undefined) === (destination.container === undefined))
    throw new UserError(`cp ${from} ${to}: one of both is a container's`, { hint: `cp ${USAGE}` });
  const container = findContainer("cp", source.container ?? destination.container ?? "");
  const base = process.cwd();
  const host = new Root(openSync("/", O_PATH | O_DIRECTORY | O_CLOEXEC), { confined: false });
  const { root, owners } = openContainer(container);
  const inside = ({ path }: Typed, text: string) => placeIn(root, "/", path, text);
  const outside = ({ path }: Typed, text: string) => placeIn(host, base, path, text);
  try {
    if (source.container === undefined) {
      const place = inside(destination, to);
      const options = { owners, archive };
      if (from === "-") await unpackStdin(place, options);
      else await copy(outside(source, from), place, follow, SAME, options);
    } else if (to === "-") await packToStdout(inside(source, from), follow, owners);
    else {
      // Numbers of the container's users mean others here, or nobody: they are kept for who asks for it, as in Docker.
      const kept = archive && process.geteuid?.() === 0 ? SAME : undefined;
      await copy(inside(source, from), outside(destination, to), follow, owners, { owners: kept, archive });
    }
  } catch (error) {
    // The archive's reader has layers in mind.
    if (!(error instanceof LayerError)) throw error;
    throw new UserError(error.message.replace(/^layer: /, "cp: "));
  }
  return 0;
}

interface Typed {
  readonly container: string | undefined;
  readonly path: string;
}

/** `CONTAINER:PATH`, unless it begins as a path does: `./a:b`. */
function parse(text: string): Typed {
  const [, container, path = ""] = /^([^/.:][^/:]*):(.*)$/s.exec(text) ?? [];
  if (container === undefined) return { container, path: text };
  if (path === "") throw new UserError(`cp ${text}: no path is named`, { hint: `cp ${USAGE}` });
  return { container, path };
}

async function copy(
  from: Place,
  to: Place,
  follow: boolean,
  owners: Owners,
  options: CopyOptions,
): Promise<void> {
  const source = openSource(from, follow);
  const { directory, name }: Destination = openDestination(to, source);
  try {
    await unpack(pack(source.fd, name, source.link, owners), directory, options);
  } finally {
    for (const fd of [source.fd, directory]) closeSync(fd);
  }
}

async function packToStdout(from: Place, follow: boolean, owners: Owners): Promise<void> {
  if (isTerminal(1))
    throw new UserError("cp: a terminal can't show an archive", { hint: "cp CONTAINER:SRC - | tar -t" });
  const source = openSource(from, follow);
  try {
    const tar = pack(source.fd, source.contents ? "" : source.name, source.link, owners);
    await pipeline(Readable.from(tar), process.stdout);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error; // Who reads has had enough.
  } finally {
    closeSync(source.fd);
  }
}

async function unpackStdin(to: Place, options: CopyOptions): Promise<void> {
  if (isTerminal(0))
    throw new UserError("cp: a terminal has no archive", { hint: "tar -c FILE… | cp - CONTAINER:DST" });
  const directory = openDirectory(to);
  try {
    await unpack(decompress(createReadStream("", { fd: 0, highWaterMark: 1 << 18 })), directory, options);
  } finally {
    closeSync(directory);
  }
}

async function unpack(
  archive: AsyncIterable<Uint8Array>,
  directory: number,
  options: CopyOptions,
): Promise<void> {
  const copier = new Copier(directory, options);
  const reader = new TarReader(copier);
  try {
    for await (const chunk of archive)
      reader.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    reader.finish();
    copier.finish();
  } finally {
    copier.close();
  }
}
