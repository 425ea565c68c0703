/** A registry, asked by the OCI distribution protocol (distribution-spec, "Pull"). */

import { UserError } from "../common/errors.ts";
import { answer, denied, parseChallenge } from "./auth.ts";
import type { Credentials } from "./credentials.ts";
import { checkBytes, type Digest, digestOf, isDigest } from "./digest.ts";
import { type Response, readText, send } from "./http.ts";
import { ACCEPT, type Descriptor } from "./manifest.ts";
import type { Reference } from "./reference.ts";
import { retryAfter, Transient } from "./retry.ts";
import { MAX_DOCUMENT } from "./schema.ts";

/** Where a repository is, and how it is asked. */
export interface Place {
  /** With a path where the registry stands below one. */
  readonly base: URL;
  /** Certificates aren't verified, and what is encrypted may lead to what isn't. */
  readonly insecure: boolean;
  readonly credentials: Credentials | undefined;
}

export class Repository {
  readonly place: Place;
  private readonly name: string;
  private readonly signal: AbortSignal;
  /** What answered the last challenge. */
  private authorization: string | undefined;

  constructor(place: Place, { repository }: Pick<Reference, "repository">, signal: AbortSignal) {
    this.signal = signal;
    this.place = place;
    this.name = repository;
  }

  /** A manifest or an index by tag or digest, verified where its digest or descriptor is known. */
  async manifest(wanted: string, expected?: Descriptor): Promise<{ descriptor: Descriptor; bytes: Buffer }> {
    const url = this.url("manifests", wanted);
    const response = await this.get(url, { accept: ACCEPT });
    const bytes = await readText(response, url, MAX_DOCUMENT);
    const mediaType = response.header("content-type")?.split(";")[0]?.trim() ?? "";
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    if (isDigest(wanted)) checkBytes(wanted, bytes, expected ?? { digest: wanted });
    return { descriptor, bytes };
  }

  /** A blob from a byte on: the answer's status is 206, or 200 where the registry begins at 0 anyway. */
  async blob(digest: Digest, from: number): Promise<Response> {
    return this.get(this.url("blobs", digest), from > 0 ? { range: `bytes=${from}-` } : {});
  }

  private url(kind: "manifests" | "blobs", wanted: string): URL {
    const base = this.place.base.href.replace(/\/$/, "");
    return new URL(`${base}/v2/${this.name}/${kind}/${wanted}`);
  }

  private async get(url: URL, headers: Readonly<Record<string, string>>): Promise<Response> {
    const ask = () =>
      send(url, { headers: { ...headers, ...this.authorizationHeader() } }, this.connection());
    let response = await ask();
    if (response.status === 401) {
      // A token is for a few minutes: also in the middle of a pull a new one may be needed.
      await this.authorize(response);
      response = await ask();
    }
    if (response.status === 200 || response.status === 206) return response;
    throw await this.failure(response, url);
  }

  private authorizationHeader(): Record<string, string> {
    return this.authorization ? { authorization: this.authorization } : {};
  }

  private async authorize(response: Response): Promise<void> {
    response.body.on("error", () => {}).resume();
    const challenge = parseChallenge(response.header("www-authenticate") ?? "");
    const asker = this.asker();
    this.authorization = challenge && (await answer(challenge, asker));
    if (!this.authorization) throw denied(asker, "it wants a name and a password");
  }

  private asker() {
    const { base, credentials } = this.place;
    return { registry: base, repository: this.name, credentials, connection: this.connection() };
  }

  private connection() {
    return { insecure: this.place.insecure, signal: this.signal };
  }

  private async failure(response: Response, url: URL): Promise<Error> {
    const { status } = response;
    const said = await readText(response, url, MAX_DOCUMENT).then(registryMessage, () => "");
    const what = `${url.host}: status ${status}${said}`;
    if (status === 429 || status >= 500)
      return new Transient(what, retryAfter(response.header("retry-after")));
    if (status === 401 || status === 403) return denied(this.asker(), `status ${status}${said}`);
    if (status === 404)
      return new UserError(`${url.host}/${this.name}: the registry doesn't have it${said}`, {
        hint: "is the name right, and the tag?",
      });
    if (status === 416) return new RangeRefused(what);
    return new UserError(what, { hint: "this is the registry's to mend" });
  }
}

/** Not so much is there as we have already. */
export class RangeRefused extends UserError {}

/** What the registry itself says (distribution-spec, "Error Codes"), without what would move a terminal's cursor. */
function registryMessage(bytes: Buffer): string {
  const [, message] = /"message"\s*:\s*"([^"]{1,200})/.exec(bytes.toString("utf8")) ?? [];
  return message ? ` (${message.replace(/[^\x20-\x7e]/g, "?")})` : "";
}
