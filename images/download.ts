/** Downloads of blobs: three at a time, each at most once whatever else runs, and what has come is kept for the next try. */
import { statfsSync } from "node:fs";
import { placeError, UserError } from "../common/errors.ts";
import { hasBlob } from "./blobs.ts";
import { type Response, readBody } from "./http.ts";
import type { Descriptor } from "./manifest.ts";
import { Partial, partialSize } from "./partial.ts";
import type { Pin } from "./pin.ts";
import type { Progress } from "./progress.ts";
import { RangeRefused, type Repository } from "./registry.ts";
import { retrying, Transient } from "./retry.ts";
import type { Store } from "./store.ts";
import { formatSize } from "./units.ts";

const AT_ONCE = 3;

export interface Job {
  readonly store: Store;
  readonly pin: Pin;
  readonly repository: Repository;
  readonly progress: Progress;
  /** Aborted when one of the downloads has failed, or when nobody wants them any more. */
  readonly abort: AbortController;
}

/** Fetches the blobs that aren't in the store. Throws a UserError for what doesn't work, after the others have stopped. */
export async function downloadAll(job: Job, wanted: readonly Descriptor[]): Promise<void> {
  const blobs = [...new Map(wanted.map((blob) => [blob.digest, blob])).values()];
  job.pin.add(blobs.map(({ digest }) => digest));
  checkSpace(
    job.store,
    blobs.filter(({ digest }) => !hasBlob(job.store, digest)),
  );
  job.progress.expect(blobs);
  const queue = blobs.values();
  const errors: unknown[] = [];
  const work = async () => {
    for (const blob of queue) {
      if (job.abort.signal.aborted) return;
      await download(job, blob).catch((error) => {
        errors.push(error);
        job.abort.abort();
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (errors.length > 0) throw errors[0];
  job.abort.signal.throwIfAborted();
}

function checkSpace(store: Store, blobs: readonly Descriptor[]): void {
  const { root } = store;
  const needed = blobs.reduce((sum, { digest, size }) => sum + size - partialSize(store, digest), 0);
  const { bavail, bsize } = statfsSync(root);
  if (needed > bavail * bsize)
    throw new UserError(
      `${root}: ENOSPC: ${formatSize(needed)} are needed, ${formatSize(bavail * bsize)} are free`,
      {
        hint: "rmi makes room; FT_DOCKER_HOME=DIR names another place",
      },
    );
}

async function download(job: Job, blob: Descriptor): Promise<void> {
  const { store, progress, abort } = job;
  const advance = (size: number) => progress.advance(blob.digest, size);
  let partial: Partial | undefined;
  try {
    partial = await Partial.open(store, blob, advance, abort.signal);
    if (!partial) return progress.done(blob.digest);
    await partial.resume();
    await fetchVerified(job, blob, partial);
    progress.done(blob.digest);
  } catch (error) {
    // A full disk isn't left full.
    if ((error as NodeJS.ErrnoException).code === "ENOSPC" || partial?.size === 0) partial?.remove();
    throw placeError(`${blob.digest}: it can't be stored in ${store.root}`, error);
  } finally {
    partial?.close();
  }
}

async function fetchVerified(job: Job, blob: Descriptor, partial: Partial): Promise<void> {
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
