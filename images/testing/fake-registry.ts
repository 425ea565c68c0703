/** A registry that does what a test wants of it, right or wrong. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestBlob } from "./image.ts";

/** Answers a request, or doesn't, by returning false: then it is answered as by a registry. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export interface FakeRegistry {
  /** 127.0.0.1:PORT. */
  readonly host: string;
  readonly requests: readonly IncomingMessage[];
  /** How many GET requests there were whose path has this in it. */
  count(part: string): number;
  close(): Promise<void>;
}

export interface Content {
  /** By tag or digest; what has a digest is found by it anyway. */
  readonly manifests?: Readonly<Record<string, TestBlob>>;
  readonly blobs?: readonly TestBlob[];
}

export async function fakeRegistry(
  { manifests = {}, blobs = [] }: Content,
  handler: Handler = () => false,
  tls?: { readonly key: string; readonly cert: string },
): Promise<FakeRegistry> {
  const requests: IncomingMessage[] = [];
  const documents = Object.values(manifests);
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    requests.push(request);
    if (await handler(request, response)) return;
    const [, kind, name = ""] = /\/(manifests|blobs)\/([^/]+)$/.exec(request.url ?? "") ?? [];
    const known = kind === "blobs" ? blobs : documents;
    const found = (kind === "manifests" && manifests[name]) || known.find(({ digest }) => digest === name);
    if (found) sendBlob(request, response, found);
    else
      response
        .writeHead(404, { "content-type": "application/json" })
        .end('{"errors":[{"message":"no such thing"}]}');
  };
  const server = tls ? createTlsServer(tls, answer) : createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    count: (part) => requests.filter(({ method, url }) => method === "GET" && url?.includes(part)).length,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** As a registry does, with Range. */
export function sendBlob(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, mediaType }: TestBlob,
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from > 0) response.setHeader("content-range", `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
  response.writeHead(from > 0 ? 206 : 200, {
    "content-type": mediaType,
    "content-length": bytes.length - from,
  });
  response.end(bytes.subarray(from));
}
