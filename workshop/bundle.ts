/**
 * All that a machine without a network needs, for a USB stick: Node and npm, the
 * packages, this repository with its built site, a root filesystem, their checksums, and install.sh. What has links or
 * modes is in archives, since a stick's filesystem may keep neither.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { copyFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { say } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { node } from "../scripts/root.ts";

const repo = path.join(import.meta.dirname, "..");
export const ARCHITECTURES = ["x64", "arm64"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** Fills a directory, which is made where it isn't there and must be empty, for machines of these architectures. */
export async function bundle(directory: string, architectures: readonly Architecture[]): Promise<void> {
  mkdirSync(directory, { recursive: true });
  if (readdirSync(directory).length > 0)
    throw new UserError(`bundle: ${directory} isn't empty`, { hint: "a new directory on the stick" });
  await copyFile(path.join(import.meta.dirname, "install.sh"), path.join(directory, "install.sh"));
  say("Node and npm");
  const { node: nodeVersion, npm: npmVersion } = versions();
  for (const name of [
    ...architectures.map((each) => `node-linux-${each}@${nodeVersion}`),
    `npm@${npmVersion}`,
  ])
    npm(["pack", "--silent", "--pack-destination", directory, name], repo);
  say("the packages");
  packCache(path.join(directory, "npm-cache.tar"), architectures);
  say("the site, and this repository");
  buildSite();
  packRepository(path.join(directory, "ft-docker.tar"));
  say("a root filesystem");
  packRootfs(path.join(directory, `rootfs-${process.arch}.tar`));
  await writeFile(path.join(directory, "SHA256SUMS"), await checksums(directory));
}

function buildSite(): void {
  const [file = "", ...args] = node(path.join(repo, "site/build.ts"), []);
  const { status } = spawnSync(file, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new UserError("bundle: the site can't be built", { hint: "npm run site" });
}

/** The ones that provision.sh installs: there they stand once. */
export function versions(): { readonly node: string; readonly npm: string } {
  const script = readFileSync(path.join(import.meta.dirname, "provision.sh"), "utf8");
  const [, nodeVersion = "", npmVersion = ""] =
    /^NODE_VERSION=(\S+)$[\s\S]*^NPM_VERSION=(\S+)$/m.exec(script) ?? [];
  return { node: nodeVersion, npm: npmVersion };
}

function npm(args: readonly string[], cwd: string): void {
  const { status } = spawnSync("npm", args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new UserError(`bundle: npm ${args[0]} failed`, { hint: "it needs a network" });
}

/** npm's cache with what the lock file names: the packages that only one architecture has, too. */
function packCache(file: string, architectures: readonly Architecture[]): void {
  const folder = mkdtempSync(path.join(tmpdir(), "ft-docker-bundle-"));
  try {
    for (const name of ["package.json", "package-lock.json", ".npmrc"])
      execFileSync("cp", [path.join(repo, name), folder]);
    const cache = path.join(folder, "cache");
    for (const cpu of architectures) {
      const system = [`--cpu=${cpu}`, "--os=linux", "--libc=glibc"];
      npm(
        [
          "ci",
          "--cache",
          cache,
          "--ignore-scripts",
          "--no-audit",
          "--no-fund",
          "--loglevel=error",
          ...system,
        ],
        folder,
      );
    }
    tar(["-cf", file, "-C", cache, "_cacache"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function packRepository(file: string): void {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repo,
  });
  const files = `${list}`
    .split("\0")
    .filter((name) => name !== "" && existsSync(path.join(repo, name)))
    // As a link it isn't ignored, and whoever installed packages through it would change this machine's.
    .filter((name) => name !== "node_modules");
  const names = [...files, "site/dist"].join("\0");
  execFileSync("tar", ["-cf", file, "-C", repo, "--null", "--files-from=-"], { input: names });
}

/** The one that chapter 03 makes of this machine's tools, for machines whose own can't be copied. */
function packRootfs(file: string): void {
  const main = node(path.join(repo, "chapters/03-pid-mnt/main.ts"), ["rootfs"]);
  const folder = execFileSync(main[0] as string, main.slice(1), { encoding: "utf8" }).trim();
  tar(["-cf", file, "--numeric-owner", "-C", folder, "."]);
}

const tar = (args: readonly string[]) => execFileSync("tar", args);

/** As sha256sum(1) reads them. */
async function checksums(directory: string): Promise<string> {
  const lines = readdirSync(directory)
    .sort()
    .map(async (name) => {
      const hash = createHash("sha256");
      await pipeline(createReadStream(path.join(directory, name)), hash);
      return `${hash.digest("hex")}  ${name}\n`;
    });
  return (await Promise.all(lines)).join("");
}
