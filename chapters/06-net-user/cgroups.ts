/**
 * A control group (cgroup) is a directory of the kernel's: the processes in it share limits, and are counted together. It
 * isolates nothing by itself, it only says how much. There are two generations, and a host may have either or both at
 * once: cgroup-v2.ts has one tree for everything, cgroup-v1.ts one tree for each controller. Here is what both have to do.
 */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import { isOrdinary } from "../../common/rootless.ts";
import type { Change } from "../../common/undo.ts";
import { CLONE_NEWCGROUP } from "../../syscall/constants.ts";
import { type Act, type Step, step } from "../../syscall/program.ts";
import { findV1 } from "./cgroup-v1.ts";
import { findV2 } from "./cgroup-v2.ts";
import type { DeviceRule } from "./device-rules.ts";
import type { Limits } from "./limits.ts";

// #region interface
export interface Generation {
  /** The directory in which groups are made. */
  readonly top: string;
  /** How a group is made, entered, shown and taken away. Throws where the host can't give a limit. */
  plan(id: string, limits: Limits, access: Access): Cgroup;
  /** How one more process gets into the group of a container whose first process has this pid. */
  join(id: string, pid: number): Entry;
  /** The file that stops or continues all of the container's processes, undefined where it has no group. */
  freezer(id: string, pid: number): Freezer | undefined;
  /** The ids of the containers that run. */
  running(): string[];
  /** What a container uses, or undefined where its group is gone. */
  usage(id: string): Usage | undefined;
}

export interface Access {
  /** The devices that the container may open; undefined for any. */
  readonly devices: readonly DeviceRule[] | undefined;
  /** The container may make groups in its own, as a runtime does that runs in it. */
  readonly writable: boolean;
}

/** What a process needs that is born into a group that is there. */
export type Entry = Pick<Cgroup, "make" | "birthplace" | "enter">;

export interface Freezer {
  readonly file: string;
  readonly frozen: string;
  readonly thawed: string;
  /** Whether none of the processes runs any more; the kernel needs a moment for each. */
  isFrozen(): boolean;
}

export interface Cgroup {
  readonly changes: readonly Change[];
  /** The runtime's own steps, before the clone. */
  readonly make: readonly Step[];
  /** The group's directory, opened by one of them: the child is born there. Only v2 has this. */
  readonly birthplace: Step | undefined;
  /** What keeps it from other devices than its own; with v1 that is among what makes the group. */
  readonly guard: readonly Act[];
  /** The child's first steps. */
  readonly enter: readonly Step[];
  /** Once more the child's, in its new root. */
  readonly show: readonly Step[];
  /** How many processes the kernel has killed because the memory was used up. */
  oomKills(): number;
}

/** Memory and I/O in bytes, cpu in microseconds, each since the group was made or now. */
export interface Usage {
  readonly cpu: number;
  readonly memory: number;
  /** Undefined where the kernel doesn't tell: with v2 before Linux 5.19. */
  readonly memoryPeak: number | undefined;
  /** Infinity where there is none; so is `pidsLimit`. */
  readonly memoryLimit: number;
  readonly pids: number;
  readonly pidsLimit: number;
  readonly read: number;
  readonly written: number;
  /** Percent of the last ten seconds in which some process had to wait; undefined where the kernel doesn't tell. */
  readonly pressure: Pressure | undefined;
}

export interface Pressure {
  readonly cpu: number;
  readonly memory: number;
  readonly io: number;
}
// #endregion interface

// #region choose
/** An ordinary user has a group only where one was delegated; without any, the container stays in the user's own. */
export function planGroup(id: string, limits: Limits, access: Access): Cgroup {
  const found = generation();
  if (!isOrdinary()) return found.plan(id, limits, access);
  // A user's namespace has no devices but those that the user may open: there is nothing to keep from it.
  if (mayWrite(found.top)) return found.plan(id, limits, { ...access, devices: undefined });
  if (
    Object.values(limits).every(
      (limit) => limit === undefined || (Array.isArray(limit) && limit.length === 0),
    )
  )
    return NO_GROUP;
  throw new UserError(`limits: ${found.top} isn't this user's to make groups in`, {
    hint: "with cgroup v2 and systemd: systemd-run --user --scope -p Delegate=yes COMMAND; or run it with sudo",
  });
}

const NO_GROUP: Cgroup = {
  changes: [],
  make: [],
  birthplace: undefined,
  guard: [],
  enter: [],
  show: [],
  oomKills: () => 0,
};

function mayWrite(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Controllers are in one generation at a time; where v2 has some, it is the one. */
export function generation(): Generation {
  const lines = readFileSync("/proc/self/mountinfo", "latin1").split("\n");
  const mounts = lines
    .filter((line) => line.includes(" - cgroup"))
    .map(parseMount)
    // A mount that another one covers is in the list as well: what its path leads to has no such file.
    .filter(({ place }) => existsSync(path.join(place, "cgroup.procs")));
  const found = findV2(mounts) ?? findV1(mounts);
  if (found) return found;
  throw new UserError("cgroups: none are mounted", { hint: "sudo mount -t cgroup2 cgroup2 /sys/fs/cgroup" });
}

export interface Mount {
  readonly place: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** proc(5), /proc/PID/mountinfo: the fields after the "-" are those of the filesystem. */
function parseMount(line: string): Mount {
  const [before = "", after = ""] = line.split(" - ");
  const [type = "", , options = ""] = after.split(" ");
  return { place: before.split(" ")[4] ?? "", type, options: options.split(",") };
}
// #endregion choose

// #region view
/** To be run in the group: from here on its directory is "/" in all that /proc and mounts say about cgroups. */
export function ownView(): Step[] {
  return [
    step("unshare", [CLONE_NEWCGROUP], "a cgroup namespace: nothing above this group is seen any more"),
  ];
}
// #endregion view
