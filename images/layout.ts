/** index.json: the images that the store has, by name. OCI image specification, image-layout.md. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Descriptor, indexSchema, OCI_INDEX } from "./manifest.ts";
import { readDocument } from "./schema.ts";
import { alone, inStore, replaceFile, type Store, syncFolder } from "./store.ts";

/** The annotation that an image's name stands in. */
export const REF_NAME = "org.opencontainers.image.ref.name";

/** A manifest or an index, under one of its names. */
export interface Entry {
  /** In full, as `canonical` writes it; undefined where it has none. */
  readonly name: string | undefined;
  readonly target: Descriptor;
}

const indexFile = (store: Store) => path.join(store.root, "index.json");

export function readEntries(store: Store): readonly Entry[] {
  const bytes = inStore(store, () => readIfThere(indexFile(store)));
  return bytes ? readDocument(indexFile(store), bytes, indexSchema).manifests.map(toEntry) : [];
}

/** Changes the list, while no other process does. The blobs that it names must be there before. */
export function changeEntries(store: Store, change: (entries: readonly Entry[]) => readonly Entry[]): void {
  alone(store, () => {
    const manifests = change(readEntries(store)).map(toDescriptor);
    const text = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
    inStore(store, () => {
      syncFolder(store.blobs);
      replaceFile(indexFile(store), text);
    });
  });
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function toEntry({ annotations, ...target }: Descriptor): Entry {
  return { name: annotations?.[REF_NAME], target };
}

const toDescriptor = ({ name, target }: Entry): Descriptor =>
  name === undefined ? target : { ...target, annotations: { [REF_NAME]: name } };
