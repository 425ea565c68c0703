/**
 * Unpacks an archive into a directory of a container's, or of the host's. All names are below the directory's fd, no symlink
 * is followed there, and nothing that exists is written to: a file is replaced by a new one. Each thing is made by whom it is to
 * belong to, so that no owner is changed by a name that may mean something else by now.
 */
import { closeSync, fstatSync, lstatSync } from "node:fs";
import { constants } from "node:os";
import { say } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import type { Entry, Time } from "../../images/entry.ts";
import { check, shown, writing } from "../../images/errors.ts";
import { FileWriter } from "../../images/file.ts";
import { type Place, readPath } from "../../images/names.ts";
import type { Sink } from "../../images/tar.ts";
import {
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_WRONLY,
  PR_SET_SECUREBITS,
  S_IFIFO,
  SECBIT_NO_SETUID_FIXUP,
} from "../../syscall/constants.ts";
import { Cell, direct } from "../../syscall/direct.ts";
import { syscall } from "../../syscall/syscall.ts";
import type { Owners } from "./ids.ts";
import { openBelow } from "./root.ts";

const { EEXIST, ENOENT, ELOOP, ENOTDIR } = constants.errno;

const text = new Cell(4096);
const second = new Cell(4096);
/** struct timespec[2]: accessed, modified. */
const times = new Cell(32);

export interface CopyOptions {
  /** Whose numbers the archive has; undefined where all belongs to this process's user. */
  readonly owners: Owners | undefined;
  /** Owners, and set-user-ID and set-group-ID bits, as the archive has them. */
  readonly archive: boolean;
}

interface Made {
  readonly inode: bigint;
  readonly entry: Entry;
}

export class Copier implements Sink {
  private readonly directory: number;
  private readonly options: CopyOptions;
  /** Their times are set at the end: what is made in one changes them. */
  private readonly made = new Map<string, Made>();
  private file: { writer: FileWriter; entry: Entry } | undefined;
  private owner = "";
  /** Whose what is made is, as we count. */
  private user = process.geteuid?.() ?? 0;

  /** `directory` (O_PATH) stays the caller's. The main thread makes files as other users from here on. */
  constructor(directory: number, options: CopyOptions) {
    this.directory = directory;
    this.options = options;
    process.umask(0);
    // Another user for files, with root's rights all the same.
    if (options.owners) syscall("prctl", [PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP]);
  }

  entry(entry: Entry): void {
    const place = readPath(entry.name);
    if (place.name === "") return; // The directory itself, which is there.
    if (entry.type === "character" || entry.type === "block") {
      say(`note: ${shown(entry.name)} is a device: it isn't copied`);
      return;
    }
    this.become(entry);
    const parent = this.open(place.parent);
    try {
      if (entry.type === "directory") this.makeDirectory(parent, place, entry);
      else this.make(parent, place, entry);
    } finally {
      closeSync(parent);
    }
  }

  data(bytes: Buffer): void {
    const { file } = this;
    if (file) writing(file.entry.name, () => file.writer.write(bytes));
  }

  end(): void {
    if (!this.file) return;
    const { writer, entry } = this.file;
    this.file = undefined;
    try {
      writing(entry.name, () => writer.finish());
      if (this.mode(entry) > 0o777) check(direct("fchmod", writer.fd, this.mode(entry)), entry.name);
      check(direct("utimensat", writer.fd, 0, put(entry.modified)), entry.name);
    } finally {
      closeSync(writer.fd);
    }
  }

  finish(): void {
    for (const [path, { inode, entry }] of [...this.made].reverse()) {
      const fd = openBelow(this.directory, path, O_DIRECTORY);
      if (fd < 0) continue; // Somebody has removed it, or put something else in its place.
      try {
        if (fstatSync(fd, { bigint: true }).ino !== inode) continue;
        if (this.mode(entry) > 0o777) check(direct("fchmod", fd, this.mode(entry)), path);
        check(direct("utimensat", fd, 0, put(entry.modified)), path);
      } finally {
        closeSync(fd);
      }
    }
  }

  close(): void {
    if (this.file) closeSync(this.file.writer.fd);
  }

  /** What is made from here on is the entry's owner's, or the root's of whose files they are. */
  private become({ uid, gid }: Pick<Entry, "uid" | "gid">): void {
    const { owners, archive } = this.options;
    if (!owners) return;
    const [user, group] = archive ? [uid, gid] : [0, 0];
    const owner = `${user}:${group}`;
    if (owner === this.owner) return;
    this.owner = owner;
    // The kernel tells the number before, never an error.
    direct("setfsgid", owners.groups.outside(group));
    this.user = owners.users.outside(user);
    direct("setfsuid", this.user);
  }

  private mode({ mode }: Entry): number {
    return this.options.archive ? mode : mode & 0o1777;
  }

  /** The directory with this path, made where the archive has no entry of it. */
  private open(path: string): number {
    const found = openBelow(this.directory, path, O_PATH | O_DIRECTORY);
    if (found !== -ENOENT) return checkDirectory(found, path);
    const { parent, name } = readPath(path);
    const above = this.open(parent);
    try {
      const made = direct("mkdirat", above, text.put(name), 0o755);
      if (made !== -EEXIST) check(made, path);
      return checkDirectory(openBelow(above, name, O_PATH | O_DIRECTORY | O_NOFOLLOW), path);
    } finally {
      closeSync(above);
    }
  }

  private makeDirectory(parent: number, { parent: path, name }: Place, entry: Entry): void {
    const made = direct("mkdirat", parent, text.put(name), this.mode(entry) & 0o1777);
    if (made !== -EEXIST) check(made, entry.name);
    const fd = checkDirectory(openBelow(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW), entry.name);
    try {
      const { ino, uid } = fstatSync(fd, { bigint: true });
      // One that was there before keeps what it has, and so does one that somebody has put there just now.
      if (made === -EEXIST || Number(uid) !== this.user) return;
      this.made.set(path === "" ? name : `${path}/${name}`, { inode: ino, entry });
    } finally {
      closeSync(fd);
    }
  }

  private make(parent: number, { name }: Place, entry: Entry): void {
    if (entry.type === "file") {
      const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
      const fd = replacing(parent, name, entry, () =>
        direct("openat", parent, text.put(name), flags | O_CLOEXEC, this.mode(entry) & 0o777),
      );
      this.file = { writer: new FileWriter(fd, entry), entry };
    } else if (entry.type === "link") this.link(parent, name, entry);
    else {
      replacing(parent, name, entry, () =>
        entry.type === "symlink"
          ? direct("symlinkat", second.put(entry.link), parent, text.put(name))
          : direct("mknodat", parent, text.put(name), S_IFIFO | (this.mode(entry) & 0o777), 0),
      );
      const at = put(entry.modified);
      const set = direct("utimensat", parent, text.put(name), at, AT_SYMLINK_NOFOLLOW);
      if (set !== -ENOENT) check(set, entry.name);
    }
  }

  /** A second name of a file that the archive has had before. */
  private link(parent: number, name: string, entry: Entry): void {
    const target = readPath(entry.link);
    const from = checkDirectory(openBelow(this.directory, target.parent, O_PATH | O_DIRECTORY), entry.link);
    try {
      replacing(parent, name, entry, () =>
        direct("linkat", from, second.put(target.name), parent, text.put(name), 0),
      );
    } finally {
      closeSync(from);
    }
  }
}

/** Makes something; a file, or the like, that has this name goes. */
function replacing(parent: number, name: string, entry: Entry, make: () => number): number {
  const made = make();
  if (made !== -EEXIST) return check(made, entry.name);
  const path = Buffer.from(`/proc/self/fd/${parent}/${name}`, "latin1");
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`cp: ${shown(entry.name)} is a directory there, and none here`, {
      hint: "remove it first, or choose another name",
    });
  const removed = direct("unlinkat", parent, text.put(name), 0);
  if (removed !== -ENOENT) check(removed, entry.name);
  return check(make(), entry.name);
}

function checkDirectory(result: number, path: string): number {
  if (result !== -ELOOP && result !== -ENOTDIR) return check(result, path);
  throw new UserError(`cp: ${shown(path.replace(/\/$/, ""))} is no directory there, or a symlink to one`, {
    hint: "name the place that it leads to",
  });
}

function put({ seconds, nanoseconds }: Time): number {
  for (const at of [0, 16]) {
    times.bytes.writeUInt32LE(seconds >>> 0, at);
    times.bytes.writeInt32LE(Math.floor(seconds / 2 ** 32), at + 4);
    times.bytes.writeUInt32LE(nanoseconds, at + 8);
  }
  return times.address;
}
