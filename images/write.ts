/** Writes the headers of a tar archive: ustar, and before it a PAX header for what doesn't fit. tar(5), pax(1). */
import type { EntryType } from "./entry.ts";
import { BLOCK } from "./header.ts";

/** What a header says. Texts are bytes (latin1). */
export interface Member {
  readonly type: EntryType;
  readonly path: string;
  readonly link: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** In nanoseconds since 1970. */
  readonly modified: bigint;
  readonly major: number;
  readonly minor: number;
  readonly xattrs: ReadonlyMap<string, Buffer>;
}

const TYPEFLAG: Readonly<Record<EntryType, string>> = {
  file: "0",
  link: "1",
  symlink: "2",
  character: "3",
  block: "4",
  directory: "5",
  fifo: "6",
};

/** The largest numbers that octal digits have room for. */
const MAX = { id: 0o7777777, long: 0o77777777777 } as const;
const SECOND = 1_000_000_000n;

export function* writeHeader(member: Member): Generator<Buffer> {
  const name = splitName(member.path);
  const records = recordsOf(member, name === undefined);
  if (records.length > 0) {
    const content = Buffer.concat(records);
    const at = member.path.replace(/\/$/, "").lastIndexOf("/") + 1;
    const path = `${member.path.slice(0, at)}PaxHeaders.0/${member.path.slice(at)}`.replace(/\/$/, "");
    yield block({ ...PLAIN, size: content.length }, "x", { name: path.slice(0, 100), prefix: "" });
    yield content;
    if (content.length % BLOCK > 0) yield Buffer.alloc(BLOCK - (content.length % BLOCK));
  }
  yield block(member, TYPEFLAG[member.type], name ?? { name: member.path.slice(0, 100), prefix: "" });
}

const PLAIN: Member = {
  type: "file",
  path: "",
  link: "",
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  modified: 0n,
  major: 0,
  minor: 0,
  xattrs: new Map(),
};

interface Name {
  readonly prefix: string;
  readonly name: string;
}

/** As ustar has room for it: 100 bytes, and 155 more before a "/"; other alphabets are PAX's. */
function splitName(path: string): Name | undefined {
  if (!isAscii(path)) return undefined;
  if (path.length <= 100) return { name: path, prefix: "" };
  const at = path.indexOf("/", path.length - 101);
  if (at <= 0 || at > 155 || at === path.length - 1) return undefined;
  return { prefix: path.slice(0, at), name: path.slice(at + 1) };
}

const isAscii = (text: string): boolean => Buffer.byteLength(text) === text.length;

function recordsOf(member: Member, longName: boolean): Buffer[] {
  const { path, link, uid, gid, size, modified, xattrs } = member;
  const seconds = modified / SECOND;
  const records = new Map<string, Buffer>();
  const add = (key: string, value: string) => records.set(key, Buffer.from(value, "latin1"));
  if (longName) add("path", path);
  if (link.length > 100 || !isAscii(link)) add("linkpath", link);
  if (uid > MAX.id) add("uid", `${uid}`);
  if (gid > MAX.id) add("gid", `${gid}`);
  if (size > MAX.long) add("size", `${size}`);
  if (modified < 0n || modified % SECOND !== 0n || seconds > MAX.long) add("mtime", decimal(modified));
  // A key ends at the first "=": an attribute with one in its name can't be written.
  for (const [key, value] of xattrs) if (!key.includes("=")) records.set(`SCHILY.xattr.${key}`, value);
  return [...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => record(key, value));
}

/** "-1.5" for a second and a half before 1970. */
function decimal(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction = `${size % SECOND}`.padStart(9, "0").replace(/0+$/, "");
  return `${nanoseconds < 0n ? "-" : ""}${size / SECOND}${fraction === "" ? "" : `.${fraction}`}`;
}

/** "LENGTH KEY=VALUE\n", where the length counts its own digits. */
function record(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
  let length = rest.length + 1;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return Buffer.concat([Buffer.from(`${length}`), rest]);
}

function block(member: Member, typeflag: string, { name, prefix }: Name): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  const octal = (at: number, size: number, value: number) =>
    bytes.write(value.toString(8).padStart(size - 1, "0"), at, "latin1");
  const seconds = Number(member.modified / SECOND);
  const device = member.type === "character" || member.type === "block";
  bytes.write(name, 0, 100, "latin1");
  octal(100, 8, member.mode);
  octal(108, 8, member.uid > MAX.id ? 0 : member.uid);
  octal(116, 8, member.gid > MAX.id ? 0 : member.gid);
  octal(124, 12, member.size > MAX.long ? 0 : member.size);
  octal(136, 12, seconds < 0 || seconds > MAX.long ? 0 : seconds);
  bytes.fill(" ", 148, 156);
  bytes.write(typeflag, 156, "latin1");
  bytes.write(member.link, 157, 100, "latin1");
  bytes.write("ustar\x0000", 257, "latin1");
  octal(329, 8, device ? member.major : 0);
  octal(337, 8, device ? member.minor : 0);
  bytes.write(prefix, 345, 155, "latin1");
  octal(
    148,
    7,
    bytes.reduce((sum, byte) => sum + byte, 0),
  );
  bytes[154] = 0;
  return bytes;
}
