/** Manifests and indexes: which blobs an image consists of. OCI image specification, manifest.md and image-index.md. */
import * as v from "valibot";
import { UserError } from "../common/errors.ts";
import { digestSchema, parseJson, readDocument } from "./schema.ts";

export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
export const OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
const DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

export const isIndex = (mediaType: string): boolean => [OCI_INDEX, DOCKER_INDEX].includes(mediaType);
export const isManifest = (mediaType: string): boolean => [OCI_MANIFEST, DOCKER_MANIFEST].includes(mediaType);

/** What a registry is asked for, in its Accept header. */
export const ACCEPT = [OCI_INDEX, DOCKER_INDEX, OCI_MANIFEST, DOCKER_MANIFEST].join(", ");

const platformSchema = v.looseObject({
  architecture: v.string(),
  os: v.string(),
  variant: v.nullish(v.string()),
});

export const descriptorSchema = v.object({
  mediaType: v.string(),
  digest: digestSchema,
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  platform: v.exactOptional(platformSchema),
  annotations: v.exactOptional(v.record(v.string(), v.string())),
});

const manifestSchema = v.looseObject({
  schemaVersion: v.literal(2),
  mediaType: v.nullish(v.string()),
  config: descriptorSchema,
  layers: v.array(descriptorSchema),
});

export const indexSchema = v.looseObject({
  schemaVersion: v.literal(2),
  mediaType: v.nullish(v.string()),
  manifests: v.array(descriptorSchema),
});

export type Platform = v.InferOutput<typeof platformSchema>;
/** Names a blob: its media type, digest, and size in bytes. */
export type Descriptor = Readonly<v.InferOutput<typeof descriptorSchema>>;
export type Manifest = v.InferOutput<typeof manifestSchema>;
export type Index = v.InferOutput<typeof indexSchema>;

/** Either of both, told apart by the media type that the document itself names, or else by `mediaType`. */
export type ManifestOrIndex =
  | { readonly mediaType: string; readonly manifest: Manifest; readonly index?: undefined }
  | { readonly mediaType: string; readonly index: Index; readonly manifest?: undefined };

/** Reads a manifest or an index; throws a UserError that begins with `what` for anything else. */
export function parseManifest(what: string, bytes: Uint8Array, mediaType: string): ManifestOrIndex {
  const document = parseJson(what, bytes) as Readonly<Record<string, unknown>> | null;
  const own = typeof document?.mediaType === "string" ? document.mediaType : undefined;
  const type = own ?? mediaType.split(";")[0] ?? "";
  if (isIndex(type)) {
    refuseBoth(what, document?.layers ?? document?.config);
    return { mediaType: type, index: readDocument(`${what}: index`, bytes, indexSchema) };
  }
  if (isManifest(type)) {
    refuseBoth(what, document?.manifests);
    return { mediaType: type, manifest: readDocument(`${what}: manifest`, bytes, manifestSchema) };
  }
  const old = document?.schemaVersion === 1;
  throw new UserError(`${what}: neither a manifest nor an index of images: ${old ? "schema 1" : type}`, {
    hint: old
      ? "it has Docker's format from before 2016: push it again with a current Docker"
      : "a registry keeps other things than images, too: is the name right?",
  });
}

/** One that is both would be another image for each reader (CVE-2021-41190). */
function refuseBoth(what: string, other: unknown): void {
  if (other !== undefined)
    throw new UserError(`${what}: a manifest and an index at once`, { hint: "whoever made it must mend it" });
}
