/** An archive that is an OCI layout: index.json names manifests, and all other files have their digest for a name. */
import { statSync } from "node:fs";
import { UserError } from "../common/errors.ts";
import { type Files, needFile } from "./archive.ts";
import { hasBlob, readBlob } from "./blobs.ts";
import type { Blob } from "./digest.ts";
import { readImage } from "./image.ts";
import type { Named } from "./images.ts";
import { REF_NAME } from "./layout.ts";
import { type Descriptor, indexSchema, isIndex, isManifest } from "./manifest.ts";
import type { Pin } from "./pin.ts";
import { parseReference, type Reference } from "./reference.ts";
import { DOCKER_NAME } from "./save.ts";
import { readDocument } from "./schema.ts";
import { blobFile, type Store } from "./store.ts";
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
  const blobs = [image.target, image.descriptor, image.manifest.config, ...image.layers];
  // The store may have had what the archive lacks: it has to be there still when it is pinned.
  pin.add(blobs.map(({ digest }) => digest));
  for (const blob of blobs) check(store, blob);
  return { reference: toReference(annotations?.[DOCKER_NAME] ?? annotations?.[REF_NAME]), image };
}

function check(store: Store, { digest, size }: Blob): void {
  const there = hasBlob(store, digest) ? statSync(blobFile(store, digest)).size : undefined;
  if (there === size) return;
  const why =
    there === undefined ? "missing, or not what its digest says" : `of ${there} bytes instead of ${size}`;
  throw new UserError(`load: ${digest} is ${why}`, { hint: "the archive is damaged: save it again" });
}

function toReference(name: string | undefined): Reference | undefined {
  try {
    return name === undefined ? undefined : parseReference(name);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
