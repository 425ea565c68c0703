/** Carries bytes between the user's terminal and the container's, and keeps their window sizes the same. */
import { closeSync, constants, readlinkSync, readSync, writeSync } from "node:fs";
import { F_SETFL, O_NONBLOCK } from "../syscall/constants.ts";
import { whenReadable } from "../syscall/native.ts";
import { syscall } from "../syscall/syscall.ts";
import type { Ledger } from "./ledger.ts";
import {
  getTermios,
  getWindowSize,
  isTerminal,
  rawTermios,
  setTermios,
  setWindowSize,
  toHex,
} from "./termios.ts";

/** The end of input, as a terminal's user types it: Ctrl-D. */
const END_OF_TRANSMISSION = Buffer.from([4]);
/** How long to wait, in milliseconds, when the container doesn't read what is typed. */
const RETRY = 20;

export interface Relay {
  /** The user's window has another size now. */
  resize(): void;
  /** Writes what is left of the container's output, and resolves when it is written. */
  finish(): Promise<void>;
}

/** `master` is the runtime's side of the container's terminal; from now on it's the relay's to close. */
export function startRelay(master: number, ledger: Ledger): Relay {
  syscall("fcntl", [master, F_SETFL, constants.O_RDWR | O_NONBLOCK]);
  const resize = () => {
    if (isTerminal(1)) setWindowSize(master, getWindowSize(1));
  };
  resize();
  if (isTerminal(0)) makeRaw(ledger);
  const output = carryOutput(master);
  const stopInput = carryInput(master);
  const finish = async () => {
    stopInput();
    await output.finish();
    closeSync(master);
  };
  return { resize, finish };
}

/** Each key goes straight to the container, until the ledger is closed. */
export function makeRaw(ledger: Ledger): void {
  const was = getTermios(0);
  const set = rawTermios(was);
  ledger.add({ kind: "terminal", file: readlinkSync("/proc/self/fd/0"), was: toHex(was), set: toHex(set) });
  setTermios(0, set);
}

/** From the container to stdout, no faster than stdout takes it. */
function carryOutput(master: number): { finish: () => Promise<void> } {
  const { stdout } = process;
  let stop = () => {};
  let gone = false;
  const start = () => {
    stop = whenReadable(master, () => {
      const chunk = tryRead(master);
      if (chunk === undefined) return;
      if (chunk.length === 0) return stop();
      if (gone || stdout.write(chunk)) return;
      stop();
      stdout.once("drain", start);
    });
  };
  // Who reads the output has gone: the command goes on, as with Docker, and nobody sees what it writes.
  stdout.on("error", () => {
    gone = true;
    stop();
    stdout.off("drain", start);
    start();
  });
  start();
  const finish = async () => {
    stop();
    stdout.off("drain", start);
    if (gone) return;
    const rest: Buffer[] = [];
    for (let chunk = tryRead(master); chunk?.length; chunk = tryRead(master)) rest.push(chunk);
    // Called as well when the reader goes meanwhile.
    await new Promise<void>((resolve) => stdout.write(Buffer.concat(rest), () => resolve()));
  };
  return { finish };
}

/** From stdin to the container, no faster than the container takes it; returns what ends it. */
function carryInput(master: number): () => void {
  const { stdin } = process;
  let waiting: NodeJS.Timeout | undefined;
  const send = (bytes: Buffer) => {
    const rest = bytes.subarray(tryWrite(master, bytes));
    if (rest.length === 0) {
      stdin.resume();
      return;
    }
    stdin.pause();
    waiting = setTimeout(send, RETRY, rest);
  };
  const end = () => send(END_OF_TRANSMISSION);
  stdin.on("data", send).on("end", end).on("error", end);
  return () => {
    clearTimeout(waiting);
    stdin.off("data", send).off("end", end).pause();
  };
}

/** Undefined where nothing is there yet; empty at the end: EIO, when no process has the other side open any more. */
function tryRead(fd: number): Buffer | undefined {
  const chunk = Buffer.alloc(65536);
  try {
    return chunk.subarray(0, readSync(fd, chunk));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EAGAIN" ? undefined : chunk.subarray(0, 0);
  }
}

/** How many bytes the terminal took: all of them, where there is nobody any more to read them. */
function tryWrite(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EAGAIN" ? 0 : bytes.length;
  }
}
