/**
 * Images as one tar archive, for `load` here, in Docker and in podman. It is an OCI layout (image-layout.md) that has Docker's
 * manifest.json as well, as Docker itself writes it: who reads either finds it. Blobs stand in it as they are in the store.
 */
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { openBlob } from "./blobs.ts";
import type { Blob } from "./digest.ts";
import { hexOf } from "./digest.ts";
import { type Named, resolveNamed } from "./images.ts";
import { keepBlobs } from "./keep.ts";
import { REF_NAME } from "./layout.ts";
import { OCI_INDEX } from "./manifest.ts";
import { pinned } from "./pin.ts";
import { canonical, familiar } from "./reference.ts";
import type { Store } from "./store.ts";

/** Docker's annotation for a name in full: it reads no other. */
export const DOCKER_NAME = "io.containerd.image.name";

/** Writes the images with these names or ids. Throws a UserError where one isn't there. */
export function saveImages(store: Store, texts: readonly string[], output: Writable): Promise<void> {
  return pinned(store, async (pin) => {
    const images = texts.map((text) => resolveNamed(store, text));
    const blobs = [...new Map(images.flatMap(savedBlobs).map((blob) => [blob.digest, blob])).values()];
    keepBlobs(store, pin, blobs, "save");
    const archive = pack();
    await Promise.all([
      pipeline(archive, output),
      write(store, archive, images, blobs).catch((error) => archive.destroy(error)),
    ]);
  });
}

const savedBlobs = ({ image }: Named): Blob[] => [image.descriptor, image.manifest.config, ...image.layers];

async function write(
  store: Store,
  archive: Pack,
  images: readonly Named[],
  blobs: readonly Blob[],
): Promise<void> {
  writeText(archive, "oci-layout", { imageLayoutVersion: "1.0.0" });
  writeText(archive, "index.json", {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: images.map(ociEntry),
  });
  writeText(archive, "manifest.json", images.map(dockerEntry));
  for (const blob of blobs) {
    const entry = archive.entry({ name: blobName(blob), size: blob.size, mode: 0o644, mtime: new Date(0) });
    await pipeline(openBlob(store, blob), entry);
  }
  archive.finalize();
}

const blobName = ({ digest }: Pick<Blob, "digest">): string => `blobs/sha256/${hexOf(digest)}`;

function writeText(archive: Pack, name: string, document: unknown): void {
  archive.entry({ name, mode: 0o644, mtime: new Date(0) }, JSON.stringify(document));
}

function ociEntry({ reference, image }: Named) {
  const { mediaType, digest, size } = image.descriptor;
  const name = reference && !reference.digest ? canonical(reference) : undefined;
  return {
    mediaType,
    digest,
    size,
    ...(name ? { annotations: { [REF_NAME]: name, [DOCKER_NAME]: name } } : {}),
  };
}

/** The "docker-archive" of skopeo and podman. */
function dockerEntry({ reference, image }: Named) {
  return {
    Config: blobName(image.manifest.config),
    RepoTags: reference && !reference.digest ? [familiar(reference)] : [],
    Layers: image.layers.map(blobName),
  };
}
