/** `npm run site`: builds the whole site into site/dist, from the chapters' texts. Fails on a marker or a link that is wrong. */
import { gzipSync } from "node:zlib";
import { report } from "../common/cli.ts";
import { buildSite } from "./site.ts";

async function main(): Promise<number> {
  const started = performance.now();
  const files = await buildSite();
  for (const [address, content] of files) {
    if (!address.endsWith(".html") || address.startsWith("source/")) continue;
    const size = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(11);
    const html = Buffer.from(content);
    console.log(`${address.padEnd(28)}${size(html.length)}${size(gzipSync(html).length)} gz`);
  }
  console.log(`${files.size} files in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return 0;
}

process.exitCode = await main().catch(report);
