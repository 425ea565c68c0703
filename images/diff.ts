/** What a container has changed, as `docker diff` tells it: A added, C changed, D deleted. */
import { lstatSync, type Stats } from "node:fs";
import { readXattrs } from "./attributes.ts";
import { join } from "./tree.ts";
import { readNames, walkUpper } from "./upper.ts";

export interface Difference {
  readonly kind: "A" | "C" | "D";
  /** From the container's "/", byte for byte (latin1). */
  readonly path: string;
}

/** `lowers`: the directories of the image's layers, the topmost first. The result is sorted by path. */
export function diffUpper(upper: string, lowers: readonly string[]): Difference[] {
  const found: Difference[] = [];
  /** For each directory of the upper one: the directories of the layers that it shows as well. */
  const merged = new Map<string, readonly string[]>([
    ["", lowers.map((folder) => Buffer.from(folder).toString("latin1"))],
  ]);
  const names = new Map<string, Set<string>>();
  const opaque: string[] = [];
  for (const change of walkUpper(upper)) {
    const { path, parent, name, stat } = change;
    const below = lookUp(merged.get(parent.path) ?? [], name);
    found.push({ kind: change.whiteout ? "D" : below.exists ? "C" : "A", path: `/${path}` });
    if (change.whiteout && !below.exists) found.pop();
    names.get(parent.path)?.add(name);
    if (!stat.isDirectory()) continue;
    merged.set(path, below.directories);
    if (change.opaque) {
      opaque.push(path);
      names.set(path, new Set());
    }
  }
  for (const path of opaque) {
    const kept = names.get(path);
    const before = mergedNames(merged.get(path) ?? []).filter((name) => !kept?.has(name));
    found.push(...before.map((name): Difference => ({ kind: "D", path: `/${join(path, name)}` })));
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What overlayfs shows under a name of merged directories (the topmost first), and the directories that make it up. */
function lookUp(
  folders: readonly string[],
  name: string,
): { exists: boolean; directories: readonly string[] } {
  const directories: string[] = [];
  for (const folder of folders) {
    const path = `${folder}/${name}`;
    const stat = lstat(path);
    if (!stat) continue;
    if (!stat.isDirectory()) return { exists: directories.length > 0 || !isWhiteout(stat), directories };
    directories.push(path);
    if (isOpaque(path)) break;
  }
  return { exists: directories.length > 0, directories };
}

function mergedNames(folders: readonly string[]): string[] {
  const names = new Set(folders.flatMap((folder) => readNames(bytes(folder))));
  return [...names].filter((name) => lookUp(folders, name).exists);
}

const bytes = (path: string): Buffer => Buffer.from(path, "latin1");
const lstat = (path: string): Stats | undefined => {
  try {
    return lstatSync(bytes(path));
  } catch (error) {
    if (!["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return undefined;
  }
};
const isWhiteout = (stat: Stats): boolean => stat.isCharacterDevice() && stat.rdev === 0;

function isOpaque(path: string): boolean {
  const xattrs = readXattrs(bytes(path));
  return ["trusted", "user"].some((marks) => xattrs.get(`${marks}.overlay.opaque`)?.toString() === "y");
}
