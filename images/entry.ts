/** One entry of a layer's archive, as the tar reader hands it on: nothing in it has been judged yet. */
/** What an entry makes: the typeflags of tar(5) by name. */
export type EntryType = "file" | "link" | "symlink" | "character" | "block" | "directory" | "fifo";

export interface Time {
  /** Since 1970; may be negative. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** A run of data in a sparse file: where it begins, and its length, in bytes. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
}

export interface Entry {
  readonly type: EntryType;
  /** Its path, byte for byte: each character is one byte (latin1), since names needn't be UTF-8. */
  readonly name: string;
  /** Where a link leads, byte for byte; empty for others. */
  readonly link: string;
  /** The permission bits with set-user-ID, set-group-ID and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modified: Time;
  readonly major: number;
  readonly minor: number;
  /** The size of the file, in bytes; of a sparse one, with its holes. */
  readonly size: number;
  /** Where a sparse file has data. */
  readonly segments: readonly Segment[] | undefined;
  /** Extended attributes by name. */
  readonly xattrs: ReadonlyMap<string, Buffer>;
}
