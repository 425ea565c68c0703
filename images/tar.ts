/**
 * Reads a tar archive that is pushed into it chunk by chunk: ustar, GNU, PAX, sparse files. It copies no data and waits for
 * nothing. What is ambiguous it reads as Go's archive/tar does, so that a layer is here what it is in Docker: a block of
 * zeros is the end, global headers are ignored, and only files have data. What is malformed is an error.
 */
import type { Entry, EntryType, Segment } from "./entry.ts";
import { LayerError } from "./errors.ts";
import { BLOCK, type Header, readHeader } from "./header.ts";
import { decimal, MAX_EXTENSION, type Records, readRecords, time } from "./pax.ts";
import { checkMap, DataMap, OLD_GNU, oldSize, readOldMap, readPaxMap, tooLong } from "./sparse.ts";

/** Who takes what is read. All three are called for each entry, `data` only where there is some. */
export interface Sink {
  entry(entry: Entry): void;
  /** The next bytes of the entry's file, lent until it returns. A directory whose header says "file" may have some. */
  data(bytes: Buffer): void;
  end(): void;
}

const TYPES: Readonly<Record<string, EntryType>> = {
  "0": "file",
  "1": "link",
  "2": "symlink",
  "3": "character",
  "4": "block",
  "5": "directory",
  "6": "fifo",
  "7": "file",
  S: "file",
};

export class TarReader {
  private readonly sink: Sink;
  /** What is collected until it is whole: how much is wanted, how much is there, and who takes it. */
  private wanted = BLOCK;
  private partial: Buffer[] = [];
  private have = 0;
  private take: (bytes: Buffer) => void = (block) => this.header(block);
  /** Bytes of the entry's data that are still to come, and of the padding behind it. */
  private data = 0;
  private padding = 0;
  private ended = false;
  /** What extended headers have said of the next entry. */
  private records: Records = [];
  private longName: string | undefined;
  private longLink: string | undefined;

  constructor(sink: Sink) {
    this.sink = sink;
  }

  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length && !this.ended; ) {
      const rest = chunk.length - at;
      if (this.data > 0) {
        const size = Math.min(this.data, rest);
        this.sink.data(chunk.subarray(at, at + size));
        at += size;
        this.data -= size;
        if (this.data === 0) this.sink.end();
      } else if (this.padding > 0) {
        const size = Math.min(this.padding, rest);
        at += size;
        this.padding -= size;
      } else {
        const size = Math.min(this.wanted - this.have, rest);
        this.collect(chunk.subarray(at, at + size));
        at += size;
      }
    }
  }

  /**
   * There is no more: an archive may end without its blocks of zeros, and without its last entry's padding (umoci insert
   * makes such ones), but not within an entry.
   */
  finish(): void {
    const between = this.data === 0 && this.have === 0 && this.wanted === BLOCK;
    if (!this.ended && !(between && !this.extended())) throw new LayerError("the archive is cut off");
  }

  private extended(): boolean {
    return this.records.length > 0 || this.longName !== undefined || this.longLink !== undefined;
  }

  private collect(bytes: Buffer): void {
    this.have += bytes.length;
    if (this.have < this.wanted) {
      this.partial.push(Buffer.from(bytes));
      return;
    }
    const whole = this.partial.length > 0 ? Buffer.concat([...this.partial, bytes]) : bytes;
    this.partial = [];
    this.have = 0;
    this.wanted = BLOCK;
    const { take } = this;
    this.take = (block) => this.header(block);
    take(whole);
  }

  private next(size: number, take: (bytes: Buffer) => void): void {
    this.wanted = size;
    this.take = take;
  }

  private header(block: Buffer): void {
    const header = readHeader(block);
    if (!header) {
      this.ended = true;
      if (this.extended()) throw new LayerError("the archive is cut off");
      return;
    }
    if ("xgLK".includes(header.typeflag)) this.extension(header);
    else if (header.typeflag === "S") this.oldSparse(header, block);
    else this.begin(header);
  }

  /** A header that only tells of the entry after it: its data is collected whole. */
  private extension({ typeflag, size }: Header): void {
    if (size < 0 || size > MAX_EXTENSION) throw new LayerError("an extended header is too long");
    const read = (bytes: Buffer) => {
      const content = bytes.subarray(0, size);
      if (typeflag === "x") this.records = readRecords(content);
      if (typeflag === "L") this.longName = cString(content);
      if (typeflag === "K") this.longLink = cString(content);
    };
    if (size === 0) read(Buffer.alloc(0));
    else this.next(Math.ceil(size / BLOCK) * BLOCK, read);
  }

  private oldSparse(header: Header, block: Buffer): void {
    const map = readOldMap(block, OLD_GNU.header);
    const segments = map.segments;
    const size = oldSize(block);
    const more = (bytes: Buffer) => {
      const further = readOldMap(bytes, OLD_GNU.block);
      segments.push(...further.segments);
      if (segments.length * 24 > MAX_EXTENSION) throw tooLong();
      if (further.more) this.next(BLOCK, more);
      else this.begin(header, { segments, size });
    };
    if (map.more) this.next(BLOCK, more);
    else this.begin(header, { segments, size });
  }

  private begin(header: Header, old?: { segments: Segment[]; size: number }): void {
    const { records } = this;
    // An empty value is as good as none.
    const get = (key: string) =>
      records.findLast(([each]) => each === key)?.[1].toString("latin1") || undefined;
    const stored = decimalOr(get("size"), header.size);
    const size = decimalOr(get("GNU.sparse.realsize") ?? get("GNU.sparse.size"), old?.size ?? stored);
    const entry = this.describe(header, get, old ? old.size : size);
    if (TYPES[header.typeflag] !== "file") this.start(entry, 0, undefined);
    else if (get("GNU.sparse.major") === "1") this.dataMap(entry, stored, new DataMap());
    else this.start(entry, stored, old?.segments ?? readPaxMap(records));
  }

  private describe(header: Header, get: (key: string) => string | undefined, size: number): Entry {
    const name = this.longName ?? get("GNU.sparse.name") ?? get("path") ?? header.name;
    const type = TYPES[header.typeflag];
    if (!type) throw new LayerError(`an entry has the unknown type ${JSON.stringify(header.typeflag)}`);
    const modified = get("mtime");
    return {
      // Before there was a type for them, directories were files whose names end so.
      type: type === "file" && name.endsWith("/") ? "directory" : type,
      name,
      link: this.longLink ?? get("linkpath") ?? header.link,
      mode: header.mode,
      uid: decimalOr(get("uid"), header.uid),
      gid: decimalOr(get("gid"), header.gid),
      modified: modified === undefined ? { seconds: header.modified, nanoseconds: 0 } : time(modified),
      major: header.major,
      minor: header.minor,
      size,
      segments: undefined,
      xattrs: xattrs(this.records),
    };
  }

  private dataMap(entry: Entry, stored: number, map: DataMap): void {
    if (stored < BLOCK) throw new LayerError("the map of a sparse file lies: it isn't the file's size");
    this.next(BLOCK, (block) => {
      const segments = map.add(block);
      if (segments) this.start(entry, stored - BLOCK, segments);
      else this.dataMap(entry, stored - BLOCK, map);
    });
  }

  private start(entry: Entry, stored: number, segments: readonly Segment[] | undefined): void {
    if (stored < 0) throw new LayerError("an entry's size is negative");
    if (segments) checkMap(segments, entry.size, stored);
    this.records = [];
    this.longName = undefined;
    this.longLink = undefined;
    this.sink.entry(segments ? { ...entry, segments } : entry);
    this.data = stored;
    this.padding = (BLOCK - (stored % BLOCK)) % BLOCK;
    if (stored === 0) this.sink.end();
  }
}

const decimalOr = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : decimal(text);

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("latin1", 0, end < 0 ? bytes.length : end);
}

const XATTR = "SCHILY.xattr.";
const NONE: ReadonlyMap<string, Buffer> = new Map();

function xattrs(records: Records): ReadonlyMap<string, Buffer> {
  const found = records.filter(([key]) => key.startsWith(XATTR));
  return found.length === 0 ? NONE : new Map(found.map(([key, value]) => [key.slice(XATTR.length), value]));
}
