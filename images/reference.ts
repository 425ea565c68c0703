/** Names of images, as Docker reads them: `alpine` is docker.io/library/alpine:latest. The grammar is that of distribution/reference. */
import { UserError } from "../common/errors.ts";
import { type Digest, isDigest } from "./digest.ts";

export interface Reference {
  /** `docker.io`, or a host with an optional port. */
  readonly registry: string;
  /** The path below the registry: `library/alpine`. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** With a digest the tag says nothing. */
  readonly digest: Digest | undefined;
}

export const DOCKER_HUB = "docker.io";

const HOST =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
/** In characters, of registry and repository together. */
const MAX_NAME = 255;

/** Reads `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`; the tag is `latest` where there is neither. Throws a UserError for what is no name. */
export function parseReference(text: string): Reference {
  const [named = "", digest, ...more] = text.split("@");
  if (more.length > 0 || (digest !== undefined && !isDigest(digest)))
    throw invalid(text, "what stands behind @ is no digest", "NAME@sha256: and 64 of 0-9 and a-f");
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag))
    throw invalid(
      text,
      `${JSON.stringify(tag)} is no tag`,
      "a tag has at most 128 letters, digits, _, . and -",
    );
  const { registry, repository } = splitName(text, name);
  return { registry, repository, tag: digest ? tag : (tag ?? "latest"), digest };
}

function splitName(text: string, name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const hasHost = /[.:A-Z]/.test(first) || first === "localhost";
  const host = hasHost ? first : DOCKER_HUB;
  const registry = host === "index.docker.io" ? DOCKER_HUB : host;
  const path = hasHost ? name.slice(slash + 1) : name;
  const repository = registry === DOCKER_HUB && !path.includes("/") ? `library/${path}` : path;
  if (!HOST.test(registry))
    throw invalid(text, `${JSON.stringify(registry)} is no host`, "HOST:PORT/NAME:TAG");
  if (!repository.split("/").every((component) => COMPONENT.test(component)))
    throw invalid(
      text,
      nameFault(repository),
      "for example alpine, alpine:3.20 or localhost:5000/team/app:1",
    );
  if (/^[0-9a-f]{64}$/.test(path))
    throw invalid(text, "64 hexadecimal digits are an id", "names have other characters");
  if (registry.length + repository.length + 1 > MAX_NAME)
    throw invalid(`${text.slice(0, 40)}…`, `longer than ${MAX_NAME} characters`, "choose a shorter name");
  return { registry, repository };
}

function nameFault(repository: string): string {
  if (/[A-Z]/.test(repository)) return "a name has no capital letters";
  return "a name has small letters and digits, with single ., _ or - and / between them";
}

const invalid = (text: string, why: string, hint: string): UserError =>
  new UserError(`${JSON.stringify(text)}: not an image's name: ${why}`, { hint });

/** Whether an image with this digest may have this name: one with a digest is that digest's alone. */
export const mayName = (reference: Reference, digest: Digest): boolean =>
  reference.digest === undefined || reference.digest === digest;

/** In full: docker.io/library/alpine:latest. The store keeps names in this form. */
export function canonical(reference: Reference): string {
  const suffix = reference.digest ? `@${reference.digest}` : `:${reference.tag}`;
  return `${reference.registry}/${reference.repository}${suffix}`;
}

/** As one types it: `alpine` for docker.io/library/alpine; without tag or digest. */
export function familiarName({ registry, repository }: Reference): string {
  if (registry !== DOCKER_HUB) return `${registry}/${repository}`;
  return repository.replace(/^library\/(?=[^/]+$)/, "");
}

/** As one types it, with its tag or digest. */
export function familiar(reference: Reference): string {
  return familiarName(reference) + (reference.digest ? `@${reference.digest}` : `:${reference.tag}`);
}
