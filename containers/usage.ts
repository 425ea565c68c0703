/** What takes how much room in `home()`, and what of it nobody needs. Sizes are those on the disk, in bytes. */

import { readdirSync } from "node:fs";
import path from "node:path";
import { namesIn } from "../common/directory.ts";
import { diskUsage } from "../common/disk-usage.ts";
import { home } from "../common/home.ts";
import type { Digest } from "../images/digest.ts";
import { layersFolder, readRecord } from "../images/folders.ts";
import type { Image } from "../images/image.ts";
import { listImages, type Named } from "../images/images.ts";
import { blobFile, openStore, type Store } from "../images/store.ts";
import { allContainers, type Container } from "./find.ts";
import { containerFolder, recordFolder } from "./record.ts";

export interface ImageUsage {
  readonly names: readonly Named[];
  readonly image: Image;
  /** Of its blobs, and of those among them that another image has as well. */
  readonly size: number;
  readonly shared: number;
  readonly containers: number;
}

export interface LayerUsage {
  readonly diffId: string;
  readonly size: number;
  /** How many images, and how many containers, have it. */
  readonly images: number;
  readonly containers: number;
}

export interface ContainerUsage {
  readonly container: Container;
  /** Of what it has changed, and of its log. */
  readonly size: number;
}

export interface Usage {
  readonly images: readonly ImageUsage[];
  /** Of all blobs, and of those that nothing but images without a container need. */
  readonly blobs: { readonly size: number; readonly reclaimable: number };
  readonly layers: readonly LayerUsage[];
  readonly containers: readonly ContainerUsage[];
  /** Of the built-in root filesystem. */
  readonly rootfs: number;
}

export function usage(): Usage {
  const store = openStore();
  const containers = allContainers();
  const images = imagesOf(store, containers);
  return {
    images,
    blobs: blobsOf(store, images),
    layers: layersOf(images, containers),
    containers: containers.map((container) => ({
      container,
      size: diskUsage(containerFolder(container.config.id)) + diskUsage(recordFolder(container.config.id)),
    })),
    rootfs: diskUsage(path.join(home(), "rootfs")),
  };
}

const blobsIn = (image: Image): Digest[] => [
  ...new Set(
    [image.target, image.descriptor, image.manifest.config, ...image.layers].map(({ digest }) => digest),
  ),
];

function imagesOf(store: Store, containers: readonly Container[]): ImageUsage[] {
  const byId = new Map<string, Named[]>();
  for (const named of listImages(store))
    byId.set(named.image.id, [...(byId.get(named.image.id) ?? []), named]);
  const users = new Map<string, number>();
  for (const [named] of byId.values())
    for (const digest of named ? blobsIn(named.image) : []) users.set(digest, (users.get(digest) ?? 0) + 1);
  return [...byId].map(([id, names]) => {
    const { image } = names[0] as Named;
    const sizes = blobsIn(image).map((digest) => ({ digest, size: sizeOf(store, digest) }));
    const sum = (each: typeof sizes) => each.reduce((total, { size }) => total + size, 0);
    return {
      names,
      image,
      size: sum(sizes),
      shared: sum(sizes.filter(({ digest }) => (users.get(digest) ?? 0) > 1)),
      containers: containers.filter(({ config }) => config.imageId === id).length,
    };
  });
}

const sizeOf = (store: Store, digest: Digest): number => diskUsage(blobFile(store, digest));

function blobsOf(store: Store, images: readonly ImageUsage[]): Usage["blobs"] {
  const needed = new Set<string>(
    images.filter((each) => each.containers > 0).flatMap(({ image }) => blobsIn(image)),
  );
  let [size, reclaimable] = [0, 0];
  for (const name of readdirSync(store.blobs)) {
    const own = diskUsage(path.join(store.blobs, name));
    size += own;
    if (!needed.has(`sha256:${name}`)) reclaimable += own;
  }
  return { size, reclaimable };
}

function layersOf(images: readonly ImageUsage[], containers: readonly Container[]): LayerUsage[] {
  return namesIn(layersFolder())
    .filter((name) => !name.startsWith("."))
    .flatMap((name) => {
      const folder = path.join(layersFolder(), name);
      const record = readRecord(folder);
      if (!record) return [];
      const { diffId } = record;
      const diff = path.join(folder, "diff");
      return [
        {
          diffId,
          size: diskUsage(folder),
          images: images.filter(({ image }) => image.layers.some((layer) => layer.diffId === diffId)).length,
          containers: containers.filter(({ config }) => config.lowers.includes(diff)).length,
        },
      ];
    });
}
