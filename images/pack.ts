/**
 * Makes a layer's archive of what a container has changed. overlayfs's marks become the files of names.ts again. The same
 * upper directory gives the same bytes. The format is ustar, with PAX records for what has no room in it, as others write it.
 */
import { closeSync, constants, fstatSync, readlinkSync, readSync } from "node:fs";
import { O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK } from "../syscall/constants.ts";
import { Cell, direct } from "../syscall/direct.ts";
import { check, LayerError, shown } from "./errors.ts";
import { BLOCK } from "./header.ts";
import { procPath } from "./tree.ts";
import { type Change, walkUpper } from "./upper.ts";
import { type Member, writeHeader } from "./write.ts";

/** Of what comes out, in bytes, about: more would be no faster. */
const CHUNK = 1 << 18;

/**
 * The archive, chunk by chunk, for as long as somebody takes them. `upper` must be root's alone to write in but for the
 * container. A UserError says what a layer can't hold.
 */
export async function* packLayer(upper: string): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for (const bytes of packAll(upper)) {
    waiting.push(bytes);
    size += bytes.length;
    if (size < CHUNK) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  yield Buffer.concat([...waiting, Buffer.alloc(2 * BLOCK)]);
}

function* packAll(upper: string): Generator<Buffer> {
  /** The first name of each file that has several. */
  const links = new Map<string, string>();
  for (const change of walkUpper(upper)) {
    const { stat, path, name } = change;
    if (name.startsWith(".wh.")) {
      throw new LayerError(
        `${shown(path)} can't be in a layer: its name would say that something isn't there`,
        "remove it, or give it another name",
      );
    }
    if (stat.isSocket()) continue; // Nobody listens there any more, and tar has no sockets.
    if (change.whiteout) {
      yield* writeHeader({ ...describe(change, "file"), path: `${parentOf(change)}.wh.${name}`, mode: 0 });
      continue;
    }
    const identity = `${stat.dev}:${stat.ino}`;
    const first = stat.nlink > 1n && !stat.isDirectory() ? links.get(identity) : undefined;
    if (first !== undefined) {
      yield* writeHeader({ ...describe(change, "link"), link: first, xattrs: new Map() });
      continue;
    }
    if (stat.nlink > 1n) links.set(identity, path);
    yield* packOne(change);
  }
}

function* packOne(change: Change): Generator<Buffer> {
  const { stat, path, parent, name } = change;
  if (stat.isFile()) {
    yield* packFile(change);
  } else if (stat.isDirectory()) {
    const directory = describe(change, "directory");
    yield* writeHeader({ ...directory, path: `${path}/` });
    if (change.opaque) {
      yield* writeHeader({ ...directory, type: "file", path: `${path}/.wh..wh..opq`, xattrs: new Map() });
    }
  } else if (stat.isSymbolicLink()) {
    const link = readlinkSync(procPath(parent, name), { encoding: "buffer" }).toString("latin1");
    yield* writeHeader({ ...describe(change, "symlink"), link });
  } else {
    const type = stat.isFIFO() ? "fifo" : stat.isBlockDevice() ? "block" : "character";
    yield* writeHeader(describe(change, type));
  }
}

const text = new Cell(4096);

function* packFile(change: Change): Generator<Buffer> {
  const { parent, name, path } = change;
  // A pipe that stands there since the look would keep us waiting.
  const flags = constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const fd = check(direct("openat", parent.fd, text.put(name), flags), path);
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (stat.ino !== change.stat.ino || !stat.isFile()) throw changed(path);
    const size = Number(stat.size);
    yield* writeHeader({ ...describe(change, "file"), size });
    for (let done = 0; done < size; ) {
      const bytes = Buffer.allocUnsafe(Math.min(CHUNK, size - done));
      const got = readSync(fd, bytes, 0, bytes.length, done);
      if (got === 0) throw changed(path);
      yield bytes.subarray(0, got);
      done += got;
    }
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (padding > 0) yield Buffer.alloc(padding);
  } finally {
    closeSync(fd);
  }
}

function describe({ path, stat, xattrs }: Change, type: Member["type"]): Member {
  const device = Number(stat.rdev);
  return {
    type,
    path,
    link: "",
    mode: Number(stat.mode) & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    size: 0,
    modified: stat.mtimeNs,
    // As stat(2) has the number: makedev(3).
    major: (device >>> 8) & 0xfff,
    minor: (device & 0xff) | ((device >>> 12) & 0xfff00),
    xattrs,
  };
}

const parentOf = ({ parent }: Change): string => (parent.path === "" ? "" : `${parent.path}/`);

const changed = (path: string) =>
  new LayerError(
    `${shown(path)} changed while it was read`,
    "stop the container, or pause it, and try again",
  );
