/** The Node versions that the launcher is proven on: npm's packages have the binaries. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";

export const NODE_VERSIONS = [20, 22, 24, 26] as const;

const cache = path.join(import.meta.dirname, "..", "node_modules", ".cache", "ft-docker");
const packageName = `node-linux-${process.arch}`;
const prefix = (major: number) => path.join(cache, `node-${major}`);

/** Where the binary of this version is, or undefined where `installNodes` hasn't been run. */
export function nodeBinary(major: number): string | undefined {
  if (Number(process.versions.node.split(".")[0]) === major) return process.execPath;
  const file = path.join(prefix(major), "node_modules", packageName, "bin", "node");
  return existsSync(file) ? file : undefined;
}

/** Downloads what is missing, some 40 MB each; false where one couldn't be had. */
export function installNodes(): boolean {
  return NODE_VERSIONS.filter((major) => !nodeBinary(major)).every((major) => {
    mkdirSync(prefix(major), { recursive: true });
    const args = [
      "install",
      "--no-save",
      "--no-audit",
      "--no-fund",
      "--prefix",
      prefix(major),
      `${packageName}@${major}`,
    ];
    return spawnSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] }).status === 0;
  });
}
