/**
 * Memory for programs, outside V8's heap, so that its addresses hold while a child runs. Pages are pooled: 10,000
 * launches use what the first used.
 */
import { map } from "./native.ts";

const PAGE = 4096;
/** A usual program with its strings, environment and two stacks fits into one. */
const USUAL = 16 * PAGE;

class Region {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly words: BigInt64Array;
  readonly halves: Uint32Array;
  used = 0;

  constructor(size: number) {
    const { address, buffer } = map(size);
    this.address = address;
    this.bytes = new Uint8Array(buffer);
    this.words = new BigInt64Array(buffer);
    this.halves = new Uint32Array(buffer);
  }
}

const pool: Region[] = [];

/** Memory that grows as it is asked for, and goes back to the pool with `release`. */
export class Memory {
  private readonly regions: Region[] = [];
  private readonly encoder = new TextEncoder();

  /** The address of `size` zeroed bytes, aligned as a stack has to be. */
  reserve(size: number): number {
    const aligned = (size + 15) & ~15;
    let region = this.regions.at(-1);
    if (!region || region.used + aligned > region.bytes.length) {
      region = takeRegion(aligned);
      this.regions.push(region);
    }
    const address = region.address + region.used;
    region.used += aligned;
    return address;
  }

  /** Writes a 64-bit word. */
  setWord(address: number, value: number | bigint): void {
    const { region, offset } = this.find(address);
    if (typeof value === "number" && value >= 0 && value <= 0xffffffff) {
      region.halves[offset / 4] = value;
      region.halves[offset / 4 + 1] = 0;
    } else {
      region.words[offset / 8] = BigInt(value);
    }
  }

  getWord(address: number): bigint {
    const { region, offset } = this.find(address);
    return region.words[offset / 8] ?? 0n;
  }

  /** The address of the text with a NUL after it, as C has its strings. */
  text(text: string): number {
    const address = this.reserve(text.length * 3 + 1);
    const { region, offset } = this.find(address);
    this.encoder.encodeInto(text, region.bytes.subarray(offset));
    return address;
  }

  release(): void {
    for (const region of this.regions.splice(0)) {
      region.bytes.fill(0, 0, region.used);
      region.used = 0;
      pool.push(region);
    }
  }

  private find(address: number): { region: Region; offset: number } {
    for (const region of this.regions) {
      const offset = address - region.address;
      if (offset >= 0 && offset < region.bytes.length) return { region, offset };
    }
    throw new RangeError(`0x${address.toString(16)} isn't in this memory`);
  }
}

function takeRegion(size: number): Region {
  const fitting = pool.findIndex((region) => region.bytes.length >= size);
  const [region] = fitting < 0 ? [] : pool.splice(fitting, 1);
  return region ?? new Region(Math.max(USUAL, Math.ceil(size / PAGE) * PAGE));
}
