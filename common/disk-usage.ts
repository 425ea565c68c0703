/** How much room a tree takes on the disk, as du(1) counts it. */
import { lstatSync, readdirSync } from "node:fs";

/** What stat(2) counts blocks in, in bytes. */
const BLOCK = 512;

/**
 * In bytes. A file that has several names is counted once for all calls with the same `seen`. Not counted is what goes meanwhile,
 * and what a container has nested so deep that its path can't be said.
 */
export function diskUsage(folder: string, seen = new Set<string>()): number {
  return usageOf(Buffer.from(folder), seen);
}

/** Names needn't be UTF-8. */
function usageOf(file: Buffer, seen: Set<string>): number {
  const stat = ignoring(() => lstatSync(file, { bigint: true }));
  if (!stat) return 0;
  if (stat.nlink > 1n && !stat.isDirectory()) {
    const identity = `${stat.dev}:${stat.ino}`;
    if (seen.has(identity)) return 0;
    seen.add(identity);
  }
  const own = Number(stat.blocks) * BLOCK;
  if (!stat.isDirectory()) return own;
  const names = ignoring(() => readdirSync(file, { encoding: "buffer" })) ?? [];
  return names.reduce((sum, name) => sum + usageOf(Buffer.concat([file, SLASH, name]), seen), own);
}

const SLASH = Buffer.from("/");
const IGNORED = ["ENOENT", "EACCES", "ENAMETOOLONG"];

function ignoring<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!IGNORED.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return undefined;
  }
}
