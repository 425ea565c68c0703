/**
 * The one place that leaves JavaScript: libc's syscall(2) by koffi, memory that both sides see, and the launcher's code.
 */
import koffi from "koffi";
import { syscallNumber } from "./calls.ts";
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE } from "./constants.ts";

const libc = koffi.load(null);
const LONGS = Array<string>(7).fill("long");

const call = libc.func("syscall", "long", LONGS);

/** syscall(2) as libc has it: -1 and `errno()` when it fails. Pointers are numbers: they have 47 bits at most. */
export const kernel: (...numbers: (number | bigint)[]) => number = call;
export const errno = (): number => koffi.errno();

/** As `kernel`, in a thread of its own while the event loop goes on: for what takes long. It resolves to -1 when it fails. */
export function kernelInBackground(...numbers: (number | bigint)[]): Promise<number> {
  return new Promise((resolve, reject) => {
    call.async(...numbers, (error: Error | null, result: number) =>
      error ? reject(error) : resolve(result),
    );
  });
}

/** Where the bytes are. They must be referenced for as long as the kernel uses the address. */
export const addressOf = (bytes: Uint8Array): number => Number(koffi.address(bytes));

/** New memory, zeroed, outside V8's heap: `size` in bytes, a multiple of the page's. It is never given back. */
export function map(size: number): { address: number; buffer: ArrayBuffer } {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS;
  const address = kernel(syscallNumber("mmap"), 0, size, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (address === -1) throw new Error(`mmap of ${size} bytes: errno ${errno()}`);
  return { address, buffer: koffi.view(BigInt(address), size) };
}

/** Puts machine code into memory of its own (written first, executable afterwards, never both): a function of one pointer. */
export function load(code: Uint8Array): (pointer: number) => number {
  const { address, buffer } = map(4096);
  new Uint8Array(buffer).set(code);
  if (kernel(syscallNumber("mprotect"), address, 4096, PROT_READ | PROT_EXEC, 0, 0, 0) !== 0) {
    throw new Error(
      `mprotect of the launcher's code: errno ${errno()}; does SELinux forbid executable memory here?`,
    );
  }
  const prototype = koffi.proto("long", ["long"]);
  return (pointer) => koffi.call(BigInt(address), prototype, pointer);
}

/** Calls `ready` each time the fd can be read or its other end is gone, without blocking; returns what ends it. */
export function whenReadable(fd: number, ready: () => void): () => void {
  const handle = koffi.node.poll(fd, { readable: true, disconnect: true }, () => {
    try {
      ready();
    } catch (error) {
      // koffi drops what is thrown here, and calls again at once, for ever.
      handle.close();
      setImmediate(() => {
        throw error;
      });
    }
  });
  return () => handle.close();
}
