/** Waiting for processes that aren't this one's children: a pidfd is readable when its process has ended. pidfd_open(2). */
import { closeSync } from "node:fs";
import { constants } from "node:os";
import { startTime } from "../common/ledger.ts";
import { whenReadable } from "../syscall/native.ts";
import { SyscallError, syscall, trySyscall } from "../syscall/syscall.ts";
import type { Process } from "./state.ts";

/** A process that can't be taken for another one, whatever happens to its number. */
export interface Handle {
  /** Sends a signal; to one that has ended it is none. */
  kill(signal: number): void;
  /** Resolves to true when the process has ended, or to false after so many milliseconds. */
  ended(timeout?: number): Promise<boolean>;
  close(): void;
}

/** Undefined where it has ended. */
export function openProcess({ pid, started }: Process): Handle | undefined {
  const fd = trySyscall("pidfd_open", [pid, 0]);
  if (fd === -constants.errno.ESRCH) return undefined;
  if (fd < 0) throw new SyscallError("pidfd_open", [pid, 0], -fd);
  if (startTime(pid) !== started) {
    closeSync(fd);
    return undefined;
  }
  return {
    kill: (signal) => send(fd, signal),
    ended: (timeout) => wait(fd, timeout),
    close: () => closeSync(fd),
  };
}

/** Resolves when the process has ended. */
export async function whenEnded(process: Process | undefined): Promise<void> {
  const handle = process && openProcess(process);
  await handle?.ended();
  handle?.close();
}

function send(fd: number, signal: number): void {
  try {
    syscall("pidfd_send_signal", [fd, signal, null, 0]);
  } catch (error) {
    if (!(error instanceof SyscallError && error.errno === constants.errno.ESRCH)) throw error;
  }
}

function wait(fd: number, timeout: number | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (ended: boolean) => {
      clearTimeout(timer);
      stop();
      resolve(ended);
    };
    const timer = timeout === undefined ? undefined : setTimeout(() => done(false), timeout);
    const stop = whenReadable(fd, () => done(true));
  });
}
