/** Debian's docker-registry on a port of its own, for tests. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Running, start, tempDir } from "../../test/harness.ts";
import type { TestImage } from "./image.ts";

export interface RealRegistry {
  readonly host: string;
  stop(): Promise<void>;
}

/** `auth` is an htpasswd file, and those who aren't in it get nothing. */
export async function realRegistry(htpasswd?: string): Promise<RealRegistry> {
  const folder = tempDir();
  const file = path.join(folder, "config.yml");
  const auth = htpasswd ? { auth: { htpasswd: { realm: "test", path: htpasswd } } } : {};
  const config = {
    version: "0.1",
    log: { level: "info" },
    storage: { filesystem: { rootdirectory: path.join(folder, "data") } },
    http: { addr: "127.0.0.1:0", secret: "of this test" },
    ...auth,
  };
  writeFileSync(file, JSON.stringify(config)); // Which is YAML, too.
  const registry = start(["docker-registry", "serve", file]);
  const [, host = ""] = await registry.waitFor(/listening on (127\.0\.0\.1:\d+)/);
  return { host, stop: () => stop(registry) };
}

async function stop(registry: Running): Promise<void> {
  registry.child.kill();
  await registry.done;
}

/** Writes an OCI layout for skopeo; returns its folder. */
export function writeLayout(image: TestImage, name = "test"): string {
  const folder = tempDir();
  mkdirSync(path.join(folder, "blobs/sha256"), { recursive: true });
  for (const { digest, bytes } of [image.manifest, ...image.blobs])
    writeFileSync(path.join(folder, "blobs/sha256", digest.slice(7)), bytes);
  const { mediaType, digest, size } = image.manifest;
  const annotations = { "org.opencontainers.image.ref.name": name };
  const index = { schemaVersion: 2, manifests: [{ mediaType, digest, size, annotations }] };
  writeFileSync(path.join(folder, "index.json"), JSON.stringify(index));
  writeFileSync(path.join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  return folder;
}
