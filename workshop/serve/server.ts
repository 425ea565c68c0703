/** The server of the browser mode: the book, a page with a terminal beside it, and the terminal's connection. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { WebSocketServer } from "ws";
import { find } from "../../site/server.ts";
import { repo } from "../mine.ts";
import { isOurHost, mayConnect, PROTOCOL } from "./guard.ts";
import { openSession } from "./session.ts";

/** By the path of the address. */
export type Files = ReadonlyMap<string, { readonly type: string; readonly body: string }>;

export interface Workshop {
  readonly port: number;
  /** Ends all connections, and so their shells. */
  close(): Promise<void>;
}

/** No other page may show ours in a frame of its own and have it clicked on; ours runs only its own script. */
const HEADERS = {
  "content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};
const BOOK_HEADERS = {
  "content-security-policy": "frame-ancestors 'self'",
  "x-content-type-options": "nosniff",
};

const book = path.join(repo, "site/dist");

/** Listens on this machine's loopback address alone; `port` 0 takes any that is free. `admits`: see guard.ts. */
export async function openWorkshop(
  files: Files,
  port: number,
  token: string,
  admits = mayConnect,
): Promise<Workshop> {
  const server = createServer((request, response) => {
    respond(request, response, files, portOf()).catch(() => response.writeHead(500).end());
  });
  const portOf = () => (server.address() as AddressInfo).port;
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => PROTOCOL });
  server.on("upgrade", (request, socket, head) => {
    if (admits(request, portOf(), token)) sockets.handleUpgrade(request, socket, head, openSession);
    else socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    port: portOf(),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  files: Files,
  port: number,
): Promise<void> {
  const [pathname = "/"] = (request.url ?? "/").split("?");
  if (!isOurHost(request, port))
    return void response.writeHead(403).end("Another name than this server's.\n");
  if (request.method !== "GET") return void response.writeHead(405).end();
  const file = files.get(pathname);
  if (file) return void response.writeHead(200, { "content-type": file.type, ...HEADERS }).end(file.body);
  const { status, type, body } = await find(book, pathname.replace(/^\/book(?=\/)/, ""));
  response.writeHead(status, { "content-type": type, ...BOOK_HEADERS }).end(body);
}
