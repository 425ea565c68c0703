/**
 * What the names in a layer may be, and what they mean: a file `.wh.NAME` says that NAME isn't there any more, and
 * `.wh..wh..opq` that nothing of what the layers below have in this directory is:
 * https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts
 */
import { LayerError, shown } from "./errors.ts";

/** Where an entry goes: the directory's path ("" is the root) and the name in it ("" for the root itself). */
export interface Place {
  readonly parent: string;
  readonly name: string;
}

/** The kernel's limits, in bytes: of a path, with the NUL after it, and of one name. */
const PATH_MAX = 4096;
const NAME_MAX = 255;

/** Splits a path from an archive. A leading "/" means the layer's root, as everywhere; ".." is refused. */
export function readPath(path: string): Place {
  if (path.includes("\0")) throw new LayerError(`${shown(path)}: a name has a NUL in it`);
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw new LayerError(`${shown(path)}: a name leads up with ".."`);
  if (path.length >= PATH_MAX || parts.some((part) => part.length > NAME_MAX)) {
    throw new LayerError(`${shown(path)} is too long`);
  }
  const name = parts.pop() ?? "";
  return { parent: parts.join("/"), name };
}

export type Meaning =
  | { readonly kind: "entry" | "opaque" | "ignored" }
  | { readonly kind: "whiteout"; readonly of: string };

const PREFIX = ".wh.";
/** aufs's own files, of which one alone means something to others. */
const META = ".wh..wh.";
const OPAQUE = ".wh..wh..opq";

export function meaningOf({ parent, name }: Place): Meaning {
  const folder = `/${parent}`.includes(`/${PREFIX}`)
    ? parent.split("/").find((part) => part.startsWith(PREFIX))
    : undefined;
  if (folder?.startsWith(META)) return { kind: "ignored" };
  if (folder !== undefined) throw new LayerError(`${shown(parent)}: a whiteout has files in it`);
  if (!name.startsWith(PREFIX)) return { kind: "entry" };
  if (name === OPAQUE) return { kind: "opaque" };
  if (name.startsWith(META)) return { kind: "ignored" };
  const of = name.slice(PREFIX.length);
  if (of === "" || of === "." || of === "..") throw new LayerError(`${shown(name)}: a whiteout of no file`);
  return { kind: "whiteout", of };
}
