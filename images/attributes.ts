/** Owner, mode, times and extended attributes, of an open file, or of a name in a directory. */
import { constants } from "node:os";
import { idsHere } from "../common/rootless.ts";
import { AT_SYMLINK_NOFOLLOW } from "../syscall/constants.ts";
import { Cell, direct } from "../syscall/direct.ts";
import type { Entry, Time } from "./entry.ts";
import { check, LayerError, noMarks, shown } from "./errors.ts";
import { type Directory, procPath } from "./tree.ts";

const { EPERM, EOPNOTSUPP } = constants.errno;

/** chown(2) takes this for "leave it". */
const NOBODY = 0xffffffff;

/** The extended attributes that overlayfs keeps its marks in; an ordinary user's are the others. */
export type Marks = "trusted" | "user";

/** Arguments in memory: they are read before the next call is made. */
const pathCell = new Cell(4096);
const keyCell = new Cell(256);
/** xattr(7): no value is larger, and neither is the list of an inode's names. */
const valueCell = new Cell(1 << 16);
/** struct timespec[2]: accessed, modified. */
const timesCell = new Cell(32);

/** What can be said of an entry before anything is made of it. */
export function checkAttributes({ name, uid, gid, xattrs }: Entry): void {
  for (const id of [uid, gid]) {
    if (id < 0 || id >= NOBODY) throw new LayerError(`${shown(name)}: ${id} is no user's or group's number`);
  }
  for (const [key, { length }] of xattrs) {
    if (key === "" || Buffer.byteLength(key) > 255 || key.includes("\0")) {
      throw new LayerError(`${shown(name)}: an attribute can't be called ${shown(key)}`);
    }
    if (length > valueCell.bytes.length)
      throw new LayerError(`${shown(name)}: an attribute has ${length} bytes`);
    if (/^(trusted|user)\.overlay\./.test(key)) {
      throw new LayerError(`${shown(name)} has the attribute ${shown(key)}, which is overlayfs's own`);
    }
  }
}

export class Attributes {
  private readonly uid = process.geteuid?.();
  private readonly gid = process.getegid?.();
  /** The permission bits that the umask leaves to a new file. */
  private readonly left = 0o777 & ~process.umask();

  /** `fresh`: the file was made by this process just now, with this mode as far as the umask allows. */
  setOpen(fd: number, entry: Entry, fresh: boolean): void {
    const { name, mode } = entry;
    const [uid, gid] = ownersHere(entry);
    const owned = fresh && uid === this.uid && gid === this.gid;
    if (!owned) check(direct("fchown", fd, uid, gid), name);
    // chown(2) clears the set-user-ID bit and file capabilities: so they come after it.
    if (!owned || !fresh || mode & ~this.left) check(direct("fchmod", fd, mode), name);
    if (entry.xattrs.size > 0) this.setXattrs("setxattr", `/proc/self/fd/${fd}`, entry);
    check(direct("utimensat", fd, 0, this.time(entry.modified)), name);
  }

  /** As setOpen, for what can't be opened: symlinks, which have no mode, devices and pipes. */
  setNamed(directory: Directory, base: string, entry: Entry): void {
    const { name, mode } = entry;
    const [uid, gid] = ownersHere(entry);
    check(direct("fchownat", directory.fd, pathCell.put(base), uid, gid, AT_SYMLINK_NOFOLLOW), name);
    // It was made just now, and nobody else is here, so it's no symlink: fchmodat(2) would follow one.
    if (entry.type !== "symlink") check(direct("fchmodat", directory.fd, pathCell.put(base), mode), name);
    if (entry.xattrs.size > 0)
      this.setXattrs("lsetxattr", procPath(directory, base).toString("latin1"), entry);
    const times = this.time(entry.modified);
    check(direct("utimensat", directory.fd, pathCell.put(base), times, AT_SYMLINK_NOFOLLOW), name);
  }

  /** Marks a directory for overlayfs: nothing of what is below it shows. */
  setOpaque(fd: number, marks: Marks, path: string): void {
    const result = this.set("setxattr", `/proc/self/fd/${fd}`, `${marks}.overlay.opaque`, Buffer.from("y"));
    if (result < 0) throw noMarks(path);
  }

  private setXattrs(call: "setxattr" | "lsetxattr", path: string, { name, xattrs }: Entry): void {
    for (const [key, value] of xattrs) {
      // What the image's builder had for SELinux means nothing here.
      if (key === "security.selinux") continue;
      const result = this.set(call, path, key, value);
      const needed = key === "security.capability";
      // As Docker does it: not every attribute can be had on every file system, and for every type of file.
      if (!needed && (result === -EOPNOTSUPP || result === -EPERM)) continue;
      check(result, name);
    }
  }

  private set(call: "setxattr" | "lsetxattr", path: string, key: string, value: Buffer): number {
    value.copy(valueCell.bytes);
    const name = keyCell.put(Buffer.from(key).toString("latin1"));
    return direct(call, pathCell.put(path), name, valueCell.address, value.length);
  }

  private time({ seconds, nanoseconds }: Time): number {
    for (const at of [0, 16]) {
      timesCell.bytes.writeUInt32LE(seconds >>> 0, at);
      timesCell.bytes.writeInt32LE(Math.floor(seconds / 2 ** 32), at + 4);
      timesCell.bytes.writeUInt32LE(nanoseconds, at + 8);
    }
    return timesCell.address;
  }
}

/** Where an ordinary user has no other ids, all is that user's. */
const ownersHere = ({ uid, gid }: Entry): [uid: number, gid: number] =>
  idsHere() === 1 ? [0, 0] : [uid, gid];

/** The extended attributes of what stands at this path (a symlink isn't followed); none where there are no such things. */
export function readXattrs(path: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  const at = pathCell.put(path.toString("latin1"));
  const { address, bytes } = valueCell;
  const size = direct("llistxattr", at, address, bytes.length);
  if (size <= 0) return found;
  for (const name of bytes.toString("latin1", 0, size - 1).split("\0")) {
    const length = direct("lgetxattr", at, keyCell.put(name), address, bytes.length);
    if (length < 0) continue; // It went away in the meantime.
    found.set(Buffer.from(name, "latin1").toString(), Buffer.from(bytes.subarray(0, length)));
  }
  return found;
}
