/** The records of a PAX extended header: "LENGTH KEY=VALUE\n", pax(1). Values are bytes: an attribute's are no text. */
import type { Time } from "./entry.ts";
import { LayerError } from "./errors.ts";

export type Records = readonly (readonly [key: string, value: Buffer])[];

/** The longest extended header, long name or sparse map that is read, in bytes. */
export const MAX_EXTENSION = 1 << 20;

export function readRecords(bytes: Buffer): Records {
  const records: [string, Buffer][] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = decimal(bytes.toString("latin1", at, space < 0 ? at : space));
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space);
    if (end > bytes.length || equals < 0 || equals >= end || bytes[end - 1] !== 0x0a) throw malformed();
    // A copy: what is kept of an entry mustn't keep the chunk that it came in.
    records.push([
      bytes.toString("utf8", space + 1, equals),
      Buffer.from(bytes.subarray(equals + 1, end - 1)),
    ]);
    at = end;
  }
  return records;
}

/** Decimal digits and nothing else. */
export function decimal(text: string): number {
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw malformed();
  return value;
}

/** "1700000000.123456789", with a sign perhaps; digits beyond nanoseconds are dropped. */
export function time(text: string): Time {
  const [, sign, whole = "", fraction = ""] = /^(-?)([0-9]{1,15})(?:\.([0-9]*))?$/.exec(text) ?? [];
  if (sign === undefined) throw malformed();
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, "0"));
  if (sign === "") return { seconds: Number(whole), nanoseconds };
  return nanoseconds === 0
    ? { seconds: -Number(whole), nanoseconds }
    : { seconds: -Number(whole) - 1, nanoseconds: 1e9 - nanoseconds };
}

const malformed = () => new LayerError("an extended header is malformed");
