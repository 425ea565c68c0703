/** The records that a container's monitor writes: see syscall/native/monitor.c. Each is what the container wrote at once. */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import path from "node:path";

export interface LogRecord {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** 1 standard output, 2 standard error. */
  readonly stream: 1 | 2;
  readonly bytes: Buffer;
}

/** Time, length of what follows, stream, three bytes of nothing. */
const HEADER = 16;
/** Larger than any record. */
const CHUNK = 1 << 18;

/**
 * The whole records from a place in the file on, up to another one; returns the place behind the last of them. What is behind
 * that is half a record: one that is being written, or one that a killed monitor or a power cut has left.
 */
export function* readRecords(fd: number, from: number, to = Infinity): Generator<LogRecord, number> {
  for (let position = from; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const length = readSync(fd, chunk, 0, Math.min(CHUNK, to - position), position);
    let at = 0;
    while (at + HEADER <= length) {
      const end = at + HEADER + chunk.readUInt32LE(at + 8);
      if (end > length) break;
      const stream = chunk[at + 12] === 2 ? 2 : 1;
      yield { time: chunk.readBigUInt64LE(at), stream, bytes: chunk.subarray(at + HEADER, end) };
      at = end;
    }
    if (at === 0) return position;
    position += at;
  }
}

interface Part {
  readonly fd: number;
  readonly inode: bigint;
  position: number;
}

/** A log on disk: `log.1`, the older part, and `log`, which becomes `log.1` when it has grown. `close` it. */
export class Log {
  private readonly directory: string;
  /** The older one first; the last one is what is written to, as far as we know. */
  private parts: Part[];

  constructor(directory: string) {
    this.directory = directory;
    this.parts = [];
    this.open();
  }

  /** What `rest` has read, once more from the beginning. */
  *again(): Generator<LogRecord> {
    for (const { fd, position } of this.parts) yield* readRecords(fd, 0, position);
  }

  /** What is new since the last time in the files that we know; at first, all of it. */
  *rest(): Generator<LogRecord> {
    for (const part of this.parts) part.position = yield* readRecords(part.fd, part.position);
  }

  /** As `rest`, and what has been written to a new file since. */
  *next(): Generator<LogRecord> {
    yield* this.rest();
    const current = this.parts.at(-1);
    if (inodeOf(path.join(this.directory, "log")) === current?.inode) return;
    // It has another name now, or none, and nobody writes to it any more, but may have until a moment ago.
    yield* this.rest();
    this.open();
    yield* this.rest();
  }

  close(): void {
    for (const { fd } of this.parts.splice(0)) closeSync(fd);
  }

  /** The new one first: what becomes `log.1` meanwhile is read under its old name. */
  private open(): void {
    const opened = ["log", "log.1"].flatMap((name) => openPart(path.join(this.directory, name)));
    const known = new Map(this.parts.map((part) => [part.inode, part]));
    for (const part of opened.reverse()) {
      if (known.has(part.inode)) closeSync(part.fd);
      else known.set(part.inode, part);
    }
    const all = [...known.values()];
    for (const { fd } of all.slice(0, -2)) closeSync(fd);
    this.parts = all.slice(-2);
  }
}

function openPart(file: string): Part[] {
  try {
    const fd = openSync(file, "r");
    return [{ fd, inode: fstatSync(fd, { bigint: true }).ino, position: 0 }];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const inodeOf = (file: string): bigint | undefined =>
  statSync(file, { bigint: true, throwIfNoEntry: false })?.ino;
