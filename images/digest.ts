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

/** A blob's name, and its size in bytes. */
export interface Blob {
  readonly digest: Digest;
  readonly size: number;
}

/** Counts and hashes bytes. Throws a UserError that begins with `what` where they aren't as expected. */
export class Check {
  private readonly hash = createHash("sha256");
  private readonly what: string;
  private readonly expected: Expected | undefined;
  /** Of what has come, in bytes. */
  size = 0;

  constructor(what: string, expected?: Expected) {
    this.what = what;
    this.expected = expected;
  }

  /** The first byte too many is an error already. */
  update(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.size += bytes.length;
    const { size } = this.expected ?? {};
    if (size !== undefined && this.size > size)
      throw damaged(this.what, `more than the ${size} bytes that it should have`);
  }

  finish(): Blob {
    const { what, expected, size } = this;
    const digest = finish(this.hash);
    if (expected?.size !== undefined && size !== expected.size)
      throw damaged(what, `${size} bytes instead of ${expected.size}`);
    if (expected && digest !== expected.digest)
      throw damaged(what, `its digest is ${digest} instead of ${expected.digest}`);
    return { digest, size };
  }
}

/** Throws a UserError for bytes that aren't those that their name promises. */
export function checkBytes(what: string, bytes: Uint8Array, expected: Expected): void {
  const check = new Check(what, expected);
  check.update(bytes);
  check.finish();
}

/** Lets bytes through, and fails at the end if they aren't as expected. */
export class Verifier extends Transform {
  private readonly check: Check;

  constructor(what: string, expected: Expected) {
    super();
    this.check = new Check(what, expected);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    attempt(
      () => this.check.update(chunk),
      (error) => done(error, chunk),
    );
  }

  override _flush(done: TransformCallback): void {
    attempt(() => this.check.finish(), done);
  }
}

function attempt(action: () => unknown, done: (error: Error | null) => void): void {
  let failed: Error | null = null;
  try {
    action();
  } catch (error) {
    failed = error as Error;
  }
  done(failed);
}

const damaged = (what: string, why: string): UserError =>
  new UserError(`${what}: ${why}`, { hint: "it was damaged or changed on its way; nothing of it is used" });
