/**
 * Makes an archive of a file or a tree of a container's, or of the host's. What is read is first held by an fd that reads
 * nothing (O_PATH), and then looked at: so no device is opened, and nothing is followed, whatever its name means meanwhile.
 */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { say } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { shown } from "../../images/errors.ts";
import { BLOCK } from "../../images/header.ts";
import { type Member, writeHeader } from "../../images/write.ts";
import { O_CLOEXEC, O_NOFOLLOW, O_PATH } from "../../syscall/constants.ts";
import { formatErrno } from "../../syscall/format.ts";
import type { Owners } from "./ids.ts";
import { isMissing, linkIn, openBelow } from "./root.ts";

/** In bytes. */
const CHUNK = 1 << 18;
const NAME_MAX_PATH = 4096;

/** `name`: what it is called in the archive; "" for the contents of a directory alone. `fd` (O_PATH) stays the caller's. */
export async function* pack(fd: number, name: string, link: string, owners: Owners): AsyncGenerator<Buffer> {
  yield* packOne(fd, name, link, { owners, links: new Map() });
  yield Buffer.alloc(2 * BLOCK);
}

interface Archive {
  readonly owners: Owners;
  /** The first name of each file that has several. */
  readonly links: Map<string, string>;
}

function* packOne(fd: number, path: string, link: string, archive: Archive): Generator<Buffer> {
  const stat = fstatSync(fd, { bigint: true });
  if (path.length >= NAME_MAX_PATH) throw new UserError(`cp: ${shown(path)} is too long`);
  const member = describe(stat, path, archive.owners);
  if (stat.isDirectory()) {
    if (path !== "") yield* writeHeader({ ...member, type: "directory", path: `${path}/` });
    yield* packDirectory(fd, path, archive);
    return;
  }
  const identity = `${stat.dev}:${stat.ino}`;
  const first = stat.nlink > 1n ? archive.links.get(identity) : undefined;
  if (stat.nlink > 1n && first === undefined) archive.links.set(identity, path);
  if (first !== undefined) yield* writeHeader({ ...member, type: "link", link: first });
  else if (stat.isFile()) yield* packFile(fd, { ...member, size: Number(stat.size) });
  else if (stat.isSymbolicLink()) yield* writeHeader({ ...member, type: "symlink", link });
  else if (stat.isFIFO()) yield* writeHeader({ ...member, type: "fifo" });
  else say(`note: ${shown(path)} is a ${stat.isSocket() ? "socket" : "device"}: it isn't copied`);
}

function* packDirectory(fd: number, path: string, archive: Archive): Generator<Buffer> {
  const names = readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" });
  for (const name of names.map((each) => each.toString("latin1")).sort()) {
    const child = openBelow(fd, name, O_PATH | O_NOFOLLOW);
    if (child < 0) {
      if (isMissing(child)) continue; // It went away in the meantime.
      throw new UserError(`cp: ${shown(name)} can't be read: ${formatErrno(-child)}`);
    }
    try {
      const link = fstatSync(child).isSymbolicLink() ? linkIn(fd, name) : "";
      if (link !== undefined) yield* packOne(child, path === "" ? name : `${path}/${name}`, link, archive);
    } finally {
      closeSync(child);
    }
  }
}

function* packFile(held: number, member: Member): Generator<Buffer> {
  // The same file as is held, not whatever has its name now.
  const fd = openSync(`/proc/self/fd/${held}`, constants.O_RDONLY | constants.O_NONBLOCK | O_CLOEXEC);
  try {
    yield* writeHeader({ ...member, type: "file" });
    for (let done = 0; done < member.size; ) {
      const bytes = Buffer.allocUnsafe(Math.min(CHUNK, member.size - done));
      const got = readSync(fd, bytes, 0, bytes.length, done);
      if (got === 0)
        throw new UserError(`cp: ${shown(member.path)} became shorter while it was read`, {
          hint: "try again, or pause the container",
        });
      yield bytes.subarray(0, got);
      done += got;
    }
    const padding = (BLOCK - (member.size % BLOCK)) % BLOCK;
    if (padding > 0) yield Buffer.alloc(padding);
  } finally {
    closeSync(fd);
  }
}

function describe(stat: BigIntStats, path: string, { users, groups }: Owners): Member {
  return {
    type: "file",
    path,
    link: "",
    mode: Number(stat.mode) & 0o7777,
    uid: users.inside(Number(stat.uid)),
    gid: groups.inside(Number(stat.gid)),
    size: 0,
    modified: stat.mtimeNs,
    major: 0,
    minor: 0,
    xattrs: new Map(),
  };
}
