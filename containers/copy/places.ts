/** What is copied, and where it goes to: the rules are those of `docker cp`, which are those of cp(1). */
import { closeSync, fstatSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import { shown } from "../../images/errors.ts";
import { formatErrno } from "../../syscall/format.ts";
import { isMissing, linkIn, nameOf, parentOf, type Root } from "./root.ts";

/** A path as it was typed, with the root that it is in. Byte for byte; "-" isn't one. */
export interface Place {
  readonly root: Root;
  readonly path: string;
  /** As it was typed, for messages. */
  readonly text: string;
}

/** The host's are relative to the working directory, a container's to its root. */
export function placeIn(root: Root, base: string, typed: string, text: string): Place {
  const whole = path.posix.resolve(base, typed);
  // These three say something else than the same path without them.
  const end = /\/\.?$|^\.$/.exec(typed)?.[0] ?? "";
  const kept = whole === "/" || end === "" ? whole : `${whole}${end === "." ? "/." : end}`;
  return { root, path: Buffer.from(kept).toString("latin1"), text };
}

export interface Source {
  /** O_PATH; the caller's to close. */
  readonly fd: number;
  readonly isDirectory: boolean;
  readonly name: string;
  /** The contents of a directory alone: its path ended with "/.". */
  readonly contents: boolean;
  /** What a symlink says. */
  readonly link: string;
}

/** `follow`: a symlink stands for what it leads to. */
export function openSource({ root, path, text }: Place, follow: boolean): Source {
  const contents = path === "/" || path.endsWith("/.");
  const whole = path.replace(/(?<=.)\/\.?$/, "");
  const fd = root.open(whole, { follow: follow || whole !== path });
  if (fd < 0) throw failed(fd, text);
  const stat = fstatSync(fd);
  if (whole !== path && !stat.isDirectory()) {
    closeSync(fd);
    throw failed(-constants.errno.ENOTDIR, text);
  }
  const link = stat.isSymbolicLink() ? linkOf(root, whole) : "";
  return { fd, isDirectory: stat.isDirectory(), name: nameOf(whole), contents, link };
}

function linkOf(root: Root, path: string): string {
  const parent = root.open(parentOf(path), { follow: true, directory: true });
  if (parent < 0) return "";
  try {
    return linkIn(parent, nameOf(path)) ?? "";
  } finally {
    closeSync(parent);
  }
}

export interface Destination {
  /** An existing directory, O_PATH; the caller's to close. */
  readonly directory: number;
  /** What the thing is called there; "" for the directory itself, which takes the contents of another one. */
  readonly name: string;
}

/** A directory takes what is copied into it; else the last part of the path is its name. */
export function openDestination({ root, path, text }: Place, source: Source): Destination {
  const there = root.open(path, { follow: true });
  if (there >= 0 && fstatSync(there).isDirectory())
    return { directory: there, name: source.contents ? "" : source.name };
  if (there >= 0) closeSync(there);
  else if (!isMissing(there)) throw failed(there, text);
  if (there >= 0 && source.isDirectory)
    throw new UserError(`cp: ${text} is a file, and a directory can't go there`, {
      hint: "name a directory, or something that isn't there yet",
    });
  if (path.endsWith("/") && !source.isDirectory) throw failed(-constants.errno.ENOENT, text);
  const at = root.destination(path.replace(/(?<=.)\/\.?$/, ""));
  const directory = root.open(parentOf(at), { follow: true, directory: true });
  if (directory < 0) throw failed(directory, text);
  return { directory, name: nameOf(at) };
}

/** What an archive is unpacked into. */
export function openDirectory({ root, path, text }: Place): number {
  const fd = root.open(path, { follow: true, directory: true });
  if (fd < 0) throw failed(fd, text);
  return fd;
}

function failed(result: number, text: string): UserError {
  const { ENOENT, ENOTDIR, EXDEV } = constants.errno;
  const why = `cp: ${shown(Buffer.from(text).toString("latin1"))}: ${formatErrno(-result)}`;
  if (-result === EXDEV)
    return new UserError(`cp: ${text}: a symlink of the container's leads into another mount`, {
      hint: "name the place there itself",
    });
  const hints = new Map([
    [ENOENT, "the directory that it is in must be there"],
    [ENOTDIR, "a part of it that should be a directory isn't one"],
  ]);
  return new UserError(why, { hint: hints.get(-result) });
}
