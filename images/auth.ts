/** How a registry wants to know who asks: Basic (RFC 7617), or a token of a server that it names (distribution's "token"). */
import * as v from "valibot";
import { UserError } from "../common/errors.ts";
import type { Credentials } from "./credentials.ts";
import { type Connection, type Request, readText, send } from "./http.ts";
import { retryAfter, Transient } from "./retry.ts";
import { readDocument } from "./schema.ts";

/** A WWW-Authenticate header. */
export interface Challenge {
  readonly scheme: "basic" | "bearer";
  readonly parameters: Readonly<Record<string, string>>;
}

/** undefined where it asks for something that we don't know. */
export function parseChallenge(header: string): Challenge | undefined {
  const found = /\bBearer\s+(.*)/i.exec(header) ?? /\bBasic\b(.*)/i.exec(header);
  if (!found) return undefined;
  const parameters: Record<string, string> = {};
  for (const [, name = "", quoted, plain] of found[1]?.matchAll(/([a-z_]+)=(?:"([^"]*)"|([^\s,"]+))/gi) ?? [])
    parameters[name.toLowerCase()] ??= quoted ?? plain ?? "";
  return { scheme: /^bearer/i.test(found[0]) ? "bearer" : "basic", parameters };
}

export interface Asker {
  /** The registry's own address. */
  readonly registry: URL;
  readonly repository: string;
  readonly credentials: Credentials | undefined;
  readonly connection: Connection;
}

/** The Authorization header that answers the challenge; undefined where we have none. */
export async function answer(challenge: Challenge, asker: Asker): Promise<string | undefined> {
  const { credentials } = asker;
  if (challenge.scheme === "bearer") return `Bearer ${await fetchToken(challenge, asker)}`;
  return credentials && "password" in credentials ? basic(credentials) : undefined;
}

const basic = ({ username, password }: { username: string; password: string }): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

const tokenSchema = v.object({ token: v.nullish(v.string()), access_token: v.nullish(v.string()) });
/** In bytes. Tokens have some thousand. */
const MAX_TOKEN = 1024 * 1024;

async function fetchToken({ parameters }: Challenge, asker: Asker): Promise<string> {
  const url = tokenServer(parameters.realm ?? "", asker);
  const response = await send(...tokenRequest(url, parameters, asker), asker.connection);
  if (response.status === 429 || response.status >= 500)
    throw new Transient(`${url.host}: status ${response.status}`, retryAfter(response.header("retry-after")));
  const bytes = await readText(response, url, MAX_TOKEN);
  if (response.status !== 200) throw denied(asker, `${url.host} gives no token: status ${response.status}`);
  const { token, access_token } = readDocument(`${url.host}: token`, bytes, tokenSchema);
  const found = token || access_token;
  if (found && /^[\x21-\x7e]+$/.test(found)) return found;
  throw new UserError(`${url.host}: it answers without a token`);
}

/** Credentials go there: over plain http only where the registry itself is asked so. */
function tokenServer(realm: string, { registry }: Asker): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && registry.protocol === "http:")) return url;
  throw new UserError(`${registry.host}: ${JSON.stringify(realm)} isn't a token server's https address`);
}

function tokenRequest(
  url: URL,
  { service, scope }: Readonly<Record<string, string>>,
  asker: Asker,
): [URL, Request] {
  const query = new URLSearchParams({
    ...(service ? { service } : {}),
    scope: scope ?? `repository:${asker.repository}:pull`,
  });
  const { credentials } = asker;
  if (credentials && "identityToken" in credentials) {
    query.set("grant_type", "refresh_token");
    query.set("refresh_token", credentials.identityToken);
    query.set("client_id", "ft-docker");
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return [url, { method: "POST", headers, body: query.toString() }];
  }
  const asked = new URL(url);
  for (const [name, value] of query) asked.searchParams.set(name, value);
  return [asked, { headers: credentials ? { authorization: basic(credentials) } : {} }];
}

export function denied({ registry, repository, credentials }: Asker, why: string): UserError {
  return new UserError(`${registry.host}/${repository}: access denied: ${why}`, {
    hint: credentials
      ? "is the name right, and may this account read it? docker login or podman login changes the account"
      : "is the name right? if it is private: docker login, or podman login",
  });
}
