/** An archive of `docker save`: manifest.json names a config and layers for each image, but neither their digests nor types. */
import { closeSync, openSync, readSync } from "node:fs";
import * as v from "valibot";
import { type Files, needFile } from "./archive.ts";
import { openBlob, readBlob, writeDocument } from "./blobs.ts";
import { parseConfig } from "./config.ts";
import { decompress } from "./decompress.ts";
import { type Blob, Check } from "./digest.ts";
import { pairLayers, readImage } from "./image.ts";
import type { Named } from "./images.ts";
import { type Descriptor, type Manifest, OCI_CONFIG, OCI_LAYER, OCI_MANIFEST } from "./manifest.ts";
import type { Pin } from "./pin.ts";
import { mayName, parseReference } from "./reference.ts";
import { readDocument } from "./schema.ts";
import { blobFile, type Store } from "./store.ts";
import { nameImage } from "./tags.ts";

const listSchema = v.array(
  v.object({ Config: v.string(), RepoTags: v.nullish(v.array(v.string())), Layers: v.array(v.string()) }),
);
type Item = v.InferOutput<typeof listSchema>[number];

export async function loadDocker(store: Store, pin: Pin, files: Files): Promise<Named[]> {
  const list = readDocument(
    "load: manifest.json",
    readBlob(store, needFile(files, "manifest.json")),
    listSchema,
  );
  const loaded: Named[] = [];
  for (const item of list) loaded.push(...(await loadOne(store, pin, files, item)));
  for (const { reference, image } of loaded) nameImage(store, reference, image.target);
  return loaded;
}

async function loadOne(store: Store, pin: Pin, files: Files, item: Item): Promise<Named[]> {
  const config = { mediaType: OCI_CONFIG, ...needFile(files, item.Config) };
  const layers = item.Layers.map((name) => toLayer(store, needFile(files, name)));
  const manifest: Manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers };
  await checkContents(store, manifest);
  const target = await writeDocument(store, pin, Buffer.from(JSON.stringify(manifest)), OCI_MANIFEST);
  const image = readImage(store, target, "load");
  const references = (item.RepoTags ?? [])
    .map(parseReference)
    .filter((reference) => mayName(reference, target.digest));
  return references.length > 0
    ? references.map((reference) => ({ reference, image }))
    : [{ reference: undefined, image }];
}

/** What is in the layers must be what the config says: nothing else in the archive tells whether they're whole. */
async function checkContents(store: Store, manifest: Manifest): Promise<void> {
  const config = parseConfig("load", readBlob(store, manifest.config));
  for (const layer of pairLayers("load", manifest, config)) {
    const check = new Check(`load: layer ${layer.digest}`, { digest: layer.diffId });
    for await (const chunk of decompress(openBlob(store, layer))) check.update(chunk);
    check.finish();
  }
}

function toLayer(store: Store, blob: Blob): Descriptor {
  const start = firstBytes(blobFile(store, blob.digest), 4).toString("hex");
  const compression = start.startsWith("1f8b") ? "+gzip" : start === "28b52ffd" ? "+zstd" : "";
  return { mediaType: `${OCI_LAYER}${compression}`, ...blob };
}

function firstBytes(file: string, size: number): Buffer {
  const fd = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(size);
    return bytes.subarray(0, readSync(fd, bytes));
  } finally {
    closeSync(fd);
  }
}
