/** Serves a folder of files, on this machine alone unless an address is given; pages can be told to reload. */
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Where pages wait for an event; only pages that are served with `live` do. */
const EVENTS = "/reload-events";
const RELOAD = `<script>new EventSource("${EVENTS}").onmessage=()=>location.reload()</script>`;

export interface Server {
  /** "http://127.0.0.1:8080/" */
  readonly address: string;
  /** Makes all open pages load anew. */
  reload(): void;
  close(): Promise<void>;
}

/** `port` 0 takes any that is free; `host` is the address to listen on. */
export async function serve(
  folder: string,
  port: number,
  live: boolean,
  host = "127.0.0.1",
): Promise<Server> {
  const waiting = new Set<ServerResponse>();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (live && pathname === EVENTS) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      waiting.add(response);
      response.on("close", () => waiting.delete(response));
      return;
    }
    const { status, type, body } = await find(folder, decodeURIComponent(pathname));
    const page = live && type.startsWith("text/html");
    const whole = page ? Buffer.from(body + RELOAD) : body;
    const packed = /^text\//.test(type) && /\bgzip\b/.test(String(request.headers["accept-encoding"]));
    const headers = { "content-type": type, ...(packed && { "content-encoding": "gzip" }) };
    response.writeHead(status, headers).end(packed ? gzipSync(whole) : whole);
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject).listen(port, host, resolve);
  });
  return {
    address: `http://${host}:${(server.address() as AddressInfo).port}/`,
    reload: () => {
      for (const response of waiting) response.write("data: \n\n");
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The file of a folder that a path of a page's address names, or the folder's 404.html. */
export async function find(folder: string, pathname: string) {
  const file = path.join(folder, path.posix.normalize(pathname), pathname.endsWith("/") ? "index.html" : "");
  try {
    return {
      status: 200,
      type: TYPES[path.extname(file)] ?? "application/octet-stream",
      body: await readFile(file),
    };
  } catch {
    return {
      status: 404,
      type: TYPES[".html"] as string,
      body: await readFile(path.join(folder, "404.html")),
    };
  }
}
