/**
 * A FT_DOCKER_HOME for the time of one check, below the usual one, which is on a disk that takes overlays and mapped ids. The
 * built-in root filesystem is made once for all of them.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
} from "node:fs";
import path from "node:path";
import { home } from "../common/home.ts";
import { cleanUp } from "../common/ledger.ts";
import { locked, tryLock } from "../common/lock.ts";
import { builtinRootfs, manifestFile } from "../common/rootfs.ts";

const workshopFolder = () => path.join(home(), "workshop");
const checksFolder = () => path.join(workshopFolder(), "checks");

/**
 * Sets FT_DOCKER_HOME, and returns it with `remove`, which undoes what runtimes have noted there. To be called by root, once in
 * a process.
 */
export async function ownHome(): Promise<{ folder: string; remove: () => void }> {
  const checks = checksFolder();
  const rootfs = path.join(workshopFolder(), "rootfs");
  mkdirSync(checks, { recursive: true, mode: 0o700 });
  await builtinRootfs(workshopFolder());
  const folder = locked(checks, undefined, () => {
    sweep(checks);
    const own = mkdtempSync(path.join(checks, "check-"));
    tryLock(openSync(own, "r"), "exclusive");
    return own;
  });
  mkdirSync(path.join(folder, "rootfs"));
  copyFileSync(manifestFile(rootfs), manifestFile(path.join(folder, "rootfs")));
  process.env.FT_DOCKER_HOME = folder;
  return { folder, remove: () => locked(checks, undefined, () => remove(folder)) };
}

/** Cleans up after checks that were killed. */
export function sweepChecks(): void {
  const checks = checksFolder();
  if (existsSync(checks)) locked(checks, undefined, () => sweep(checks));
}

/** Nobody holds the lock of a check that has ended. */
function sweep(checks: string): void {
  for (const name of readdirSync(checks)) {
    const folder = path.join(checks, name);
    const fd = openSync(folder, "r");
    if (tryLock(fd, "exclusive")) remove(folder);
    closeSync(fd);
  }
}

/** Throws where the host isn't as it was before. */
function remove(folder: string): void {
  const usual = process.env.FT_DOCKER_HOME;
  process.env.FT_DOCKER_HOME = folder;
  const [error] = cleanUp().errors;
  if (usual === undefined) delete process.env.FT_DOCKER_HOME;
  else process.env.FT_DOCKER_HOME = usual;
  if (error) throw error;
  rmSync(folder, { recursive: true, force: true });
}
