/** Looks whether each link of the site leads to a page that is there, and each anchor to an id. */
import path from "node:path";
import type { Files } from "./site.ts";

/** "PAGE: LINK" for each that doesn't; links to other sites aren't followed. */
export function checkLinks(files: Files): string[] {
  const ids = new Map(
    [...files]
      .filter(([address]) => address.endsWith(".html"))
      .map(([address, html]) => [address, new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]),
  );
  return [...ids.keys()].flatMap((page) =>
    linksOf(files.get(page) ?? "")
      .filter((link) => !leads(page, link, files, ids))
      .map((link) => `${page}: ${link}`),
  );
}

const linksOf = (html: string): string[] => [
  ...new Set([...html.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, link = ""]) => link)),
];

function leads(
  page: string,
  link: string,
  files: Files,
  ids: ReadonlyMap<string, ReadonlySet<string | undefined>>,
) {
  if (/^[a-z]+:/.test(link)) return true;
  const [to = "", anchor] = link.split("#");
  const resolved = path.posix.join("/", to.startsWith("/") ? "" : path.posix.dirname(page), to).slice(1);
  const target =
    to === "" ? page : resolved === "" || resolved.endsWith("/") ? `${resolved}index.html` : resolved;
  if (!files.has(target)) return false;
  return anchor === undefined || (ids.get(target)?.has(decodeURIComponent(anchor)) ?? false);
}
