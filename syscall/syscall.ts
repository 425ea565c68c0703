/**
 * The runtime's own syscalls: typed by the same table as a program's, with an error for a failure. They run in Node's
 * process and on its main thread, so only what Node's threads can stand is for here; a container's are the launcher's.
 */
import { CALLS, type CallName, type Kind, syscallNumber } from "./calls.ts";
import { Encoded } from "./encode.ts";
import { formatCall, formatErrno } from "./format.ts";
import { Memory } from "./memory.ts";
import { errno, kernel } from "./native.ts";
import type { Arg, Args } from "./program.ts";

/** A syscall that failed, with its errno(3). */
export class SyscallError extends Error {
  override name = "SyscallError";
  readonly errno: number;

  constructor(call: CallName, args: readonly Arg[], code: number) {
    const step = { call, args, why: "", optional: false, hint: undefined, source: undefined };
    super(`${formatCall(step, [])}: ${formatErrno(code)}`);
    this.errno = code;
  }
}

/** Runs one syscall now and returns what it returned; throws a SyscallError where it failed. */
export function syscall<C extends CallName>(call: C, args: Args<C>): number {
  const result = trySyscall(call, args);
  if (result < 0) throw new SyscallError(call, args as unknown as readonly Arg[], -result);
  return result;
}

/** Runs one syscall now and returns what the kernel does: the result, or -errno where it failed. */
export function trySyscall<C extends CallName>(call: C, args: Args<C>): number {
  const memory = new Memory();
  try {
    const kinds = CALLS[call].params as readonly Kind[];
    const encoded = new Encoded(memory);
    const words = [0, 1, 2, 3, 4, 5].map((i) => encoded.word(args[i] as Arg | undefined, kinds[i] ?? "int"));
    const result = kernel(syscallNumber(call), ...words);
    return result === -1 ? -errno() : result;
  } finally {
    memory.release();
  }
}
