/** Bringing an image's layers to where overlayfs can have them. Loaded by runs that name an image only. */
import type { Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { openLayer } from "../../images/blobs.ts";
import { pullOptions } from "../../images/commands/pull.ts";
import type { Image } from "../../images/image.ts";
import { findImage } from "../../images/images.ts";
import { blobsOf, keepBlobs } from "../../images/keep.ts";
import { findLayer, getLayer, type Layer, lowerDirs, syncLayers } from "../../images/layers.ts";
import { pinned } from "../../images/pin.ts";
import { getImage } from "../../images/pull.ts";
import { openStore, type Store } from "../../images/store.ts";

export interface Prepared {
  readonly image: Image;
  readonly lowers: readonly string[];
  /** Files whose locks keep the layers. */
  readonly held: readonly number[];
  release(): void;
}

// #region prepare
/** A layer is known by its diff id, so it is unpacked once for all images that have it. */
export async function prepareImage(name: string, values: Values, explain: boolean): Promise<Prepared> {
  const store = openStore();
  const known = findImage(store, name);
  const there = known?.layers.map(({ diffId }) => findLayer(diffId));
  if (known && there && isComplete(there)) return prepared(known, there);
  for (const layer of there ?? []) layer?.release();
  if (!explain) return unpack(store, name, values);
  if (known)
    throw new UserError(`--image ${name}: it isn't unpacked yet`, { hint: `run --image ${name} once` });
  throw new UserError(`--image ${name}: it isn't here yet`, { hint: `pull ${name}` });
}

const isComplete = (layers: readonly (Layer | undefined)[]): layers is readonly Layer[] =>
  !layers.includes(undefined);

/** Gets what is missing. The pin keeps the image's blobs until they are unpacked, whoever removes its name meanwhile. */
function unpack(store: Store, name: string, values: Values): Promise<Prepared> {
  return pinned(store, async (pin) => {
    const image = await getImage(store, name, pullOptions(values));
    keepBlobs(store, pin, blobsOf(image), `run --image ${name}`);
    const layers: Layer[] = [];
    for (const { diffId, size, digest } of image.layers)
      layers.push(await getLayer(diffId, size, () => openLayer(store, { digest, size })));
    await syncLayers();
    return prepared(image, layers);
  });
}

const prepared = (image: Image, layers: readonly Layer[]): Prepared => ({
  image,
  lowers: lowerDirs(layers),
  held: layers.map(({ fd }) => fd),
  release: () => {
    for (const layer of layers) layer.release();
  },
});
// #endregion prepare
