/**
 * Who may have the terminal: the page that this server has served, to who has its token. Other pages in the same browser
 * can send requests to a loopback address too. Their Origin gives them away; and a name of theirs that suddenly means
 * 127.0.0.1 (DNS rebinding), whose Origin would then be like ours, is another Host.
 */
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** The name among the WebSocket's protocols; the other one is the token: a page can't set other headers. */
export const PROTOCOL = "workshop";

/** Whether it is sent to an address of ours, by this name. */
export const isOurHost = ({ headers }: IncomingMessage, port: number): boolean =>
  [`127.0.0.1:${port}`, `localhost:${port}`].includes(headers.host ?? "");

export function mayConnect(request: IncomingMessage, port: number, token: string): boolean {
  const { origin, host, "sec-websocket-protocol": protocols = "" } = request.headers;
  const given = protocols.split(",").map((each) => each.trim());
  return isOurHost(request, port) && origin === `http://${host}` && given.some((each) => isSame(each, token));
}

/** In a time that doesn't tell how much of it is right. */
function isSame(given: string, token: string): boolean {
  const [one, two] = [Buffer.from(given), Buffer.from(token)];
  return one.length === two.length && timingSafeEqual(one, two);
}
