/** Digests: a blob's name is the hash of its bytes. OCI image specification, "Digests". */
import { createHash, type Hash } from "node:crypto";
import { Transform, type TransformCallback } from "node:stream";
import { UserError } from "../common/errors.ts";

/** `sha256:` and 64 hexadecimal digits: the one algorithm that registries use. */
export type Digest = `sha256:${string}`;

export const isDigest = (text: string): text is Digest => /^sha256:[0-9a-f]{64}$/.test(text);

export const hexOf = (digest: Digest): string => digest.slice("sha256:".length);

export const digestOf = (bytes: Uint8Array): Digest => finish(createHash("sha256").update(bytes));

export const finish = (hash: Hash): Digest => `sha256:${hash.digest("hex")}`;

/** What bytes must be: `size` in bytes. */
export interface Expected {
  readonly digest: Digest;
  readonly size?: number | undefined;
}

/** Lets bytes through and counts and hashes them; fails at the first byte too many, and at the end if they're others. */
export class Verifier extends Transform {
  private readonly hash = createHash("sha256");
  private readonly what: string;
  private readonly expected: Expected | undefined;
  /** In bytes, of what has come through. */
  size = 0;
  /** Known when the stream has ended. */
  digest: Digest | undefined;

  constructor(what: string, expected?: Expected) {
    super();
    this.what = what;
    this.expected = expected;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.size += chunk.length;
    this.hash.update(chunk);
    const { size } = this.expected ?? {};
    if (size === undefined || this.size <= size) done(null, chunk);
    else done(damaged(this.what, `more than the ${size} bytes that it should have`));
  }

  override _flush(done: TransformCallback): void {
    this.digest = finish(this.hash);
    done(this.expected ? mismatch(this.what, this.expected, this.digest, this.size) : null);
  }
}

/** The error of bytes that aren't those that their name promises, or null. */
export function mismatch(what: string, expected: Expected, digest: Digest, size: number): UserError | null {
  if (expected.size !== undefined && size !== expected.size)
    return damaged(what, `${size} bytes instead of ${expected.size}`);
  if (digest !== expected.digest)
    return damaged(what, `its digest is ${digest} instead of ${expected.digest}`);
  return null;
}

const damaged = (what: string, why: string): UserError =>
  new UserError(`${what}: ${why}`, { hint: "it was damaged or changed on its way; nothing of it is used" });
