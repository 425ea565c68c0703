/** An archive that is an OCI layout: index.json names manifests, and all other files have their digest for a name. */
import { UserError } from "../common/errors.ts";
import { type Files, needFile } from "./archive.ts";
import { readBlob } from "./blobs.ts";
import { readImage } from "./image.ts";
import type { Named } from "./images.ts";
import { blobsOf, keepBlobs } from "./keep.ts";
import { REF_NAME } from "./layout.ts";
import { type Descriptor, indexSchema, isIndex, isManifest } from "./manifest.ts";
import type { Pin } from "./pin.ts";
import { mayName, parseReference, type Reference } from "./reference.ts";
import { DOCKER_NAME } from "./save.ts";
import { readDocument } from "./schema.ts";
import type { Store } from "./store.ts";
import { nameImage } from "./tags.ts";

export function loadOci(store: Store, pin: Pin, files: Files): Named[] {
  const index = readDocument("load: index.json", readBlob(store, needFile(files, "index.json")), indexSchema);
  const descriptors = index.manifests.filter(({ mediaType }) => isIndex(mediaType) || isManifest(mediaType));
  const images = descriptors.map((descriptor) => loadOne(store, pin, descriptor));
  for (const { reference, image } of images) nameImage(store, reference, image.target);
  return images;
}

/** Without a name for it where the archive has none that is one. */
function loadOne(store: Store, pin: Pin, { annotations, ...target }: Descriptor): Named {
  const image = readImage(store, target, "load");
  // The store may have had what the archive lacks.
  keepBlobs(store, pin, blobsOf(image), "load");
  const reference = toReference(annotations?.[DOCKER_NAME] ?? annotations?.[REF_NAME]);
  return { reference: reference && mayName(reference, target.digest) ? reference : undefined, image };
}

function toReference(name: string | undefined): Reference | undefined {
  try {
    return name === undefined ? undefined : parseReference(name);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
