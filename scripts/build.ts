/**
 * `npm run build [-- 03]`: bundles each chapter into dist/, so that it starts without TypeScript: `node dist/ft-docker-03.cjs run …`.
 *
 * What was measured on Node 20 decides the form. CommonJS: it starts before Node has loaded its loader for ES modules.
 * All in one bundle, the parts that are imported on demand as well: what isn't called isn't compiled. koffi.node, copied
 * beside it and loaded directly: koffi's own way there looks for the platform, and through package.json files. Last,
 * V8's compiled form of the bundle, the .cache file: without it, or with another Node, the start takes a little longer.
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build as bundle, type Plugin } from "esbuild";
import { report, say } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { directKoffi, nativeKoffi, withoutAwait } from "./bundling.ts";
import { isRoot } from "./root.ts";

const repo = path.join(import.meta.dirname, "..");
const dist = path.join(repo, "dist");

/** The chapters' folders, in order: all, or the one with this number. */
export function chapterNames(number?: string): string[] {
  const all = readdirSync(path.join(repo, "chapters"))
    .filter((name) => /^\d/.test(name))
    .sort();
  const named =
    number === undefined ? all : all.filter((name) => [name, name.split("-")[0]].includes(number));
  if (named.length > 0) return named;
  throw new UserError(`${number}: there is no such chapter`, { hint: `there are: ${all.join(", ")}` });
}

/** The file to start a chapter's bundle by. */
export const bundleOf = (chapter: string): string =>
  path.join(dist, `ft-docker-${chapter.split("-")[0]}.cjs`);

/** Bundles the chapters; returns the files that it wrote. */
export async function build(chapters: readonly string[]): Promise<string[]> {
  mkdirSync(dist, { recursive: true });
  const native = path.join(dist, "koffi.node");
  rmSync(native, { force: true }); // A process may have it mapped: it keeps the old file.
  copyFileSync(await nativeKoffi(), native);
  const home = mkdtempSync(path.join(tmpdir(), "ft-docker-build-"));
  try {
    const written = [native];
    for (const chapter of chapters) written.push(...(await buildChapter(chapter, home)));
    return written;
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function buildChapter(chapter: string, home: string): Promise<string[]> {
  const start = bundleOf(chapter);
  const code = start.replace(".cjs", ".code.cjs");
  const cache = start.replace(".cjs", ".cache");
  await bundle({
    entryPoints: [path.join(repo, "chapters", chapter, "main.ts")],
    outfile: code,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    define: { "import.meta.dirname": "__dirname" },
    plugins: [commonJs, directKoffi(`__dirname + "/koffi.node"`)],
    logLevel: "warning",
  });
  rmSync(cache, { force: true });
  writeFileSync(start, starter(path.basename(code), path.basename(cache)));
  return compile(start, code, cache, home) ? [start, code, cache] : [start, code];
}

const commonJs: Plugin = {
  name: "CommonJS",
  setup({ onLoad }) {
    onLoad({ filter: /\/chapters\/[^/]+\/main\.ts$/ }, ({ path: file }) => ({
      contents: withoutAwait(readFileSync(file, "utf8")),
      loader: "ts",
    }));
  },
};

const WRAPPER = ["(function (require, module, __dirname) {", "\n})"] as const;

/** As require() would, but with the compiled form. */
const starter = (code: string, cache: string): string => `// Made by 'npm run build'.
const { readFileSync } = require("node:fs");
const { Script } = require("node:vm");
const filename = \`\${__dirname}/${code}\`;
let cachedData;
try {
  cachedData = readFileSync(\`\${__dirname}/${cache}\`);
} catch {}
const source = "${WRAPPER[0]}" + readFileSync(filename, "utf8") + ${JSON.stringify(WRAPPER[1])};
new Script(source, { filename, cachedData }).runInThisContext()(require, module, __dirname);
`;

/**
 * Writes V8's compiled form of the bundle after a run: then what a run needs is in it. An ordinary user's build only
 * explains. False where that didn't work: the bundle does without.
 */
function compile(start: string, code: string, cache: string, home: string): boolean {
  const script = `
    const fs = require("node:fs");
    const { Script } = require("node:vm");
    const [code, cache, start] = process.argv.splice(1, 3);
    process.argv.splice(1, 0, start);
    const source = ${JSON.stringify(WRAPPER[0])} + fs.readFileSync(code, "utf8") + ${JSON.stringify(WRAPPER[1])};
    const script = new Script(source, { filename: code });
    process.on("exit", (status) => status || fs.writeFileSync(cache, script.createCachedData()));
    script.runInThisContext()(require, module, ${JSON.stringify(dist)});`;
  const words = isRoot() ? ["run", "true"] : ["run", "--explain", "true"];
  const { status, stderr } = spawnSync(process.execPath, ["-e", script, "--", code, cache, start, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    env: { ...process.env, FT_DOCKER_HOME: home },
  });
  if (status !== 0) say(`${path.basename(start)} is there without its compiled form: ${stderr.trim()}`);
  return status === 0;
}

async function main([number]: readonly string[]): Promise<number> {
  for (const file of await build(chapterNames(number))) {
    console.log(
      `${path.relative(repo, file).padEnd(28)}${(statSync(file).size / 1024).toFixed(1).padStart(8)} KiB`,
    );
  }
  return 0;
}

if (import.meta.filename === process.argv[1])
  process.exitCode = await main(process.argv.slice(2)).catch(report);
