/** Programs of our own, which are executed from memory: memfd_create(2). */
import { writeSync } from "node:fs";
import { F_ADD_SEALS, MFD_ALLOW_SEALING, MFD_CLOEXEC } from "../../syscall/constants.ts";
import { syscall } from "../../syscall/syscall.ts";

const ALL_SEALS = 0xf;

// #region sealed
/** A file in memory, which nobody can change any more; to be closed after the launch. */
export function openSealed(name: string, program: Uint8Array): number {
  const fd = syscall("memfd_create", [name, MFD_CLOEXEC | MFD_ALLOW_SEALING]);
  writeSync(fd, program);
  syscall("fcntl", [fd, F_ADD_SEALS, ALL_SEALS]);
  return fd;
}
// #endregion sealed
