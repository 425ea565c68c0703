/** HTTP for registries: redirects that don't carry credentials elsewhere, and errors that say what to do. */
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { UserError } from "../common/errors.ts";
import { withFlatMemory } from "./memory.ts";
import { Transient } from "./retry.ts";

export interface Connection {
  /** Certificates aren't verified, and what is encrypted may lead to what isn't. */
  readonly insecure: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Response {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: Readable;
}

export interface Request {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const MAX_REDIRECTS = 5;
/** How long nothing may come before a connection counts as broken, in milliseconds. */
const SILENCE = 1000 * 60;

/** Sends a request and follows redirects, but with a POST, whose body may be a secret. Throws a Transient error where trying again may help, else a UserError. */
export async function send(url: URL, request: Request, connection: Connection): Promise<Response> {
  let headers = request.headers ?? {};
  for (let redirects = 0, place = url; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await sendOnce(place, { ...request, headers }, connection);
    const location = response.header("location");
    const moved = response.status >= 300 && response.status <= 399 && request.method !== "POST";
    if (!moved || location === undefined) return response;
    response.body.on("error", () => {}).resume();
    const next = redirectTarget(location, place, connection);
    // What is for one server isn't for another, be it only on another port.
    if (next.origin !== place.origin) headers = withoutAuthorization(headers);
    place = next;
  }
  throw new UserError(`${url.host}: more than ${MAX_REDIRECTS} redirects, one after another`);
}

function redirectTarget(location: string, from: URL, { insecure }: Connection): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (target?.protocol === "https:") return target;
  if (target?.protocol === "http:" && (insecure || from.protocol === "http:")) return target;
  throw new UserError(`${from.host}: it redirects to something else than https`, {
    hint: "--insecure allows it; nothing keeps others on the way from reading it then",
  });
}

const withoutAuthorization = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"));

async function sendOnce(url: URL, request: Request, { insecure, signal }: Connection): Promise<Response> {
  const undici = await import("undici");
  try {
    const { statusCode, headers, body } = await undici.request(url, {
      ...request,
      method: request.method ?? "GET",
      dispatcher: await dispatcher(url, insecure),
      headersTimeout: SILENCE,
      bodyTimeout: SILENCE,
      signal,
    });
    return {
      status: statusCode,
      header: (name) => [headers[name]].flat()[0],
      body,
    };
  } catch (error) {
    const { name, message } = error as Error;
    if (name === "AbortError" && !signal?.aborted)
      throw new UserError(`${url.host}: ${message}`, { hint: "HTTP_PROXY and HTTPS_PROXY name the proxy" });
    throw explain(url.host, error);
  }
}

/** As in Docker and Go: nobody stands between us and ourselves, no proxy either. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);

const dispatchers = new Map<string, Dispatcher>();
/** Obeys HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
async function dispatcher({ host }: URL, insecure: boolean): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import("undici");
  const direct = isLoopback(host);
  const tls = { rejectUnauthorized: !insecure };
  const key = `${direct} ${insecure}`;
  const made =
    dispatchers.get(key) ??
    (direct ? new Agent({ connect: tls }) : new EnvHttpProxyAgent({ connect: tls, requestTls: tls }));
  dispatchers.set(key, made);
  return made;
}

/** What OpenSSL and Node say of certificates that can't be trusted. */
const CERTIFICATE = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/;

/** undici's codes, in words; Node's are known from elsewhere. */
const MEANINGS: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: "the connection broke",
  UND_ERR_CONNECT_TIMEOUT: "it can't be reached",
  UND_ERR_HEADERS_TIMEOUT: "it doesn't answer",
  UND_ERR_BODY_TIMEOUT: "nothing came for a minute",
};

/** A connection that couldn't be made, or broke: as a Transient error, or what the user can do. */
function explain(host: string, error: unknown): unknown {
  const { code, name } = error as NodeJS.ErrnoException;
  if (name === "HTTPParserError")
    return new UserError(`${host}: it doesn't speak HTTP`, { hint: "is the name right, and the port?" });
  // What has no code isn't the connection's.
  if (name === "AbortError" || typeof code !== "string") return error;
  if (CERTIFICATE.test(code))
    return new UserError(`${host}: its certificate can't be trusted: ${code}`, {
      hint: "--insecure doesn't ask for one; nothing keeps others on the way from changing the image then",
    });
  if (code === "EPROTO" || code.startsWith("ERR_SSL"))
    return new UserError(`${host}: it doesn't speak https (${code})`, {
      hint: "--insecure speaks plain http",
    });
  if (code === "ENOTFOUND")
    return new UserError(`${host}: there is no host of this name`, { hint: "is the name right?" });
  return new Transient(`${host}: ${MEANINGS[code] ?? code}`);
}

/** An answer's bytes. Throws a Transient error where the connection breaks. */
export async function* readBody({ body }: Response, { host }: URL): AsyncGenerator<Buffer> {
  try {
    yield* withFlatMemory(body);
  } catch (error) {
    throw explain(host, error);
  }
}

/** A small answer's text; throws a UserError where it is larger than `limit` bytes. */
export async function readText(response: Response, url: URL, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of readBody(response, url)) {
    size += chunk.length;
    if (size > limit) throw new UserError(`${url.host}: it answers with more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
