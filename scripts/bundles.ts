/**
 * The chapters and the tests as plain JavaScript, one file each. A guest's processor may be slow, and each test starts
 * Node many times: loading tsx takes seconds there, and a bundle a fraction of one. FT_DOCKER_BUNDLES names their folder.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { BuildOptions, OutputFile, Plugin } from "esbuild";
import { directKoffi, nativeKoffi, withoutAwait } from "./bundling.ts";

const repo = path.join(import.meta.dirname, "..");
const folder = path.join(repo, "node_modules/.cache/ft-docker/bundles");

/** Bundles each chapter's main.ts, each test, and the scripts that tests start; returns their folder. */
export async function makeBundles(): Promise<string> {
  const files = readdirSync(repo, { recursive: true, encoding: "utf8" })
    .filter((file) => !/(^|\/)(node_modules|dist|\.[^/]+)\//.test(file))
    .filter((file) => CHAPTER.test(file) || file.endsWith(".test.ts") || SCRIPTS.includes(file));
  return bundleAll(files);
}

/** Bundles the main.ts of these chapters alone; returns the bundles' folder. */
export const bundleChapters = (names: readonly string[]): Promise<string> =>
  bundleAll(names.map((name) => `chapters/${name}/main.ts`));

async function bundleAll(files: readonly string[]): Promise<string> {
  await Promise.all(files.map((file) => makeBundle(path.join(repo, file), bundleOf(folder, file))));
  return folder;
}

/** CommonJS for the chapters, which are started most: Node's loader for ES modules isn't needed then. */
const bundleOf = (bundles: string, script: string) =>
  path.join(bundles, script.replace(/\.ts$/, CHAPTER.test(script) ? ".cjs" : ".js"));

const SCRIPTS = ["test/escapes/main.ts", "scripts/test.ts", "scripts/clean.ts", "scripts/doctor.ts"];
/** What tests start often: the chapters, and the commands about images. */
const CHAPTER = /^(chapters\/[^/]+|images\/testing)\/main\.ts$/;

/** A file that can't be bundled has no bundle: tsx will run it, and say what is wrong with it. */
async function makeBundle(source: string, target: string): Promise<void> {
  const outputs = IMPORTS_BY_PATH.test(readFileSync(source, "utf8")) ? [] : await bundle(source, target);
  if (outputs.length === 0) rmSync(target, { force: true });
  for (const { path: file, contents } of outputs) {
    if (existsSync(file) && readFileSync(file).equals(contents)) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    // Another run may be reading the old one.
    writeFileSync(`${file}.${process.pid}`, contents);
    renameSync(`${file}.${process.pid}`, file);
  }
}

/** Writes the bundle of a program that is like a chapter's, without its source map. Rejects where it can't be bundled. */
export async function bundleProgram(source: string, target: string): Promise<void> {
  const [, program] = await compile(source, target);
  writeFileSync(target, program?.contents ?? "");
}

/** None where the source can't be bundled. */
const bundle = (source: string, target: string): Promise<OutputFile[]> =>
  compile(source, target).catch(() => []);

async function compile(source: string, target: string): Promise<OutputFile[]> {
  const { build } = await import("esbuild");
  const form: BuildOptions = target.endsWith(".cjs")
    ? { format: "cjs", plugins: [originalPlaces, directKoffi(JSON.stringify(await nativeKoffi()))] }
    : { format: "esm", plugins: [originalPlaces], packages: "external" };
  const { outputFiles = [] } = await build({
    ...form,
    entryPoints: [source],
    outfile: target,
    write: false,
    bundle: true,
    platform: "node",
    target: "node20",
    sourcemap: "linked",
    logLevel: "silent",
    define: PLACES,
  });
  return outputFiles;
}

/** A module of ours that is found while running, which only tsx can do; such a file isn't bundled. */
const IMPORTS_BY_PATH = /\bimport\((?!["'])/;

/** Each source's own place, as it stood there: what looks for a file beside its source finds it. */
const PLACES = { "import.meta.dirname": "$dirname", "import.meta.filename": "$filename" };
const originalPlaces: Plugin = {
  name: "original places",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
      const [directory, name] = [path.dirname(file), file].map((each) => JSON.stringify(each));
      // On the first line, so that the lines keep their numbers.
      const places = `const $dirname = ${directory}, $filename = ${name};`;
      return { loader: "ts", contents: places + withoutAwait(readFileSync(file, "utf8")) };
    });
  },
};

/**
 * The words after Node that run a script of ours: as a bundle where FT_DOCKER_BUNDLES has one, by tsx where not. A chapter
 * is started without its source map, whose reading takes a third of its time: what needs one sets NODE_OPTIONS.
 */
export function nodeArguments(script: string): string[] {
  const bundles = process.env.FT_DOCKER_BUNDLES;
  const local = path.relative(repo, script);
  const bundle = bundles && bundleOf(bundles, local);
  if (bundle && existsSync(bundle)) return [...(CHAPTER.test(local) ? [] : ["--enable-source-maps"]), bundle];
  return ["--import", import.meta.resolve("tsx"), script];
}
