/**
 * The folders in `home()/layers`, of which layers.ts tells:
 *
 *     layers/NAME/diff         what overlayfs gets; NAME is half of the diff id, in 22 characters
 *     layers/NAME/layer.json   what is known of it
 *     layers/NAME/synced       it is known to be on the disk
 *     layers/.NAME             one that is being unpacked
 *     layers/.NAME.gone-…      one that is being removed
 */
import {
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { placeError } from "../common/errors.ts";
import { home } from "../common/home.ts";
import { bootId } from "../common/ledger.ts";
import { LayerError } from "./errors.ts";
import type { Unpacked } from "./unpack.ts";

/** What `layer.json` has. */
export interface LayerRecord extends Unpacked {
  readonly diffId: string;
  /** Of the boot in which it was unpacked: what isn't known to be on the disk may be lost with that. */
  readonly boot: string;
}

export const layersFolder = (): string => path.join(home(), "layers");

/** Half of the digest: 128 layers must fit into one page of mount options. */
export function nameOf(diffId: string): string {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(diffId) ?? [];
  if (!hex)
    throw new LayerError(`${JSON.stringify(diffId)} is no diff id`, "sha256: and 64 hexadecimal digits");
  return Buffer.from(hex, "hex").toString("base64url", 0, 16);
}

/** Whether nothing of it can have been lost since it was unpacked. */
export const isSafe = (folder: string, { boot }: LayerRecord): boolean =>
  boot === bootId() || existsSync(path.join(folder, "synced"));

export function readRecord(folder: string): LayerRecord | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, "layer.json"), "utf8")) as LayerRecord;
  } catch {
    return undefined;
  }
}

/** Removes a folder; from the first moment on it isn't there any more under its name. */
export function discard(folder: string): void {
  const { dir, base } = path.parse(folder);
  const gone = path.join(dir, `.${base.replace(/^\.|\.gone.*$/g, "")}.gone-${process.hrtime.bigint()}`);
  renameSync(folder, gone);
  rmSync(gone, { recursive: true, force: true });
}

export function openIfThere(folder: string): number | undefined {
  try {
    return openSync(folder, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw noPlace(error);
    return undefined;
  }
}

export const noPlace = (error: unknown): unknown =>
  placeError(`layers: they can't be kept in ${layersFolder()}`, error);

/** Whether the folder that was opened is still the one with this path: it may have been renamed before it was locked. */
export function isStill(fd: number, folder: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  const { ino, dev } = fstatSync(fd);
  return stat?.ino === ino && stat.dev === dev;
}

export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return [];
  }
}
