/** What is known of an image, under Docker's names. */
import type { Image } from "../images/image.ts";
import { listImages } from "../images/images.ts";
import { familiar, familiarName } from "../images/reference.ts";
import type { Store } from "../images/store.ts";

export function inspectImage(store: Store, image: Image): unknown {
  const names = listImages(store).filter(({ image: each }) => each.id === image.id);
  const references = names.flatMap(({ reference }) => reference ?? []);
  const { architecture, os, created, author, config, rootfs, history } = image.config;
  return {
    Id: image.id,
    RepoTags: references.filter(({ digest }) => !digest).map(familiar),
    RepoDigests: [...new Set(references.map((each) => `${familiarName(each)}@${image.target.digest}`))],
    Created: created ?? "",
    Author: author ?? "",
    Comment: history?.at(-1)?.comment ?? "",
    Config: config ?? {},
    Architecture: architecture,
    Os: os,
    Size: image.layers.reduce((sum, { size }) => sum + size, image.manifest.config.size),
    RootFS: { Type: "layers", Layers: rootfs.diff_ids },
  };
}
