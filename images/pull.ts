/** Gets an image from a registry into the store. */
import { UserError } from "../common/errors.ts";
import { readBlob, tooLarge, writeDocument } from "./blobs.ts";
import { parseConfig } from "./config.ts";
import { downloadAll } from "./download.ts";
import { type EndpointOptions, findPlaces } from "./endpoints.ts";
import { sweep } from "./garbage.ts";
import { type Image, pairLayers, readImage } from "./image.ts";
import { findImage } from "./images.ts";
import { type Descriptor, type Manifest, parseManifest } from "./manifest.ts";
import { type Pin, pinned } from "./pin.ts";
import { choosePlatform, formatPlatform, ourArchitecture } from "./platform.ts";
import { type Progress, startProgress } from "./progress.ts";
import { familiar, parseReference, type Reference } from "./reference.ts";
import { type Place, Repository } from "./registry.ts";
import { retrying } from "./retry.ts";
import { MAX_DOCUMENT } from "./schema.ts";
import type { Store } from "./store.ts";
import { nameImage } from "./tags.ts";

export interface PullOptions extends EndpointOptions {
  /** Don't show how far it is. */
  readonly quiet?: boolean;
}

/** The image from the store, or pulled where it isn't there: what `run --image` does. */
export async function getImage(store: Store, text: string, options: PullOptions = {}): Promise<Image> {
  return findImage(store, text) ?? (await pullImage(store, parseReference(text), options));
}

/** Asks the registry (its mirrors first) and gets what isn't here yet. Throws a UserError; what has come by then is kept. */
export async function pullImage(
  store: Store,
  reference: Reference,
  options: PullOptions = {},
): Promise<Image> {
  sweep(store);
  const progress = startProgress(familiar(reference), options.quiet ?? false);
  try {
    const [place, ...others] = await findPlaces(reference, options);
    if (!place) throw new Error("a registry is at one place at least");
    return await pinned(store, (pin) => pullFromFirst({ store, reference, pin, progress }, place, others));
  } finally {
    progress.close();
  }
}

interface Pull {
  readonly store: Store;
  readonly reference: Reference;
  readonly pin: Pin;
  readonly progress: Progress;
}

/** A mirror that hasn't got the image, or doesn't answer, isn't the end. */
async function pullFromFirst(pull: Pull, place: Place, [next, ...others]: readonly Place[]): Promise<Image> {
  if (!next) return pullFrom(pull, place);
  try {
    return await pullFrom(pull, place);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    pull.progress.note(`${error.message}; now ${next.base.host}`);
    return pullFromFirst(pull, next, others);
  }
}

async function pullFrom(pull: Pull, place: Place): Promise<Image> {
  const { store, reference, pin } = pull;
  const abort = new AbortController();
  const repository = new Repository(place, reference, abort.signal);
  const { documents, manifest } = await fetchManifests(pull, repository);
  if (manifest.config.size > MAX_DOCUMENT) throw tooLarge(manifest.config);
  const job = { ...pull, repository, abort };
  // The config is small, and may say that the rest isn't worth the time.
  await downloadAll({ ...job, progress: { ...pull.progress, expect() {}, done() {} } }, [manifest.config]);
  checkConfig(pull, manifest);
  await downloadAll(job, [manifest.config, ...manifest.layers]);
  const [target] = await Promise.all(
    documents.map(({ bytes, mediaType }) => writeDocument(store, pin, bytes, mediaType)),
  );
  const image = readImage(store, target as Descriptor, familiar(reference));
  nameImage(store, reference, image.target);
  return image;
}

interface Document {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** The image's manifest, and the documents that lead to it: with an index that as well. */
async function fetchManifests(
  { reference, progress }: Pull,
  repository: Repository,
): Promise<{ documents: Document[]; manifest: Manifest }> {
  const what = familiar(reference);
  const fetch = async (wanted: string, expected?: Descriptor) => {
    const { bytes, descriptor } = await retrying(() => repository.manifest(wanted, expected), progress);
    return { bytes, ...parseManifest(what, bytes, descriptor.mediaType) };
  };
  const first = await fetch(reference.digest ?? reference.tag ?? "latest");
  if (first.manifest) return { documents: [first], manifest: first.manifest };
  const chosen = choosePlatform(what, first.index);
  const second = await fetch(chosen.digest, chosen);
  if (second.manifest) return { documents: [first, second], manifest: second.manifest };
  throw new UserError(`${what}: an index within an index`, { hint: "name one of its images" });
}

/** An image without an index isn't chosen for this machine: it may be for another. */
function checkConfig({ store, reference, progress }: Pull, manifest: Manifest): void {
  const what = familiar(reference);
  const config = parseConfig(what, readBlob(store, manifest.config));
  pairLayers(what, manifest, config);
  if (config.os !== "linux")
    throw new UserError(`${what}: it is for ${formatPlatform(config)}`, {
      hint: "containers here are Linux's",
    });
  const { name } = ourArchitecture();
  if (config.architecture !== name)
    progress.note(`warning: ${what} is for ${formatPlatform(config)}, and this machine is linux/${name}`);
}
