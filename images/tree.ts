/**
 * The folder that a layer is unpacked into. Everything in it is reached from its file descriptor, by openat2(2) with
 * RESOLVE_IN_ROOT: the kernel resolves symlinks and ".." as if the folder were "/", so no name leads out of it, whatever
 * an earlier entry has put there. The last part of a name is never followed. Names are strings of bytes (latin1).
 */
import { closeSync, lstatSync, mkdirSync, openSync, readlinkSync } from "node:fs";
import { constants } from "node:os";
import {
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
} from "../syscall/constants.ts";
import { Cell, direct } from "../syscall/direct.ts";
import { check, LayerError, shown } from "./errors.ts";

const { EEXIST, EISDIR, ENOENT, ENOTDIR } = constants.errno;

/** The kernel takes no longer path, and neither do the tools that will remove this one. */
const PATH_MAX = 4096;
/** What the folder's own path may grow by when it is moved. */
const SPARE = 64;

/** A directory of the tree: its fd (O_PATH), and its path from the tree's root, in which there is no symlink; "" is the root. */
export interface Directory {
  readonly fd: number;
  readonly path: string;
}

export const join = (path: string, name: string): string => (path === "" ? name : `${path}/${name}`);

/** Arguments in memory: they are read before the next call is made. */
const text = new Cell(PATH_MAX);
const second = new Cell(32);
const how = new Cell(24);

export class Tree {
  private readonly root: number;
  private readonly rootPath: string;
  private readonly aside: string;
  private asideFd = -1;
  private count = 0;
  /** The directory that was asked for last, and how: mostly the next one is the same. */
  private asked: string | undefined;
  private current: Directory = { fd: -1, path: "" };
  private readonly onMade: (directory: Directory, replaced: boolean) => void;

  /**
   * `folder`: an empty directory that nobody else writes in. `aside`: a path on the same file system, for directories
   * that are replaced. `onMade` is told of each directory that is made without an entry, and whether it replaces a whiteout.
   */
  constructor(folder: string, aside: string, onMade: (directory: Directory, replaced: boolean) => void) {
    this.aside = aside;
    this.onMade = onMade;
    this.root = openSync(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    this.rootPath = this.pathOf(this.root);
  }

  close(): void {
    this.forget();
    closeSync(this.root);
    if (this.asideFd >= 0) closeSync(this.asideFd);
  }

  /** The directory with this path, made where it isn't there; its fd is good until the next call. */
  directory(path: string): Directory {
    if (path === this.asked) return this.current;
    this.forget();
    this.current = this.open(path);
    this.asked = path;
    return this.current;
  }

  /** As `directory`, with an fd that is the caller's to close. */
  open(path: string): Directory {
    this.checkLength(path);
    const fd = this.resolve(path, O_PATH, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
    return fd >= 0 ? { fd, path } : this.walk(path);
  }

  /** An fd to read this directory by, or -errno: where it isn't there, or a part of its path is a symlink. */
  openPlain(path: string): number {
    return this.resolve(path, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
  }

  /** What stands under this name: nothing, a directory, a whiteout (a character device with number 0), or something else. */
  look(directory: Directory, name: string): "nothing" | "directory" | "whiteout" | "other" {
    const stat = lstatSync(procPath(directory, name), { throwIfNoEntry: false });
    if (!stat) return "nothing";
    if (stat.isDirectory()) return "directory";
    return stat.isCharacterDevice() && stat.rdev === 0 ? "whiteout" : "other";
  }

  /** Takes away what has this name, so that something else can have it. */
  remove(directory: Directory, name: string): void {
    const result = direct("unlinkat", directory.fd, text.put(name));
    if (result === -EISDIR) this.setAside(directory, name);
    else check(result, name);
    this.asked = undefined; // The path may have led through it.
  }

  /** Something with a longer path couldn't be removed again, and nested symlinks could make one. */
  checkLength(path: string): void {
    if (this.rootPath.length + path.length + SPARE >= PATH_MAX) throw tooLong(path);
  }

  private forget(): void {
    if (this.current.fd >= 0) closeSync(this.current.fd);
    this.current = { fd: -1, path: "" };
    this.asked = undefined;
  }

  private setAside(directory: Directory, name: string): void {
    if (this.asideFd < 0) {
      mkdirSync(this.aside, { mode: 0o700 });
      this.asideFd = openSync(this.aside, O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
    const place = second.put(`${this.count++}`);
    check(direct("renameat2", directory.fd, text.put(name), this.asideFd, place), name);
  }

  /** Follows symlinks within the tree, and makes what is missing. */
  private walk(path: string): Directory {
    let at: Directory = { fd: check(this.resolve("", O_PATH, RESOLVE_BENEATH), path), path: "" };
    try {
      for (let end = path.indexOf("/"); ; end = path.indexOf("/", end + 1)) {
        const next = this.step(at, end < 0 ? path : path.slice(0, end));
        closeSync(at.fd);
        at = next;
        if (end < 0) return at;
      }
    } catch (error) {
      closeSync(at.fd);
      throw error;
    }
  }

  /** From the directory that `prefix` without its last part leads to, to the one that `prefix` leads to. */
  private step(at: Directory, prefix: string): Directory {
    const name = prefix.slice(prefix.lastIndexOf("/") + 1);
    const follow = () => this.resolve(prefix, O_PATH, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    const found = follow();
    const whiteout = found === -ENOTDIR && this.look(at, name) === "whiteout";
    if (found !== -ENOENT && !whiteout) {
      if (found === -ENOTDIR) throw new LayerError(`${shown(prefix)} has files in it, but isn't a directory`);
      return this.canonical(check(found, prefix), prefix);
    }
    if (whiteout) check(direct("unlinkat", at.fd, text.put(name)), prefix);
    const made = direct("mkdirat", at.fd, text.put(name), 0o700);
    if (made === -EEXIST) throw new LayerError(`${shown(prefix)} is a symlink that leads nowhere`);
    check(made, prefix);
    const directory = { fd: check(follow(), prefix), path: join(at.path, name) };
    this.onMade(directory, whiteout);
    return directory;
  }

  private canonical(fd: number, prefix: string): Directory {
    try {
      const path = this.pathOf(fd).slice(this.rootPath.length + 1);
      this.checkLength(path);
      return { fd, path };
    } catch (error) {
      closeSync(fd);
      throw (error as NodeJS.ErrnoException).code === "ENAMETOOLONG" ? tooLong(prefix) : error;
    }
  }

  private pathOf(fd: number): string {
    return readlinkSync(`/proc/self/fd/${fd}`, "latin1");
  }

  /** openat2(2) of a directory. */
  private resolve(path: string, flags: number, resolve: number): number {
    how.bytes.writeUInt32LE(flags | O_DIRECTORY | O_CLOEXEC, 0);
    how.bytes.writeUInt32LE(resolve, 16);
    return direct("openat2", this.root, text.put(path === "" ? "." : path), how.address, 24);
  }
}

/** A path by which the kernel reaches what stands under this name: only the last part isn't resolved yet. */
export function procPath(directory: Directory, name: string): Buffer {
  return Buffer.from(`/proc/self/fd/${directory.fd}/${name}`, "latin1");
}

const tooLong = (path: string) => new LayerError(`${shown(path)} is too long`);
