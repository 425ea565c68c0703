/**
 * The built-in root filesystem: the host's own shell and everyday tools, copied once, so that `run /bin/sh` works
 * without a network. This file finds the copy and notices when it is no longer right; rootfs-build.ts makes it.
 */
import { lstatSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** One file of the host's that the copy was made from. */
export interface Source {
  /** Its real path: in the copy it stands at the same one. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** In milliseconds since 1970. */
  readonly modified: number;
}

export interface Manifest {
  readonly directory: string;
  readonly files: readonly Source[];
  /** The directories in which tools are looked for: a change tells of tools that came or went. */
  readonly folders: readonly Source[];
}

export interface RootfsOptions {
  /** Where tools are looked for, instead of in the host's own directories. */
  readonly search?: readonly string[];
}

/** The directory of the built-in root filesystem below `home`; it is made if it isn't there, or isn't right any more. */
export async function builtinRootfs(home: string, options: RootfsOptions = {}): Promise<string> {
  const store = path.join(home, "rootfs");
  const manifest = readManifest(store);
  if (manifest?.folders.every(isUnchanged) && isSound(manifest)) return manifest.directory;
  const { makeRootfs } = await import("./rootfs-build.ts");
  return makeRootfs(store, options);
}

/** Where it is, or would be made: for a run that is only explained. */
export function plannedRootfs(home: string): string {
  const store = path.join(home, "rootfs");
  return readManifest(store)?.directory ?? path.join(store, "built-in");
}

export const manifestFile = (store: string): string => path.join(store, "current.json");

export function readManifest(store: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(manifestFile(store), "utf8")) as Manifest;
  } catch {
    return undefined; // None yet, or one that isn't ours: it is made anew.
  }
}

/** The host's tools are those that were copied, and the copies are all there: in this chapter root may write in them. */
export function isSound(manifest: Manifest): boolean {
  // Every run asks this of some 150 files: path.join would take longer than the kernel does.
  return manifest.files.every((file) => {
    const copy = lstatSync(manifest.directory + file.path, { throwIfNoEntry: false });
    return copy?.size === file.size && isUnchanged(file);
  });
}

function isUnchanged(source: Source): boolean {
  const stat = statSync(source.path, { throwIfNoEntry: false });
  return stat?.size === source.size && stat.mtimeMs === source.modified;
}
