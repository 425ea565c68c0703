/** Trying again: what is broken for a moment is asked again, after a while that grows. */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../common/errors.ts";

/** An error that may be over the next time. */
export class Transient extends Error {
  override name = "Transient";
  /** The server has said when to come back: in milliseconds from now. */
  readonly after: number | undefined;

  constructor(message: string, after?: number) {
    super(message);
    this.after = after;
  }
}

const RETRIES = 5;
/** In milliseconds. Each wait is twice the one before. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 1000 * 60 * 5;

export interface RetryOptions {
  readonly signal?: AbortSignal | undefined;
  /** A line for the user. */
  readonly note: (line: string) => void;
  /** Changes when there was progress: then counting begins anew. */
  readonly progress?: () => number;
}

/** Does the action, again where it fails with a Transient error; throws a UserError when that doesn't help. */
export async function retrying<T>(action: () => Promise<T>, options: RetryOptions): Promise<T> {
  let before = options.progress?.();
  for (let failures = 0; ; failures++) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      if (options.progress?.() !== before) failures = 0;
      before = options.progress?.();
      await pause(error, failures, options);
    }
  }
}

async function pause(error: Transient, failures: number, { signal, note }: RetryOptions): Promise<void> {
  // Not all at the same moment, those who were sent away at the same moment.
  const wait = error.after ?? FIRST_WAIT * 2 ** failures * (1 + Math.random() / 4);
  if (failures >= RETRIES || wait > LONGEST_WAIT)
    throw new UserError(error.message, {
      hint: error.after
        ? `the registry asks to come again in ${Math.ceil(wait / 1000)} s`
        : "try again later",
    });
  note(`${error.message}; again in ${(wait / 1000).toFixed(1)} s`);
  await sleep(wait, undefined, { signal });
}

/** The Retry-After header: seconds, or a date (RFC 9110, 10.2.3); in milliseconds from now. */
export function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\d+$/.test(header) ? 1000 * Number(header) : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}
