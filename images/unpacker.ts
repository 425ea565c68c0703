/** What each entry of a layer makes. Whatever the archive says, it happens within the tree, or it is an error. */
import { closeSync } from "node:fs";
import { constants } from "node:os";
import {
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_WRONLY,
  S_IFBLK,
  S_IFCHR,
  S_IFIFO,
} from "../syscall/constants.ts";
import { Cell, direct } from "../syscall/direct.ts";
import { Attributes, checkAttributes, type Marks } from "./attributes.ts";
import type { Entry } from "./entry.ts";
import { check, LayerError, noMarks, shown, writing } from "./errors.ts";
import { FileWriter } from "./file.ts";
import { meaningOf, type Place, readPath } from "./names.ts";
import type { Sink } from "./tar.ts";
import { type Directory, join, Tree } from "./tree.ts";

const { EEXIST, EPERM, ENOENT, ENOTDIR, ELOOP } = constants.errno;

/** Arguments in memory: they are read before the next call is made. */
const text = new Cell(4096);
const second = new Cell(4096);

export class Unpacker implements Sink {
  entries = 0;
  /** The layer's own root is opaque: overlayfs takes no notice of that, so who mounts it must. */
  opaque = false;
  private readonly maxEntries: number;
  private readonly marks: Marks;
  private readonly tree: Tree;
  private readonly attributes = new Attributes();
  /** Directories get their attributes at the end: what is made in one changes its time, and its mode might forbid it. */
  private readonly directories = new Map<string, Entry>();
  private file: { writer: FileWriter; entry: Entry } | undefined;

  constructor(folder: string, aside: string, options: { marks: Marks; maxEntries: number }) {
    this.marks = options.marks;
    this.maxEntries = options.maxEntries;
    this.tree = new Tree(folder, aside, (directory, replaced) => {
      this.directories.set(directory.path, implied(directory.path));
      if (replaced) this.attributes.setOpaque(directory.fd, this.marks, directory.path);
    });
    this.directories.set("", implied(""));
  }

  entry(entry: Entry): void {
    if (++this.entries > this.maxEntries) throw new LayerError(`it has more than ${this.maxEntries} entries`);
    const place = readPath(entry.name);
    const meaning = meaningOf(place);
    if (meaning.kind === "ignored") return;
    if (meaning.kind !== "entry" && entry.type !== "file" && entry.type !== "link") {
      throw new LayerError(`${shown(entry.name)}: a whiteout that is no file`);
    }
    if (meaning.kind === "opaque") this.opaqueDirectory(place.parent);
    else if (meaning.kind === "whiteout") this.whiteout(this.tree.directory(place.parent), meaning.of, entry);
    else this.make(place, entry);
  }

  data(bytes: Buffer): void {
    if (!this.file) return;
    const { writer, entry } = this.file;
    writing(entry.name, () => writer.write(bytes));
  }

  end(): void {
    if (!this.file) return;
    const { writer, entry } = this.file;
    writing(entry.name, () => writer.finish());
    this.attributes.setOpen(writer.fd, entry, true);
    this.file = undefined;
    closeSync(writer.fd);
  }

  /** All entries have come: what was put off is done. */
  finish(): void {
    // Children before their parents, which might not let us in afterwards.
    for (const path of [...this.directories.keys()].sort().reverse()) {
      const fd = this.tree.openPlain(path);
      if ([-ENOENT, -ENOTDIR, -ELOOP].includes(fd)) continue; // Something else took its place.
      try {
        const entry = this.directories.get(path);
        if (entry) this.attributes.setOpen(check(fd, path), entry, false);
      } finally {
        closeSync(fd);
      }
    }
  }

  close(): void {
    if (this.file) closeSync(this.file.writer.fd);
    this.tree.close();
  }

  private make(place: Place, entry: Entry): void {
    checkAttributes(entry);
    if (place.name === "") {
      if (entry.type !== "directory")
        throw new LayerError(`${shown(entry.name)}: the layer's root isn't a directory`);
      this.directories.set("", entry);
      return;
    }
    const parent = this.tree.directory(place.parent);
    this.tree.checkLength(join(parent.path, place.name));
    if (entry.type === "directory") this.directory(parent, place.name, entry);
    else if (entry.type === "file") this.regular(parent, place.name, entry);
    else if (entry.type === "link") this.hardlink(place, entry);
    else this.special(parent, place.name, entry);
  }

  private directory(parent: Directory, name: string, entry: Entry): void {
    const make = () => direct("mkdirat", parent.fd, text.put(name), 0o700);
    const made = make();
    this.directories.set(join(parent.path, name), entry);
    if (made !== -EEXIST) {
      check(made, entry.name);
      return;
    }
    const there = this.tree.look(parent, name);
    if (there === "directory") return;
    this.tree.remove(parent, name);
    check(make(), entry.name);
    // A layer that removes a directory and has one of that name has nothing of the old one in it.
    if (there === "whiteout") this.mark(parent, name);
  }

  private regular(parent: Directory, name: string, entry: Entry): void {
    const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const fd = this.replacing(parent, name, entry, () =>
      direct("openat", parent.fd, text.put(name), flags, entry.mode & 0o777),
    );
    this.file = { writer: new FileWriter(fd, entry), entry };
  }

  private special(parent: Directory, name: string, entry: Entry): void {
    if (entry.type === "symlink") {
      if (entry.link.length >= 4096 || entry.link.includes("\0")) {
        throw new LayerError(`${shown(entry.name)}: no symlink can lead to ${shown(entry.link)}`);
      }
      const target = second.put(entry.link);
      this.replacing(parent, name, entry, () => direct("symlinkat", target, parent.fd, text.put(name)));
    } else {
      const [mode, device] = node(entry);
      // An ordinary user can't make devices, and couldn't use them.
      if (this.marks === "user" && entry.type !== "fifo") return;
      this.replacing(parent, name, entry, () => direct("mknodat", parent.fd, text.put(name), mode, device));
    }
    this.attributes.setNamed(parent, name, entry);
  }

  /** A second name for a file of this layer. It isn't followed where it is a symlink: then there are two of those. */
  private hardlink(place: Place, entry: Entry): void {
    const target = readPath(entry.link);
    const from = this.tree.open(target.parent);
    try {
      const to = this.tree.directory(place.parent);
      if (this.tree.look(from, target.name) === "nothing") {
        throw new LayerError(
          `${shown(entry.name)} is a link to ${shown(entry.link)}, which isn't in the layer`,
        );
      }
      const old = second.put(target.name);
      this.replacing(to, place.name, entry, () =>
        direct("linkat", from.fd, old, to.fd, text.put(place.name), 0),
      );
    } finally {
      closeSync(from.fd);
    }
  }

  /** Makes something; where there is something already, that is replaced: the last one of a name counts. */
  private replacing(parent: Directory, name: string, entry: Entry, make: () => number): number {
    const made = make();
    if (made !== -EEXIST) return check(made, entry.name);
    this.tree.remove(parent, name);
    return check(make(), entry.name);
  }

  /** A whiteout is about the layers below: a file that this layer has under the same name stays. */
  private whiteout(parent: Directory, name: string, entry: Entry): void {
    const made = direct("mknodat", parent.fd, text.put(name), S_IFCHR, 0);
    if (made === -EPERM) throw noMarks(entry.name);
    if (made !== -EEXIST) check(made, entry.name);
    else if (this.tree.look(parent, name) === "directory") this.mark(parent, name);
  }

  private opaqueDirectory(path: string): void {
    const directory = this.tree.directory(path);
    if (directory.path === "") this.opaque = true;
    this.attributes.setOpaque(directory.fd, this.marks, path);
  }

  private mark(parent: Directory, name: string): void {
    const flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    const fd = check(direct("openat", parent.fd, text.put(name), flags), name);
    try {
      this.attributes.setOpaque(fd, this.marks, join(parent.path, name));
    } finally {
      closeSync(fd);
    }
  }
}

/** mknod(2)'s mode and number of a device or pipe. */
function node({ type, name, mode, major, minor }: Entry): [mode: number, device: number] {
  if (type === "fifo") return [S_IFIFO | mode, 0];
  if (major < 0 || major > 0xfff || minor < 0 || minor > 0xfffff) {
    throw new LayerError(`${shown(name)}: there is no device ${major}:${minor}`);
  }
  const device = ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
  return [(type === "block" ? S_IFBLK : S_IFCHR) | mode, device];
}

/** A directory that files are in though the archive has no entry of it: always the same, so that the layer is. */
const implied = (name: string): Entry => ({
  type: "directory",
  name,
  link: "",
  mode: 0o755,
  uid: process.geteuid?.() ?? 0,
  gid: process.getegid?.() ?? 0,
  modified: { seconds: 0, nanoseconds: 0 },
  major: 0,
  minor: 0,
  size: 0,
  segments: undefined,
  xattrs: new Map(),
});
