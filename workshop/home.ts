/**
 * A FT_DOCKER_HOME for the time of one check, below the usual one, which is on a disk that takes overlays and mapped ids. The
 * built-in root filesystem is made once for all of them.
 */
import { copyFileSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { home } from "../common/home.ts";
import { cleanUp } from "../common/ledger.ts";
import { locked, tryLock } from "../common/lock.ts";
import { builtinRootfs, manifestFile } from "../common/rootfs.ts";

/** Sets FT_DOCKER_HOME; returns what undoes all that runtimes have noted there, and removes it. To be called by root. */
export async function ownHome(): Promise<() => void> {
  const all = path.join(home(), "workshop");
  const checks = path.join(all, "checks");
  mkdirSync(checks, { recursive: true, mode: 0o700 });
  await builtinRootfs(all);
  const own = locked(checks, undefined, () => {
    sweep(checks);
    const folder = mkdtempSync(path.join(checks, "check-"));
    tryLock(openSync(folder, "r"), "exclusive");
    return folder;
  });
  const store = path.join(own, "rootfs");
  mkdirSync(store);
  copyFileSync(manifestFile(path.join(all, "rootfs")), manifestFile(store));
  process.env.FT_DOCKER_HOME = own;
  return () => locked(checks, undefined, () => remove(own));
}

/** What checks have left that were killed: nobody holds its lock any more. */
function sweep(checks: string): void {
  for (const name of readdirSync(checks)) {
    const folder = path.join(checks, name);
    if (tryLock(openSync(folder, "r"), "exclusive")) remove(folder);
  }
}

/** Throws where the host isn't as it was before. */
function remove(folder: string): void {
  process.env.FT_DOCKER_HOME = folder;
  const [error] = cleanUp().errors;
  if (error) throw error;
  rmSync(folder, { recursive: true, force: true });
}
