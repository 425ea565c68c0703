/** Owner, mode, times and extended attributes, of an open file, or of a name in a directory. */
import { constants } from "node:os";
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

/** What can be said of an entry before anything is made of it. */
export function checkAttributes({ name, uid, gid, xattrs }: Entry): void {
  for (const id of [uid, gid]) {
    if (id < 0 || id >= NOBODY) throw new LayerError(`${shown(name)}: ${id} is no user's or group's number`);
  }
  for (const key of xattrs.keys()) {
    if (key === "" || key.length > 255 || key.includes("\0")) {
      throw new LayerError(`${shown(name)}: an attribute can't be called ${shown(key)}`);
    }
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
  private readonly text = new Cell(4096);
  private readonly key = new Cell(4096);
  private readonly value = new Cell(1 << 20);
  /** struct timespec[2]: accessed, modified. */
  private readonly times = new Cell(32);

  /** `fresh`: the file was made by this process just now, with this mode as far as the umask allows. */
  setOpen(fd: number, entry: Entry, fresh: boolean): void {
    const { name, uid, gid, mode } = entry;
    const owned = fresh && uid === this.uid && gid === this.gid;
    if (!owned) check(direct("fchown", fd, uid, gid), name);
    // chown(2) clears the set-user-ID bit and file capabilities: so they come after it.
    if (!owned || !fresh || mode & ~this.left) check(direct("fchmod", fd, mode), name);
    if (entry.xattrs.size > 0) this.setXattrs("setxattr", `/proc/self/fd/${fd}`, entry);
    check(direct("utimensat", fd, 0, this.time(entry.modified)), name);
  }

  /** As setOpen, for what can't be opened: symlinks, which have no mode, devices and pipes. */
  setNamed(directory: Directory, base: string, entry: Entry): void {
    const { name, uid, gid, mode } = entry;
    check(direct("fchownat", directory.fd, this.text.put(base), uid, gid, AT_SYMLINK_NOFOLLOW), name);
    // It was made just now, and nobody else is here, so it's no symlink: fchmodat(2) would follow one.
    if (entry.type !== "symlink") check(direct("fchmodat", directory.fd, this.text.put(base), mode), name);
    if (entry.xattrs.size > 0)
      this.setXattrs("lsetxattr", procPath(directory, base).toString("latin1"), entry);
    const times = this.time(entry.modified);
    check(direct("utimensat", directory.fd, this.text.put(base), times, AT_SYMLINK_NOFOLLOW), name);
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
    value.copy(this.value.bytes);
    const name = this.key.put(Buffer.from(key).toString("latin1"));
    return direct(call, this.text.put(path), name, this.value.address, value.length);
  }

  private time({ seconds, nanoseconds }: Time): number {
    for (const at of [0, 16]) {
      this.times.bytes.writeUInt32LE(seconds >>> 0, at);
      this.times.bytes.writeInt32LE(Math.floor(seconds / 2 ** 32), at + 4);
      this.times.bytes.writeUInt32LE(nanoseconds, at + 8);
    }
    return this.times.address;
  }
}

const names = new Cell(1 << 16);
const key = new Cell(256);
const value = new Cell(1 << 16);
const text = new Cell(4096);

/** The extended attributes of what stands at this path (a symlink isn't followed); none where there are no such things. */
export function readXattrs(path: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  const at = text.put(path.toString("latin1"));
  const size = direct("llistxattr", at, names.address, names.bytes.length);
  if (size <= 0) return found;
  for (const name of names.bytes.toString("latin1", 0, size - 1).split("\0")) {
    const length = direct("lgetxattr", at, key.put(name), value.address, value.bytes.length);
    if (length >= 0)
      found.set(Buffer.from(name, "latin1").toString(), Buffer.from(value.bytes.subarray(0, length)));
  }
  return found;
}
