/** Carries bytes between the user's terminal and the container's, and keeps their window sizes the same. */
import { readlinkSync, readSync } from "node:fs";
import tty from "node:tty";
import type { Ledger } from "./ledger.ts";
import { getTermios, getWindowSize, rawTermios, setTermios, setWindowSize, toHex } from "./termios.ts";

/** The end of input, as a terminal's user types it: Ctrl-D. */
const END_OF_TRANSMISSION = Buffer.from([4]);

export interface Relay {
  /** The user's window has another size now. */
  resize(): void;
  /** Writes what is left of the container's output. */
  finish(): void;
}

/** `master` is the runtime's side of the container's terminal; from now on it's the relay's to close. */
export function startRelay(master: number, ledger: Ledger): Relay {
  const container = new tty.ReadStream(master);
  // When the last process of the container closes its terminal, reading this side of it fails with EIO.
  container.on("error", () => {});
  container.pipe(process.stdout, { end: false });
  process.stdout.on("error", () => {}); // Who reads the output has gone: the command goes on, as with Docker.
  if (tty.isatty(0)) makeRaw(ledger);
  process.stdin.pipe(container, { end: false });
  process.stdin.on("end", () => container.write(END_OF_TRANSMISSION));
  const resize = () => {
    if (tty.isatty(1)) setWindowSize(master, getWindowSize(1));
  };
  resize();
  return { resize, finish: () => finish(container, master) };
}

function makeRaw(ledger: Ledger): void {
  const was = getTermios(0);
  const set = rawTermios(was);
  ledger.add({ kind: "terminal", file: readlinkSync("/proc/self/fd/0"), was: toHex(was), set: toHex(set) });
  setTermios(0, set);
}

function finish(container: tty.ReadStream, master: number): void {
  const chunk = Buffer.alloc(65536);
  for (;;) {
    const length = tryRead(master, chunk);
    if (length === 0) break;
    process.stdout.write(Buffer.from(chunk.subarray(0, length)));
  }
  container.destroy();
  process.stdin.pause();
}

/** 0 where nothing is there (EAGAIN) or ever will be (EIO). */
function tryRead(fd: number, chunk: Buffer): number {
  try {
    return readSync(fd, chunk);
  } catch {
    return 0;
  }
}
