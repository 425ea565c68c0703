/**
 * A tmpfs is a file system in memory: fast, empty at the start, gone at the end, and part of the container's memory (its
 * cgroup counts it). With `--read-only` it is the place for what a program has to write all the same.
 */
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import type { Mountpoint } from "../../common/mountpoints.ts";
import { MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY, O_DIRECTORY, O_PATH } from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";
import { makeMountpoints, open } from "./volumes.ts";

export interface Tmpfs {
  /** An absolute path of the container's. */
  readonly target: string;
  readonly isDirectory: true;
  /** MS_ flags. */
  readonly flags: number;
  /** tmpfs(5): size, mode and so on. */
  readonly options: string;
}

/** What each word sets, and what it takes away. */
const FLAGS: Readonly<Record<string, readonly [set: number, clear: number]>> = {
  ro: [MS_RDONLY, 0],
  rw: [0, MS_RDONLY],
  noexec: [MS_NOEXEC, 0],
  exec: [0, MS_NOEXEC],
  nosuid: [MS_NOSUID, 0],
  suid: [0, MS_NOSUID],
  nodev: [MS_NODEV, 0],
  dev: [0, MS_NODEV],
};
const SETTING = /^(size=\d+[kmg%]?|mode=[0-7]{1,4}|uid=\d+|gid=\d+|nr_inodes=\d+[kmg]?)$/;

/** `DST[:OPTION,…]`, as Docker takes it: noexec, nosuid and nodev unless the options say otherwise. */
export function parseTmpfs(text: string): Tmpfs {
  const refuse = (why: string, hint = "--tmpfs DST or --tmpfs DST:size=64m,mode=1777") =>
    new UserError(`--tmpfs ${text}: ${why}`, { hint });
  const [, target = "", list = ""] = /^([^:]*)(?::(.*))?$/.exec(text) ?? [];
  const normal = path.posix.normalize(target).replace(/(?<=.)\/$/, "");
  if (!target.startsWith("/") || normal === "/") throw refuse("DST must be an absolute path below /");
  if (/^\/(proc|sys)(\/|$)/.test(normal)) throw refuse("DST is the kernel's own", "mount it anywhere else");
  let flags = MS_NOEXEC | MS_NOSUID | MS_NODEV;
  const settings = ["mode=1777"];
  for (const option of list.split(",").filter((each) => each !== "")) {
    const [set, clear] = Object.hasOwn(FLAGS, option) ? (FLAGS[option] ?? []) : [];
    if (set !== undefined && clear !== undefined) flags = (flags | set) & ~clear;
    else if (SETTING.test(option)) settings.push(option);
    else
      throw refuse(
        `no such option: ${option}`,
        `${Object.keys(FLAGS).join(", ")}, size=, mode=, uid=, gid=, nr_inodes=`,
      );
  }
  return { target: normal, isDirectory: true, flags, options: settings.join(",") };
}

// #region mount
/** To be run in the new root. The target is found as the container sees it, and mounted upon without naming it again. */
export function mountTmpfs({ target, flags, options }: Tmpfs, mountpoints: readonly Mountpoint[]): Step[] {
  const place = open(target, O_PATH | O_DIRECTORY, `find ${target}, as the container sees it`);
  return [
    ...makeMountpoints(target, mountpoints),
    place,
    step("fchdir", [place], "stand on it: the next step says '.'"),
    step("mount", ["tmpfs", ".", "tmpfs", flags, options], `${target} is in memory`),
  ];
}
// #endregion mount
