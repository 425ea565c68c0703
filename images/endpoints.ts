/** Where a registry is asked: at a mirror, at its own address, with or without encryption. */
import { UserError } from "../common/errors.ts";
import { findCredentials } from "./credentials.ts";
import { isLoopback, send } from "./http.ts";
import { DOCKER_HUB, type Reference } from "./reference.ts";
import type { Place } from "./registry.ts";

export interface EndpointOptions {
  /** Addresses that are asked for Docker Hub's images before Docker Hub itself. */
  readonly mirrors?: readonly string[];
  /** Plain http, or https whose certificate isn't verified. */
  readonly insecure?: boolean;
}

/** The address where Docker Hub's registry is: `docker.io` is only its name. */
const HUB_HOST = "registry-1.docker.io";

/** The places to ask for an image, in this order. Throws a UserError for a mirror that is no address. */
export async function findPlaces(reference: Reference, options: EndpointOptions): Promise<Place[]> {
  const { insecure = false } = options;
  const mirrors = (options.mirrors ?? []).map(parseMirror);
  const places = (reference.registry === DOCKER_HUB ? mirrors : []).map(async (base) => ({
    base,
    insecure,
    credentials: await findCredentials({ ...reference, registry: base.host }),
  }));
  return Promise.all([...places, ownPlace(reference, options)]);
}

function parseMirror(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol))
    throw new UserError(`--mirror ${text}: not an address`, { hint: "--mirror https://HOST[:PORT]" });
  if (url.username || url.password)
    throw new UserError("--mirror: a password on the command line is for everybody to see", {
      hint: `docker login ${url.host}, or podman login, keeps it`,
    });
  return url;
}

async function ownPlace(reference: Reference, options: EndpointOptions): Promise<Place> {
  const host = reference.registry === DOCKER_HUB ? HUB_HOST : reference.registry;
  const insecure = options.insecure || isLoopback(host);
  const credentials = await findCredentials(reference);
  const secure = new URL(`https://${host}`);
  const encrypted = !insecure || (await answers(secure));
  return { base: encrypted ? secure : new URL(`http://${host}`), insecure, credentials };
}

async function answers(url: URL): Promise<boolean> {
  try {
    const { body } = await send(new URL("/v2/", url), {}, { insecure: true });
    body.on("error", () => {}).resume();
    return true;
  } catch {
    return false; // What is wrong with the other address will be told.
  }
}
