/** The standard files as the runtime's caller had them: blocking. */
import { F_GETFL, F_SETFL, O_NONBLOCK } from "../syscall/constants.ts";
import { SyscallError, syscall } from "../syscall/syscall.ts";

/**
 * Node makes stdout and stderr non-blocking where they are pipes (tsx's worker has it do so before our first line), and
 * these flags belong to the open pipe, not to our fd: the command would get EAGAIN where it expects to wait. fcntl(2).
 */
export function restoreBlocking(): void {
  for (const fd of [0, 1, 2]) {
    try {
      const flags = syscall("fcntl", [fd, F_GETFL, 0]);
      if (flags & O_NONBLOCK) syscall("fcntl", [fd, F_SETFL, flags & ~O_NONBLOCK]);
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error; // Closed: then there is nothing to restore.
    }
  }
}
