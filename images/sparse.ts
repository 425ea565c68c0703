/**
 * Sparse files: the archive holds their data alone, and a map of where it belongs. There are four forms of the map: that of
 * GNU's own format, and PAX 0.0, 0.1 and 1.0: https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html
 */
import type { Segment } from "./entry.ts";
import { LayerError } from "./errors.ts";
import { BLOCK, number } from "./header.ts";
import { decimal, MAX_EXTENSION, type Records } from "./pax.ts";

/** GNU's own format: 4 pairs in the header, then blocks with 21 each for as long as a flag says so. */
export const OLD_GNU = {
  header: { at: 386, pairs: 4, more: 482, size: 483 },
  block: { at: 0, pairs: 21, more: 504 },
};

/** The pairs that stand in one block; `more`: another one follows. */
export function readOldMap(block: Buffer, where: { at: number; pairs: number; more: number }) {
  const segments: Segment[] = [];
  for (let i = 0; i < where.pairs; i++) {
    const at = where.at + i * 24;
    if (block[at] === 0) break;
    segments.push({ offset: number(block, [at, 12]), length: number(block, [at + 12, 12]) });
  }
  return { segments, more: block[where.more] !== 0 };
}

export const oldSize = (block: Buffer): number => number(block, [OLD_GNU.header.size, 12]);

/** PAX 0.0 (a record for each number) and 0.1 (one for all); undefined where there is no map. */
export function readPaxMap(records: Records): Segment[] | undefined {
  const numbers: number[] = [];
  let found = false;
  for (const [key, value] of records) {
    if (key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes")
      numbers.push(decimal(value.toString("latin1")));
    else if (key === "GNU.sparse.map")
      numbers.push(...(value.length ? value.toString("latin1").split(",").map(decimal) : []));
    else continue;
    found = true;
  }
  return found ? pairs(numbers) : undefined;
}

/** PAX 1.0: the map stands before the data, in decimal lines that fill blocks: how many pairs, then their numbers. */
export class DataMap {
  private readonly blocks: Buffer[] = [];
  private lines = 0;
  private count: number | undefined;

  /** Takes the next block; returns the map when it is whole. */
  add(block: Buffer): Segment[] | undefined {
    if (this.blocks.push(Buffer.from(block)) * BLOCK > MAX_EXTENSION) throw tooLong();
    for (const byte of block) if (byte === 0x0a) this.lines++;
    if (this.lines === 0) throw malformed();
    this.count ??= decimal(block.toString("latin1", 0, block.indexOf(0x0a)));
    if (this.lines < 1 + this.count * 2) return undefined;
    const lines = Buffer.concat(this.blocks).toString("latin1").split("\n");
    return pairs(lines.slice(1, 1 + this.count * 2).map(decimal));
  }
}

function pairs(numbers: readonly number[]): Segment[] {
  if (numbers.length % 2 !== 0) throw malformed();
  return numbers.flatMap((offset, i) => (i % 2 === 0 ? [{ offset, length: numbers[i + 1] ?? 0 }] : []));
}

/** A map is right when its segments follow one another, within the file, and have room for the data that there is. */
export function checkMap(segments: readonly Segment[], size: number, stored: number): void {
  let end = 0;
  let sum = 0;
  for (const { offset, length } of segments) {
    if (offset < end) throw new LayerError("the map of a sparse file lies: its pieces overlap");
    end = offset + length;
    sum += length;
  }
  if (end > size || sum !== stored)
    throw new LayerError("the map of a sparse file lies: it isn't the file's size");
}

const malformed = () => new LayerError("the map of a sparse file is malformed");
export const tooLong = () => new LayerError("the map of a sparse file is too long");
