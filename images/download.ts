/** Downloads of blobs: three at a time, each at most once whatever else runs, and what has come is kept for the next try. */
import { statfsSync } from "node:fs";
import { placeError, UserError } from "../common/errors.ts";
import { hasBlob } from "./blobs.ts";
import { fetchBlob, type Job } from "./fetch.ts";
import type { Descriptor } from "./manifest.ts";
import { Partial, partialSize } from "./partial.ts";
import type { Store } from "./store.ts";
import { formatSize } from "./units.ts";

const AT_ONCE = 3;

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
    await fetchBlob(job, blob, partial);
    progress.done(blob.digest);
  } catch (error) {
    // A full disk isn't left full.
    if ((error as NodeJS.ErrnoException).code === "ENOSPC" || partial?.size === 0) partial?.remove();
    throw placeError(`${blob.digest}: it can't be stored in ${store.root}`, error);
  } finally {
    partial?.close();
  }
}
