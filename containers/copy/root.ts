/**
 * The files of a container, or of the host, reached from a file descriptor of their root. In a container, which may be running
 * and hostile, openat2(2) resolves names: symlinks and ".." end at its root, however they change meanwhile. And a symlink of the
 * container's leads to no other mount: to a volume, /proc or /dev only goes who names it, since we have more rights there
 * than the container.
 */
import { closeSync, readlinkSync } from "node:fs";
import { constants } from "node:os";
import {
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from "../../syscall/constants.ts";
import { Cell, direct } from "../../syscall/direct.ts";

const { EAGAIN, ELOOP, ENOENT } = constants.errno;

/** open_by openat2(2): arguments in memory, which are read before the next call is made. */
const text = new Cell(4096);
const how = new Cell(24);

/** As openat2(2); a result below 0 is -errno. The kernel gives up where something is renamed meanwhile: then it's tried again. */
export function openAt(fd: number, path: string, flags: number, resolve: number): number {
  for (;;) {
    how.bytes.writeUInt32LE(flags | O_CLOEXEC, 0);
    how.bytes.writeUInt32LE(resolve, 16);
    const result = direct("openat2", fd, text.put(path === "" ? "." : path), how.address, 24);
    if (result !== -EAGAIN) return result;
  }
}

/** Below a directory, through no symlink at all. */
export const openBelow = (directory: number, path: string, flags: number): number =>
  openAt(directory, path, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);

export class Root {
  readonly fd: number;
  /** A container's; else it is the host's, whose symlinks lead where they lead. */
  private readonly confined: boolean;

  constructor(fd: number, { confined }: { readonly confined: boolean }) {
    this.fd = fd;
    this.confined = confined;
  }

  /** An fd (O_PATH) of what has this path, or -errno. Paths are absolute, byte for byte. */
  open(path: string, { follow, directory = false }: { follow: boolean; directory?: boolean }): number {
    const flags = O_PATH | (follow ? 0 : O_NOFOLLOW) | (directory ? O_DIRECTORY : 0);
    if (!this.confined) return openAt(this.fd, path, flags, 0);
    const inside = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    const plain = openAt(this.fd, path, flags, inside | RESOLVE_NO_SYMLINKS);
    return plain === -ELOOP ? openAt(this.fd, path, flags, inside | RESOLVE_NO_XDEV) : plain;
  }

  /** The path that a symlink at its end leads to, and on from there; nothing needs to be there. */
  destination(path: string): string {
    let at = path;
    // As often as the kernel follows symlinks.
    for (let i = 0; i < 40; i++) {
      const link = this.readLink(at);
      if (link === undefined) return at;
      at = link.startsWith("/") ? link : `${parentOf(at)}/${link}`;
    }
    return at;
  }

  private readLink(path: string): string | undefined {
    const parent = this.open(parentOf(path), { follow: true, directory: true });
    if (parent < 0) return undefined;
    try {
      return linkIn(parent, nameOf(path));
    } finally {
      closeSync(parent);
    }
  }
}

/** What a symlink in a directory says; undefined for anything else. Byte for byte. */
export function linkIn(directory: number, name: string): string | undefined {
  try {
    const path = Buffer.from(`/proc/self/fd/${directory}/${name}`, "latin1");
    return readlinkSync(path, { encoding: "buffer" }).toString("latin1");
  } catch (error) {
    if (["EINVAL", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

const trimmed = (path: string): string => path.replace(/(?<=.)\/+$/, "");

/** Without resolving anything: "/a/.." has the parent "/a". */
export function parentOf(path: string): string {
  const at = trimmed(path).lastIndexOf("/");
  return at <= 0 ? "/" : trimmed(path).slice(0, at);
}

export const nameOf = (path: string): string => trimmed(path).slice(trimmed(path).lastIndexOf("/") + 1);

export const isMissing = (result: number): boolean => result === -ENOENT;
