/** What a container has written, from its log: line by line as it came, standard output and errors each to their own. */
import { setTimeout as sleep } from "node:timers/promises";
import { Log, type LogRecord } from "./log-records.ts";
import { formatTime } from "./times.ts";

export interface LogOptions {
  /** Goes on with what comes, until the container has ended. */
  readonly follow: boolean;
  /** So many lines at the end; undefined for all. */
  readonly tail: number | undefined;
  /** Lines that began in this time, in nanoseconds since 1970. */
  readonly since: bigint | undefined;
  readonly until: bigint | undefined;
  /** Says when each line began. */
  readonly timestamps: boolean;
}

/** Where the lines go; false where nobody reads them any more. */
export type Write = (stream: 1 | 2, bytes: Buffer) => Promise<boolean>;

/** How often is looked for more, in milliseconds. */
const LOOK = 100;
/** How many bytes are written at once, at most. */
const BATCH = 1 << 16;

/**
 * Writes the log that is in the directory. `ended`: the container has ended, and its monitor writes no more. Resolves when all is
 * written, or nobody reads it any more.
 */
export async function writeLogs(
  directory: string,
  options: LogOptions,
  ended: () => boolean,
  write: Write,
): Promise<void> {
  const log = new Log(directory);
  try {
    // Asked before the look: then nothing can come behind that.
    let over = !options.follow || ended();
    const lines = new Lines(options, options.tail === undefined ? 0 : count(log, options) - options.tail);
    let read = await writeAll(options.tail === undefined ? log.next() : log.again(), lines, write);
    while (read && !over) {
      await sleep(LOOK);
      over = ended() || (options.until !== undefined && now() > options.until);
      read = await writeAll(log.next(), lines, write);
    }
  } finally {
    log.close();
  }
}

const now = () => BigInt(Date.now()) * 1_000_000n;

/** How many lines there are. */
function count(log: Log, options: LogOptions): number {
  const lines = new Lines(options, 0);
  let total = 0;
  for (const record of log.rest()) for (const piece of lines.of(record)) total += piece.begins ? 1 : 0;
  return total;
}

/** A line, or a part of one: where a program writes no whole lines. */
interface Piece {
  readonly bytes: Buffer;
  readonly begins: boolean;
  /** When the line began. */
  readonly time: bigint;
}

/** Splits records into lines, without those that nobody wants to see. */
class Lines {
  private readonly options: LogOptions;
  private readonly current: Record<1 | 2, { open: boolean; shown: boolean; time: bigint }> = {
    1: { open: false, shown: false, time: 0n },
    2: { open: false, shown: false, time: 0n },
  };
  private skip: number;

  /** `skip`: so many lines at the beginning aren't wanted. */
  constructor(options: LogOptions, skip: number) {
    this.options = options;
    this.skip = skip;
  }

  *of({ time, stream, bytes }: LogRecord): Generator<Piece> {
    const line = this.current[stream];
    for (let from = 0; from < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, from);
      const end = newline < 0 ? bytes.length : newline + 1;
      const begins = !line.open;
      if (begins) Object.assign(line, { time, shown: this.isShown(time) });
      line.open = newline < 0;
      if (line.shown) yield { bytes: bytes.subarray(from, end), begins, time: line.time };
      from = end;
    }
  }

  private isShown(time: bigint): boolean {
    const { since, until } = this.options;
    if ((since !== undefined && time < since) || (until !== undefined && time > until)) return false;
    this.skip--;
    return this.skip < 0;
  }

  format({ bytes, begins, time }: Piece): Buffer {
    return begins && this.options.timestamps
      ? Buffer.concat([Buffer.from(`${formatTime(time)} `), bytes])
      : bytes;
  }
}

const NEWLINE = 10;

/** False where nobody reads it any more. */
async function writeAll(records: Iterable<LogRecord>, lines: Lines, write: Write): Promise<boolean> {
  let batch: Buffer[] = [];
  let [size, stream]: [number, 1 | 2] = [0, 1];
  const flush = async () => {
    const read = size === 0 || (await write(stream, Buffer.concat(batch)));
    [batch, size] = [[], 0];
    return read;
  };
  for (const record of records) {
    if ((record.stream !== stream || size > BATCH) && !(await flush())) return false;
    stream = record.stream;
    for (const piece of lines.of(record)) {
      const bytes = lines.format(piece);
      batch.push(bytes);
      size += bytes.length;
    }
  }
  return flush();
}
