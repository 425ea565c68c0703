/** One process at a time: flock(2) on a directory, which the kernel gives back however its holder ends. */
import { closeSync, mkdirSync, openSync } from "node:fs";
import { syscall } from "../syscall/syscall.ts";

/** flock(2): wait until nobody else has the lock. */
const LOCK_EX = 2;

/** Does the action while this process alone has the directory's lock; makes the directory if need be. */
export function locked<T>(directory: string, mode: number, action: () => T): T {
  mkdirSync(directory, { recursive: true, mode });
  const fd = openSync(directory, "r");
  try {
    syscall("flock", [fd, LOCK_EX]);
    return action();
  } finally {
    closeSync(fd);
  }
}
