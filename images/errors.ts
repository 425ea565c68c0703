/** What is said of a layer that can't be unpacked. */
import { constants } from "node:os";
import { UserError } from "../common/errors.ts";
import { formatErrno } from "../syscall/format.ts";

/** The archive is to blame. */
export class LayerError extends UserError {
  override name = "LayerError";

  constructor(why: string, hint = "it is damaged or hostile: nothing of it is kept") {
    super(`layer: ${why}`, { hint });
  }
}

/** A name from an archive as an error may print it: what controls a terminal, or turns its text around, is taken out. */
export function shown(name: string): string {
  const text = JSON.stringify(Buffer.from(name.slice(0, 200), "latin1").toString("utf8"));
  return text.replace(/[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "?");
}

const { EDQUOT, ENOSPC, EROFS } = constants.errno;

/** Returns the result of a syscall; throws where it is -errno. `name`: the entry's, as the archive has it. */
export function check(result: number, name: string): number {
  if (result < 0) throw failed(result, name);
  return result;
}

function failed(result: number, name: string): LayerError {
  const why = `${shown(name)} can't be made: ${formatErrno(-result)}`;
  if (![EDQUOT, ENOSPC, EROFS].includes(-result)) return new LayerError(why);
  return new LayerError(why, "FT_DOCKER_HOME=DIR names another place for layers");
}

/** Does something with a file of the layer's; what the kernel has against it is an error like that of `check`. */
export function writing(name: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    throw errno === undefined ? error : failed(errno, name);
  }
}

/** overlayfs's marks of what a layer removes can't be made here: on overlayfs itself, and on some network file systems. */
export function noMarks(name: string): LayerError {
  return new LayerError(
    `${shown(name)} removes something of the layers below, and the file system of the layers can't say so`,
    "FT_DOCKER_HOME=DIR names another place for layers: on ext4, xfs, btrfs or tmpfs",
  );
}
