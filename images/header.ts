/** A header block of a tar archive: 512 bytes, in one of the formats that tar(5) describes. */
import { LayerError } from "./errors.ts";

export const BLOCK = 512;

/** The fields of a header, as they stand there. */
export interface Header {
  readonly name: string;
  readonly link: string;
  /** A character. */
  readonly typeflag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly modified: number;
  readonly major: number;
  readonly minor: number;
}

/** Where each field is: [offset, length]. */
const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  modified: [136, 12],
  checksum: [148, 8],
  link: [157, 100],
  major: [329, 8],
  minor: [337, 8],
  prefix: [345, 155],
  /** star's format has two times behind a shorter prefix. */
  starPrefix: [345, 131],
} as const;

type Field = readonly [offset: number, length: number];

/** Reads a header; undefined for a block of zeros, which ends an archive. */
export function readHeader(block: Buffer): Header | undefined {
  const sum = checksums(block);
  if (sum.unsigned === 0x20 * FIELD.checksum[1] && isZero(block)) return undefined;
  const checksum = Number.parseInt(text(block, FIELD.checksum), 8);
  if (checksum !== sum.unsigned && checksum !== sum.signed)
    throw new LayerError("not a tar archive, or a damaged one");
  const magic = block.toString("latin1", 257, 265);
  const posix = magic.startsWith("ustar\0");
  const known = posix || magic === "ustar  \0";
  const name = text(block, FIELD.name);
  const prefix = posix
    ? text(block, block.toString("latin1", 508, 512) === "tar\0" ? FIELD.starPrefix : FIELD.prefix)
    : "";
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    link: text(block, FIELD.link),
    typeflag: String.fromCharCode(block[156] || 0x30),
    mode: number(block, FIELD.mode) & 0o7777,
    uid: number(block, FIELD.uid),
    gid: number(block, FIELD.gid),
    size: number(block, FIELD.size),
    modified: number(block, FIELD.modified),
    major: known ? number(block, FIELD.major) : 0,
    minor: known ? number(block, FIELD.minor) : 0,
  };
}

/** The sum of all bytes with the checksum's own as spaces; old programs took them as signed. */
function checksums(block: Buffer): { unsigned: number; signed: number } {
  let unsigned = 0x20 * FIELD.checksum[1];
  let high = 0;
  for (let i = 0; i < BLOCK; i++) {
    if (i === FIELD.checksum[0]) i += FIELD.checksum[1];
    const byte = block[i] ?? 0;
    unsigned += byte;
    if (byte > 0x7f) high++;
  }
  return { unsigned, signed: unsigned - 256 * high };
}

const ZEROS = Buffer.alloc(BLOCK);
const isZero = (block: Buffer): boolean => block.equals(ZEROS);

/** Up to the first NUL, byte for byte. */
function text(block: Buffer, [offset, length]: Field): string {
  const end = block.indexOf(0, offset);
  return block.toString("latin1", offset, end < 0 || end > offset + length ? offset + length : end);
}

/** Octal digits between spaces or NULs; or, where the first bit is set, GNU's base 256 with a sign. */
export function number(block: Buffer, [offset, length]: Field): number {
  if ((block[offset] ?? 0) & 0x80) return base256(block, offset, length);
  let value = 0;
  let i = offset;
  const end = offset + length;
  while (i < end && (block[i] === 0x20 || block[i] === 0)) i++;
  for (; i < end && block[i] !== 0x20 && block[i] !== 0; i++) {
    const digit = (block[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) throw new LayerError("a header has a number that is none");
    value = value * 8 + digit;
  }
  return value;
}

function base256(block: Buffer, offset: number, length: number): number {
  const negative = ((block[offset] ?? 0) & 0x40) !== 0;
  let value = negative ? -1n : 0n;
  for (let i = offset; i < offset + length; i++) {
    const byte = block[i] ?? 0;
    // The first byte's highest bit is the mark, not the number's.
    const bits = i === offset ? (negative ? byte | 0x80 : byte & 0x7f) : byte;
    value = (value << 8n) | BigInt(bits);
  }
  const result = Number(value);
  if (!Number.isSafeInteger(result)) throw new LayerError("a header has a number that is too large");
  return result;
}
