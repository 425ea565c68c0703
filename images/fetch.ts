/** One blob from a registry: from where it broke off, and again while there is hope. */
import { UserError } from "../common/errors.ts";
import { type Response, readBody } from "./http.ts";
import type { Descriptor } from "./manifest.ts";
import type { Partial } from "./partial.ts";
import type { Pin } from "./pin.ts";
import type { Progress } from "./progress.ts";
import { RangeRefused, type Repository } from "./registry.ts";
import { retrying, Transient } from "./retry.ts";
import type { Store } from "./store.ts";

export interface Job {
  readonly store: Store;
  readonly pin: Pin;
  readonly repository: Repository;
  readonly progress: Progress;
  /** Aborted when one of the downloads has failed, or when nobody wants them any more. */
  readonly abort: AbortController;
}

/** Completes a partial download, and makes a blob of it. Throws a UserError where that doesn't work, or it isn't what its digest says. */
export async function fetchBlob(job: Job, blob: Descriptor, partial: Partial): Promise<void> {
  const { store, pin, progress, abort } = job;
  let furthest = 0;
  const options = {
    signal: abort.signal,
    note: progress.note,
    progress: () => {
      furthest = Math.max(furthest, partial.size);
      return furthest;
    },
  };
  const fetchAll = () => retrying(() => fetchRest(job, blob, partial), options);
  await fetchAll();
  const { resumed } = partial;
  try {
    await partial.finish(store, pin);
  } catch (error) {
    if (!resumed || !(error instanceof UserError)) throw error;
    // What was there before may be to blame.
    progress.note(`${error.message}; from the beginning`);
    await fetchAll();
    await partial.finish(store, pin);
  }
}

async function fetchRest({ repository, progress }: Job, blob: Descriptor, partial: Partial): Promise<void> {
  if (partial.size === blob.size) return;
  const response = await ask(repository, blob, partial);
  checkLength(response, blob, partial);
  for await (const chunk of readBody(response, repository.place.base)) {
    if (partial.size + chunk.length > blob.size) throw wrongSize(blob, "more");
    await partial.append(chunk);
    progress.advance(blob.digest, partial.size);
  }
  if (partial.size < blob.size) throw new Transient(`${blob.digest}: it ended after ${partial.size} bytes`);
}

/** The rest of the blob; all of it, from a registry that can't continue. */
async function ask(repository: Repository, blob: Descriptor, partial: Partial): Promise<Response> {
  const response = await repository.blob(blob.digest, partial.size).catch((error) => {
    if (error instanceof RangeRefused && partial.size > 0) return undefined;
    throw error;
  });
  const begin = response && firstByte(response);
  if (response && begin === partial.size) return response;
  partial.restart();
  if (response && begin === 0) return response;
  response?.body.on("error", () => {}).destroy();
  return repository.blob(blob.digest, 0);
}

const firstByte = (response: Response): number =>
  response.status === 200 ? 0 : Number(/^bytes (\d+)-/.exec(response.header("content-range") ?? "")?.[1]);

/** Before anything is written. */
function checkLength(response: Response, blob: Descriptor, partial: Partial): void {
  const length = response.header("content-length");
  if (length === undefined || Number(length) === blob.size - partial.size) return;
  response.body.on("error", () => {}).destroy();
  throw wrongSize(blob, `${Number(length) + partial.size}`);
}

const wrongSize = ({ digest, size }: Descriptor, is: string): UserError =>
  new UserError(`${digest}: ${is} bytes instead of ${size}`, {
    hint: "the registry has something else than the manifest says; nothing of it is used",
  });
