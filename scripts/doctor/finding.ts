/** What the doctor has to say of one thing. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

export interface Finding {
  /** `warning`: it works, but not for everybody or not everywhere. */
  readonly state: "ok" | "lacks" | "warning";
  readonly what: string;
  /** The first and the last chapter that need it. */
  readonly chapters: readonly [first: number, last: number];
  /** What to do about it: a command where one does. */
  readonly fix?: string;
}

/** The last chapter of the book. */
export const LAST = 6;

type Chapters = Finding["chapters"];

export const ok = (chapters: Chapters, what: string): Finding => ({ state: "ok", what, chapters });
export const lacks = (chapters: Chapters, what: string, fix: string): Finding => ({
  state: "lacks",
  what,
  chapters,
  fix,
});
export const warning = (chapters: Chapters, what: string, fix: string): Finding => ({
  state: "warning",
  what,
  chapters,
  fix,
});

/** The text of a file without the white space around it; undefined where it isn't there or can't be read. */
export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** A command in PATH, or where an ordinary user's PATH doesn't look. */
export function findCommand(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** The name by which sysctl(8) knows a file below /proc/sys. */
export const sysctl = (file: string): string => file.replace("/proc/sys/", "").replaceAll("/", ".");

export interface Mount {
  readonly place: string;
  readonly type: string;
  /** Of the mount and of its filesystem, e.g. "rw,relatime,memory". */
  readonly options: readonly string[];
}

/** The mounts that this process sees: proc(5), /proc/PID/mountinfo. */
export function mounts(): Mount[] {
  return (readText("/proc/self/mountinfo") ?? "").split("\n").map((line) => {
    const [mount = "", filesystem = ""] = line.split(" - ");
    const [, , , , place = "", options = ""] = mount.split(" ");
    const [type = "", , more = ""] = filesystem.split(" ");
    return { place, type, options: [...options.split(","), ...more.split(",")] };
  });
}
