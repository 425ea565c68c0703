/** Tar archives for tests, made header by header: nothing is checked, so that an archive can lie. tar(5). */

export interface Fields {
  readonly name?: string | Buffer;
  readonly type?: string;
  readonly content?: string | Buffer;
  /** What the header says, whatever the content is. */
  readonly size?: number | Buffer;
  readonly link?: string;
  readonly mode?: number;
  readonly uid?: number | Buffer;
  readonly gid?: number;
  readonly modified?: number;
  readonly major?: number;
  readonly minor?: number;
  readonly magic?: string;
  /** Changes the header before its checksum is made, or `after` it. */
  readonly patch?: (header: Buffer) => void;
  readonly after?: (header: Buffer) => void;
}

const padded = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);

/** One entry: its header and its contents. */
export function entry(fields: Fields): Buffer {
  const content = Buffer.from(fields.content ?? "");
  const header = Buffer.alloc(512);
  const number = (at: number, width: number, value: number | Buffer) => {
    if (typeof value === "number") header.write(value.toString(8).padStart(width - 1, "0"), at);
    else value.copy(header, at);
  };
  Buffer.from(fields.name ?? "file").copy(header, 0, 0, 100);
  number(100, 8, fields.mode ?? 0o644);
  number(108, 8, fields.uid ?? 0);
  number(116, 8, fields.gid ?? 0);
  number(124, 12, fields.size ?? content.length);
  number(136, 12, fields.modified ?? 1_000_000_000);
  header.write(fields.type ?? "0", 156);
  header.write(fields.link ?? "", 157, 100);
  header.write(fields.magic ?? "ustar\x0000", 257, "latin1");
  number(329, 8, fields.major ?? 0);
  number(337, 8, fields.minor ?? 0);
  fields.patch?.(header);
  header.fill(" ", 148, 156);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  fields.after?.(header);
  return Buffer.concat([header, padded(content)]);
}

export const file = (name: string | Buffer, content: string | Buffer = "", more: Fields = {}): Buffer =>
  entry({ name, content, ...more });
export const directory = (name: string | Buffer, more: Fields = {}): Buffer =>
  entry({ name, type: "5", mode: 0o755, ...more });
export const symlink = (name: string, link: string): Buffer => entry({ name, type: "2", link, mode: 0o777 });
export const hardlink = (name: string, link: string): Buffer => entry({ name, type: "1", link });

export function record(key: string, value: string | Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from("\n")]);
  let length = rest.length;
  while (length !== `${length}`.length + rest.length) length = `${length}`.length + rest.length;
  return Buffer.concat([Buffer.from(`${length}`), rest]);
}

/** A PAX header for the entry after it ("x"), or for all ("g"). */
export function pax(records: Readonly<Record<string, string | Buffer>>, type = "x"): Buffer {
  const content = Object.entries(records).map(([key, value]) => record(key, value));
  return entry({ name: "PaxHeaders/x", type, content: Buffer.concat(content) });
}

export const END = Buffer.alloc(1024);

/** GNU's base 256: for what octal digits have no room for, or no sign. */
export function base256(value: bigint, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  let rest = BigInt.asUintN(width * 8, value);
  for (let i = width - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes;
}

/** GNU's own sparse file: pairs of offset and length, then the file's size. */
export function oldSparse(
  pairs: readonly (readonly [number, number])[],
  size: number,
  content: string,
): Buffer {
  return entry({
    name: "sparse",
    type: "S",
    magic: "ustar  \0",
    content,
    patch: (header) => {
      for (const [i, pair] of pairs.entries()) {
        for (const [j, value] of pair.entries()) {
          header.write(value.toString(8).padStart(11, "0"), 386 + i * 24 + j * 12);
        }
      }
      header.write(size.toString(8).padStart(11, "0"), 483);
    },
  });
}
