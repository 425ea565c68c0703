/** One process at a time: flock(2) on a directory, which the kernel gives back however its holder ends. */
import { closeSync, mkdirSync, openSync } from "node:fs";
import { constants } from "node:os";
import { SyscallError, syscall, trySyscall } from "../syscall/syscall.ts";

/** flock(2): one holder, or several that share; at once or not at all. */
const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;

/** Does the action while this process alone has the directory's lock; with a `mode` it makes the directory if need be. */
export function locked<T>(directory: string, mode: number | undefined, action: () => T): T {
  if (mode !== undefined) mkdirSync(directory, { recursive: true, mode });
  const fd = openSync(directory, "r");
  try {
    syscall("flock", [fd, LOCK_EX]);
    return action();
  } finally {
    closeSync(fd);
  }
}

/** Takes the lock of an open file if nobody has it who stands against that; it ends with the fd, or the process. */
export function tryLock(fd: number, how: "shared" | "exclusive"): boolean {
  const operation = (how === "shared" ? LOCK_SH : LOCK_EX) | LOCK_NB;
  const result = trySyscall("flock", [fd, operation]);
  if (result === -constants.errno.EWOULDBLOCK) return false;
  if (result < 0) throw new SyscallError("flock", [fd, operation], -result);
  return true;
}
