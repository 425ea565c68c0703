/** Images made by hand, for tests. */
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { type Digest, digestOf } from "../digest.ts";
import { OCI_CONFIG, OCI_LAYER, OCI_MANIFEST } from "../manifest.ts";
import { ourArchitecture } from "../platform.ts";

export interface TestBlob {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly bytes: Buffer;
}

export interface TestImage {
  readonly manifest: TestBlob;
  readonly config: TestBlob;
  readonly layers: readonly TestBlob[];
  /** All of them but the manifest. */
  readonly blobs: readonly TestBlob[];
}

export const blob = (mediaType: string, content: Buffer | object): TestBlob => {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  return { mediaType, digest: digestOf(bytes), size: bytes.length, bytes };
};

export const descriptor = ({ mediaType, digest, size }: TestBlob) => ({ mediaType, digest, size });

/** A tar archive with one file in it. */
export async function tarOf(name: string, content: Buffer): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name, mode: 0o644, mtime: new Date(0) }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Layers of so many random bytes each, as an OCI image with gzip, for this machine. */
export async function makeImage(sizes: readonly number[] = [1000], config: object = {}): Promise<TestImage> {
  const tars = await Promise.all(sizes.map((size, i) => tarOf(`file${i}`, randomBytes(size))));
  return imageOf(tars, config);
}

export const imageOf = (tars: readonly Buffer[], config: object = {}): TestImage =>
  assemble(
    tars,
    tars.map((tar) => blob(`${OCI_LAYER}+gzip`, gzipSync(tar, { level: 1 }))),
    config,
  );

/** The same without compression: skopeo compresses it as it is told. */
export const plainImageOf = (tars: readonly Buffer[]): TestImage =>
  assemble(
    tars,
    tars.map((tar) => blob(OCI_LAYER, tar)),
    {},
  );

function assemble(tars: readonly Buffer[], layers: readonly TestBlob[], config: object): TestImage {
  const configBlob = blob(OCI_CONFIG, {
    architecture: ourArchitecture().name,
    os: "linux",
    created: "2024-05-06T07:08:09Z",
    config: { Cmd: ["/bin/sh"], Env: ["PATH=/bin"] },
    rootfs: { type: "layers", diff_ids: tars.map(digestOf) },
    history: tars.map((_, i) => ({ created: "2024-05-06T07:08:09Z", created_by: `step ${i}` })),
    ...config,
  });
  const manifest = blob(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptor(configBlob),
    layers: layers.map(descriptor),
  });
  return { manifest, config: configBlob, layers, blobs: [configBlob, ...layers] };
}
