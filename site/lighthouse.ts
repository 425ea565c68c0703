/**
 * `npm run site:lighthouse [-- PAGE…]`: what Lighthouse says of one page of each kind, on a telephone and on a desk. It isn't
 * among the dependencies, being larger than all of them: npx gets it for this run alone, into npm's own cache.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { $ } from "zx";
import { report } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { findTool } from "../test/harness.ts";
import { readChapters } from "./chapters.ts";
import { serve } from "./server.ts";
import { buildSite, dist } from "./site.ts";

const LIGHTHOUSE = "lighthouse@12.8.2";
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;
const DEVICES = { mobile: [], desktop: ["--preset=desktop"] } as const;

interface Result {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>;
  readonly audits: Readonly<
    Record<string, { readonly displayValue?: string; readonly score: number | null }>
  >;
}

/** One of each kind; the newest chapter is the largest. */
async function pagesToLookAt(): Promise<string[]> {
  const files = await buildSite();
  const last = readChapters().at(-1)?.name ?? "";
  return [...files.keys()]
    .filter((file) => file.endsWith("index.html") && !file.startsWith("source/"))
    .map((file) => file.replace("index.html", ""))
    .filter((page) => !/^\d/.test(page) || page.startsWith(`${last}/`))
    .concat(`source/chapters/${last}/main.ts/`);
}

async function look(chrome: string, address: string, device: keyof typeof DEVICES): Promise<Result> {
  const folder = mkdtempSync(path.join(tmpdir(), "lighthouse-"));
  const output = path.join(folder, "result.json");
  const options = [
    ...DEVICES[device],
    `--only-categories=${CATEGORIES.join(",")}`,
    "--output=json",
    `--output-path=${output}`,
    "--chrome-flags=--headless=new --no-sandbox",
    "--quiet",
  ];
  try {
    await $({
      cwd: folder,
      env: { ...process.env, CHROME_PATH: chrome },
    })`npx --yes ${LIGHTHOUSE} ${address} ${options}`;
    return JSON.parse(readFileSync(output, "utf8")) as Result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(words: readonly string[]): Promise<number> {
  const chrome = findTool("chromium");
  if (!chrome) throw new UserError("there is no chromium", { hint: "apt-get install chromium" });
  const pages = await pagesToLookAt();
  const server = await serve(dist, 0, false);
  let worst = 100;
  try {
    for (const page of words.length > 0 ? words : pages) {
      for (const device of ["mobile", "desktop"] as const) {
        const { categories, audits } = await look(chrome, server.address + page, device);
        const scores = CATEGORIES.map((name) => Math.round((categories[name]?.score ?? 0) * 100));
        const times = ["largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"];
        const shown = times.map((name) => audits[name]?.displayValue ?? "?");
        console.log(`/${page.padEnd(36)} ${device.padEnd(8)} ${scores.join(" ")}  ${shown.join(" ")}`);
        const failed = Object.entries(audits).filter(([, { score }]) => score === 0);
        if (scores.some((score) => score < 100)) console.log(`  ${failed.map(([name]) => name).join(", ")}`);
        worst = Math.min(worst, ...scores);
      }
    }
  } finally {
    await server.close();
  }
  return worst === 100 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2)).catch(report);
