/** Bringing an image's layers to where overlayfs can have them. Loaded by runs that name an image only. */
import type { Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { openLayer } from "../../images/blobs.ts";
import { pullOptions } from "../../images/commands/pull.ts";
import type { Image } from "../../images/image.ts";
import { findImage } from "../../images/images.ts";
import { findLayer, getLayer, type Layer, lowerDirs, syncLayers } from "../../images/layers.ts";
import { getImage } from "../../images/pull.ts";
import { openStore } from "../../images/store.ts";

export interface Prepared {
  readonly image: Image;
  readonly lowers: readonly string[];
  release(): void;
}

// #region prepare
/** A layer is known by its diff id, so it is unpacked once for all images that have it. */
export async function prepareImage(name: string, values: Values, explain: boolean): Promise<Prepared> {
  const store = openStore();
  const image = explain ? findImage(store, name) : await getImage(store, name, pullOptions(values));
  if (!image) throw new UserError(`--image ${name}: it isn't here yet`, { hint: `pull ${name}` });
  const layers: Layer[] = [];
  let fresh = false;
  for (const { diffId, size, digest } of image.layers) {
    const known = findLayer(diffId);
    if (explain && !known)
      throw new UserError(`--image ${name}: it isn't unpacked yet`, { hint: `run --image ${name} once` });
    fresh ||= known === undefined;
    layers.push(known ?? (await getLayer(diffId, size, () => openLayer(store, { digest, size }))));
  }
  if (fresh) await syncLayers();
  return {
    image,
    lowers: lowerDirs(layers),
    release: () => {
      for (const layer of layers) layer.release();
    },
  };
}
// #endregion prepare
