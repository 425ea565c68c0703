/**
 * Syscalls by the thousand: what `syscall` does without its memory and its types, at less than half of its time. Numbers
 * go in and a number comes out; a name is put into memory first, byte for byte, as a string in which each character is one byte.
 */
import { CALLS, type CallName } from "./calls.ts";
import { errno, kernel, map } from "./native.ts";

const arch = process.arch === "arm64" ? "arm64" : "x64";

/** Runs one syscall now and returns what the kernel does: the result, or -errno where it failed. */
export function direct(call: CallName, a: number, b = 0, c = 0, d = 0, e = 0): number {
  const result = kernel(CALLS[call][arch], a, b, c, d, e, 0);
  return result === -1 ? -errno() : result;
}

/** Memory of a fixed place for one argument, written again for each call. */
export class Cell {
  readonly address: number;
  readonly bytes: Buffer;

  /** `size` in bytes. */
  constructor(size: number) {
    const { address, buffer } = map(Math.ceil(size / 4096) * 4096);
    this.address = address;
    this.bytes = Buffer.from(buffer, 0, size);
  }

  /** Writes a C string, whose characters are bytes (latin1), and returns its address. */
  put(text: string): number {
    if (text.length >= this.bytes.length) throw new RangeError(`${text.length} bytes don't fit`);
    this.bytes.write(text, "latin1");
    this.bytes[text.length] = 0;
    return this.address;
  }
}
