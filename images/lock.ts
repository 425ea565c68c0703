/** Files that one process works on: flock(2), which the kernel gives back however the process ends. */
import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, statSync, unlinkSync } from "node:fs";
import path from "node:path";
import { tryLock } from "../common/lock.ts";

/** Opens (or makes) a file and locks it; undefined where another process, or another part of this one, has it locked. */
export function openLocked(file: string): number | undefined {
  for (;;) {
    const fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
    if (!tryLock(fd, "exclusive")) {
      closeSync(fd);
      return undefined;
    }
    if (isAt(fd, file)) return fd;
    closeSync(fd); // Its last owner has removed it, or given it another name, while we opened it.
  }
}

/** Makes a file with a name of its own, and locks it. */
export function newLocked(folder: string): { readonly file: string; readonly fd: number } {
  for (;;) {
    const file = path.join(folder, randomBytes(8).toString("hex"));
    const fd = openLocked(file);
    // Whoever sweeps may have been faster; then it is gone.
    if (fd !== undefined) return { file, fd };
  }
}

/** Removes a file unless a living process has it locked; `filter` decides after that. True where it's gone. */
export function removeAbandoned(file: string, filter: (fd: number) => boolean = () => true): boolean {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return true;
    throw error;
  }
  try {
    if (!tryLock(fd, "exclusive") || !filter(fd)) return false;
    if (isAt(fd, file)) unlinkSync(file);
    return true;
  } finally {
    closeSync(fd);
  }
}

function isAt(fd: number, file: string): boolean {
  const [ours, there] = [fstatSync(fd), statSync(file, { throwIfNoEntry: false })];
  return ours.ino === there?.ino && ours.dev === there.dev;
}
