/** The keys by which one leaves a container that one is attached to, as Docker writes them: `ctrl-p,ctrl-q`. */
import { UserError } from "../common/errors.ts";

export const DEFAULT_KEYS = "ctrl-p,ctrl-q";

/** Throws a UserError. */
export function parseKeys(text: string): Buffer {
  return Buffer.from(text.split(",").map((key) => keyOf(key, text)));
}

function keyOf(key: string, all: string): number {
  if (/^[\x20-\x7e]$/.test(key)) return key.charCodeAt(0);
  const control = /^ctrl-([a-z@[\\\]^_])$/.exec(key)?.[1];
  // A control character is its letter without the two highest bits: ascii(7).
  if (control) return control.toUpperCase().charCodeAt(0) & 0x1f;
  throw new UserError(`--detach-keys ${all}: ${JSON.stringify(key)} is no key`, {
    hint: `single characters, or ctrl- and one of a-z @ [ \\ ] ^ _, with commas between: ${DEFAULT_KEYS}`,
  });
}

/** Looks for the keys in what is typed. What may be their beginning is held back until the next key is there. */
export class DetachKeys {
  private readonly keys: Buffer;
  private held: number[] = [];

  constructor(keys: Buffer) {
    this.keys = keys;
  }

  /** What goes to the container, and whether all of the keys have come: then nothing behind them counts. */
  feed(typed: Buffer): { pass: Buffer; detached: boolean } {
    const pass: number[] = [];
    for (const byte of typed) {
      this.held.push(byte);
      while (!this.held.every((each, i) => each === this.keys[i])) pass.push(this.held.shift() as number);
      if (this.held.length === this.keys.length) return { pass: Buffer.from(pass), detached: true };
    }
    return { pass: Buffer.from(pass), detached: false };
  }
}
