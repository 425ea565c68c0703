/** What a container's overlay consists of, read off a recorded terminal: its mount, `ls -lR` of its upper directory, and `diff`. */
import type { Transcript } from "./recordings.ts";

export interface Entry {
  readonly path: string;
  /** What the upper directory has there. */
  readonly upper: "a copy" | "new" | "whiteout" | "opaque";
  /** Something is there in a lower directory. */
  readonly below: boolean;
  readonly seen: boolean;
}

export interface Layers {
  readonly lower: readonly string[];
  readonly upper: string;
  readonly entries: readonly Entry[];
}

/** Undefined where it shows no overlay. */
export function layersOf({ events }: Transcript): Layers | undefined {
  const all = events.map(({ text }) => text).join("");
  const [, lower = "", upper = ""] = /^lowerdir=([^,\n]+),upperdir=([^,\n]+)/m.exec(all) ?? [];
  const changes = [...all.matchAll(/^([ACD]) (\/.*)$/gm)].map(([, letter = "", path = ""]) => ({
    letter,
    path,
  }));
  if (lower === "" || changes.length === 0) return undefined;
  const types = typesOf(all, upper);
  // A directory that has changes below it is only the way to them.
  const leaves = changes.filter(({ path }) => !changes.some((each) => each.path.startsWith(`${path}/`)));
  return {
    lower: lower.split(":").map(short),
    upper: short(upper),
    entries: leaves.map(({ letter, path }) => ({
      path,
      upper: types.get(path) === "c" ? "whiteout" : letter === "A" ? "new" : copyOf(types.get(path)),
      below: letter !== "A",
      seen: letter !== "D",
    })),
  };
}

/** A directory that was changed and has no changes below it was made in place of another one. */
const copyOf = (type: string | undefined) => (type === "d" ? "opaque" : "a copy");

const short = (path: string): string => path.replace(/^(\.\.\/)+/, "");

/** By its path, the letter with which `ls -l` begins a file's line. */
function typesOf(listing: string, upper: string): Map<string, string> {
  const types = new Map<string, string>();
  let folder = "";
  for (const line of listing.split("\n")) {
    const [, heading] = /^(\/.*):$/.exec(line) ?? [];
    if (heading !== undefined) folder = heading.slice(heading.indexOf(short(upper)) + short(upper).length);
    const [, type = "", name = ""] = /^([-cdl])[-rwxsStT]{9}.* (\S+)$/.exec(line) ?? [];
    if (name !== "") types.set(`${folder}/${name}`, type);
  }
  return types;
}
