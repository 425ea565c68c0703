/** How far a pull is: one line that changes on a terminal, a line for each blob elsewhere. All of it on stderr. */
import { writeSync } from "node:fs";
import { say } from "../common/cli.ts";
import { getWindowSize, isTerminal } from "../common/termios.ts";
import { type Digest, hexOf } from "./digest.ts";
import type { Descriptor } from "./manifest.ts";
import { formatSize } from "./units.ts";

export interface Progress {
  /** Names the blobs that there will be. */
  expect(blobs: readonly Descriptor[]): void;
  /** How much of a blob is there, in bytes. */
  advance(digest: Digest, size: number): void;
  done(digest: Digest): void;
  /** A line for the user. */
  readonly note: (line: string) => void;
  close(): void;
}

/** `quiet`: only what the user has to know. */
export function startProgress(title: string, quiet: boolean): Progress {
  if (quiet) return { expect() {}, advance() {}, done() {}, note: say, close() {} };
  return isTerminal(2) ? bar(title) : lines(title);
}

/** Each blob's first characters are enough to tell them apart: as in Docker. */
const short = (digest: Digest): string => hexOf(digest).slice(0, 12);

function lines(title: string): Progress {
  const sizes = new Map<Digest, number>();
  return {
    expect(blobs) {
      for (const { digest, size } of blobs) sizes.set(digest, size);
      say(`${title}: ${blobs.length} blobs, ${formatSize(sum(sizes.values()))}`);
    },
    advance() {},
    done: (digest) => say(`${short(digest)}: ${formatSize(sizes.get(digest) ?? 0)}, complete`),
    note: say,
    close() {},
  };
}

/** In milliseconds: faster than that nobody reads. */
const REDRAW_EVERY = 100;

function bar(title: string): Progress {
  const wanted = new Map<Digest, number>();
  const there = new Map<Digest, number>();
  let complete = 0;
  let drawn = 0;
  const draw = () => {
    drawn = performance.now();
    const [have, all] = [sum(there.values()), sum(wanted.values())];
    const numbers = ` ${formatSize(have)} / ${formatSize(all)}, ${complete} of ${wanted.size} blobs`;
    const room = columns() - title.length - numbers.length - 5;
    const full = Math.round((room * have) / (all || 1));
    const drawing = room < 10 ? ":" : ` [${"=".repeat(full)}${" ".repeat(room - full)}]`;
    show(`${title}${drawing}${numbers}`.slice(0, columns() - 1));
  };
  return {
    expect(blobs) {
      for (const { digest, size } of blobs) wanted.set(digest, size);
      draw();
    },
    advance(digest, size) {
      if (!wanted.has(digest)) return;
      there.set(digest, size);
      if (performance.now() - drawn >= REDRAW_EVERY) draw();
    },
    done(digest) {
      there.set(digest, wanted.get(digest) ?? 0);
      complete++;
      draw();
    },
    note(line) {
      show("");
      say(line);
    },
    close: () => show(""),
  };
}

/** Over the line that is there: carriage return, and "erase to the end of the line". */
function show(line: string): void {
  try {
    writeSync(2, `\r\x1b[K${line}`);
  } catch {
    // A terminal that is slow, or gone: the next line may be shown again.
  }
}

/** `struct winsize` begins with rows and columns of 16 bits each; a terminal that doesn't know has 0. */
function columns(): number {
  const size = getWindowSize(2);
  return new Uint16Array(size.buffer, size.byteOffset, 2)[1] || 80;
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);
