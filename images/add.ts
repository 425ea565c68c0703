/** A new image from an old one and more layers: what `commit` does. */
import { createHash } from "node:crypto";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { writeBlob, writeDocument } from "./blobs.ts";
import type { Execution, History, ImageConfig } from "./config.ts";
import { type Digest, finish } from "./digest.ts";
import { type Image, readImage } from "./image.ts";
import { blobsOf, keepBlobs } from "./keep.ts";
import { type Descriptor, OCI_CONFIG, OCI_LAYER, OCI_MANIFEST } from "./manifest.ts";
import { type Pin, pinned } from "./pin.ts";
import { ourArchitecture } from "./platform.ts";
import type { Reference } from "./reference.ts";
import { settled } from "./settle.ts";
import type { Store } from "./store.ts";
import { checkTag, nameImage } from "./tags.ts";

export interface NewImage {
  /** None: the new layers are the only ones. */
  readonly base?: Image | undefined;
  /** The lowest first. */
  readonly layers: readonly NewLayer[];
  /** Replace the base's: Entrypoint, Cmd, Env and so on. */
  readonly execution?: Partial<Execution>;
  readonly author?: string | undefined;
}

export interface NewLayer {
  /** An archive, not compressed. */
  readonly tar: AsyncIterable<Uint8Array>;
  /** What the layer's line in the history says. */
  readonly createdBy?: string;
  readonly comment?: string | undefined;
}

/** Stores layer, config and manifest, and names the image, or not. Throws a UserError where the disk is full. */
export function addImage(store: Store, reference: Reference | undefined, image: NewImage): Promise<Image> {
  return pinned(store, async (pin) => {
    const base = image.base;
    if (reference) checkTag(reference);
    if (base) keepBlobs(store, pin, blobsOf(base), "the image that this is made from");
    const written: Written[] = [];
    for (const { tar } of image.layers) written.push(await writeLayer(store, pin, tar));
    const config = newConfig(
      image,
      written.map(({ diffId }) => diffId),
    );
    const manifest = {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: await writeDocument(store, pin, toBytes(config), OCI_CONFIG),
      layers: [...(base?.manifest.layers ?? []).map(toOci), ...written.map(({ layer }) => layer)],
    };
    const target = await writeDocument(store, pin, toBytes(manifest), OCI_MANIFEST);
    const added = readImage(store, target, target.digest);
    nameImage(store, reference, target);
    return added;
  });
}

const toBytes = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));

interface Written {
  readonly layer: Descriptor;
  readonly diffId: Digest;
}

async function writeLayer(store: Store, pin: Pin, tar: AsyncIterable<Uint8Array>): Promise<Written> {
  const hash = createHash("sha256");
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const gzip = createGzip({ level: 6 });
  const [blob] = await settled(
    writeBlob(store, pin, gzip, { what: "the new layer" }),
    pipeline(tar, counted, gzip),
  );
  return { layer: { mediaType: `${OCI_LAYER}+gzip`, ...blob }, diffId: finish(hash) };
}

function newConfig({ base, execution, author, layers }: NewImage, diffIds: readonly Digest[]): ImageConfig {
  const created = new Date().toISOString();
  const lines = layers.map(
    ({ createdBy, comment }): History => ({
      created,
      ...(createdBy ? { created_by: createdBy } : {}),
      ...(author ? { author } : {}),
      ...(comment ? { comment } : {}),
    }),
  );
  const before = base?.config ?? { architecture: ourArchitecture().name, os: "linux" };
  return {
    ...before,
    created,
    ...(author ? { author } : {}),
    config: { ...base?.config.config, ...execution },
    rootfs: { type: "layers", diff_ids: [...(base?.config.rootfs.diff_ids ?? []), ...diffIds] },
    history: [...(base?.config.history ?? []), ...lines],
  };
}

const DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

/** An OCI manifest names Docker's layers by OCI's types: they're the same bytes. */
function toOci(layer: Descriptor): Descriptor {
  return {
    ...layer,
    mediaType: layer.mediaType.replace(DOCKER_LAYER, OCI_LAYER).replace(/\.gzip$/, "+gzip"),
  };
}
