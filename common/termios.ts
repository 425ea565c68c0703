/** The settings of a terminal: termios(3), by the ioctls of ioctl_tty(2). */
import { closeSync, constants, openSync } from "node:fs";
import { TCGETS, TCSETS, TIOCGWINSZ, TIOCSWINSZ } from "../syscall/constants.ts";
import { syscall, trySyscall } from "../syscall/syscall.ts";

/** The kernel's `struct termios`: four words of flags, the line discipline, 19 control characters. */
const TERMIOS_SIZE = 36;
/** `struct winsize`: rows, columns, and two sizes in pixels, of 16 bits each. */
const WINSIZE_SIZE = 8;

/** isatty(3). Node's own loads all of its streams and sockets first, which takes longer than a whole run. */
export function isTerminal(fd: number): boolean {
  return trySyscall("ioctl", [fd, TCGETS, new Uint8Array(TERMIOS_SIZE)]) === 0;
}

export function getTermios(fd: number): Uint8Array {
  const termios = new Uint8Array(TERMIOS_SIZE);
  syscall("ioctl", [fd, TCGETS, termios]);
  return termios;
}

export function setTermios(fd: number, termios: Uint8Array): void {
  syscall("ioctl", [fd, TCSETS, termios]);
}

/** Settings with which each key goes straight to the container, which has a terminal of its own: cfmakeraw(3). */
export function rawTermios(termios: Uint8Array): Uint8Array {
  const raw = Uint8Array.from(termios);
  const [IGNBRK, BRKINT, PARMRK, ISTRIP, INLCR, IGNCR, ICRNL, IXON] = [
    1, 2, 8, 0x20, 0x40, 0x80, 0x100, 0x400,
  ];
  const [OPOST, CSIZE, PARENB, CS8] = [1, 0x30, 0x100, 0x30];
  const [ISIG, ICANON, ECHO, ECHONL, IEXTEN] = [1, 2, 8, 0x40, 0x8000];
  const flags = new Uint32Array(raw.buffer, 0, 4);
  const clear = (word: number, bits: number) => {
    flags[word] = (flags[word] ?? 0) & ~bits;
  };
  clear(0, IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
  clear(1, OPOST);
  clear(2, CSIZE | PARENB);
  flags[2] = (flags[2] ?? 0) | CS8;
  clear(3, ISIG | ICANON | ECHO | ECHONL | IEXTEN);
  const [VTIME, VMIN] = [17 + 5, 17 + 6];
  raw[VTIME] = 0;
  raw[VMIN] = 1;
  return raw;
}

/** Puts a terminal back as it `was`, if it is still as we `set` it (both as hexadecimal text). */
export function restoreTerminal(file: string, was: string, set: string): void {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    return; // The terminal is gone, and its settings with it.
  }
  try {
    if (toHex(getTermios(fd)) === set) setTermios(fd, Buffer.from(was, "hex"));
  } finally {
    closeSync(fd);
  }
}

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The window's size as `struct winsize`. */
export function getWindowSize(fd: number): Uint8Array {
  const size = new Uint8Array(WINSIZE_SIZE);
  syscall("ioctl", [fd, TIOCGWINSZ, size]);
  return size;
}

export function setWindowSize(fd: number, size: Uint8Array): void {
  syscall("ioctl", [fd, TIOCSWINSZ, size]);
}
