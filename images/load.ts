/** Images from a tar archive, of Docker's form (docker-archive) or an OCI layout's. */
import type { Readable } from "node:stream";
import { UserError } from "../common/errors.ts";
import { findFile, readFiles } from "./archive.ts";
import { collectGarbage, sweep } from "./garbage.ts";
import type { Named } from "./images.ts";
import { loadDocker } from "./load-docker.ts";
import { loadOci } from "./load-oci.ts";
import { pinned } from "./pin.ts";
import type { Store } from "./store.ts";

/** Loads all images of the archive, compressed or not. Throws a UserError where it isn't one; the store is as before then. */
export async function loadImages(store: Store, source: Readable): Promise<Named[]> {
  sweep(store);
  try {
    return await pinned(store, async (pin) => {
      const files = await readFiles(store, pin, source);
      if (findFile(files, "oci-layout") && findFile(files, "index.json")) return loadOci(store, pin, files);
      if (findFile(files, "manifest.json")) return loadDocker(store, pin, files);
      throw new UserError("load: the archive has neither index.json nor manifest.json", {
        hint: "it must be made by docker save, podman save, skopeo copy or save",
      });
    });
  } finally {
    collectGarbage(store);
  }
}
