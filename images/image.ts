/** What an image consists of, read from the blobs of the store. */
import { UserError } from "../common/errors.ts";
import { readBlob } from "./blobs.ts";
import { type ImageConfig, parseConfig } from "./config.ts";
import type { Digest } from "./digest.ts";
import { type Descriptor, type Manifest, parseManifest } from "./manifest.ts";
import { choosePlatform } from "./platform.ts";
import type { Store } from "./store.ts";

export interface Layer {
  /** Of the blob as it is stored and transferred. */
  readonly digest: Digest;
  /** Of the tar archive in it. */
  readonly diffId: Digest;
  /** Of the blob, in bytes. */
  readonly size: number;
  readonly mediaType: string;
}

export interface Image {
  /** The digest of its config, as Docker has it. */
  readonly id: Digest;
  /** What its name stands for: its manifest, or an index of several images. */
  readonly target: Descriptor;
  /** Of the manifest. */
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** The lowest first. */
  readonly layers: readonly Layer[];
}

/** Reads what a manifest, or an index's manifest for this machine, consists of. `what` begins an error's text. */
export function readImage(store: Store, target: Descriptor, what: string): Image {
  const first = parseManifest(what, readBlob(store, target), target.mediaType);
  const descriptor = first.index ? choosePlatform(what, first.index) : target;
  const { manifest } = first.index
    ? parseManifest(what, readBlob(store, descriptor), descriptor.mediaType)
    : first;
  if (!manifest) throw new UserError(`${what}: an index within an index`, { hint: "name one of its images" });
  const config = parseConfig(what, readBlob(store, manifest.config));
  return {
    id: manifest.config.digest,
    target,
    descriptor,
    manifest,
    config,
    layers: pairLayers(what, manifest, config),
  };
}

/** A manifest lists blobs, a config what is in them: both in the same order. */
export function pairLayers(what: string, { layers }: Manifest, { rootfs }: ImageConfig): Layer[] {
  const ids = rootfs.diff_ids;
  if (layers.length === ids.length)
    return layers.map(({ digest, size, mediaType }, i) => ({
      digest,
      diffId: ids[i] as Digest,
      size,
      mediaType,
    }));
  throw new UserError(`${what}: ${layers.length} layers in its manifest and ${ids.length} in its config`, {
    hint: "whoever made the image must mend it",
  });
}
