/**
 * cgroup v2: one tree of directories. A directory is a group, the files in it are its limits and its accounts. A group's
 * controllers must be enabled by its parent, in cgroup.subtree_control, and a group that has done so may have no processes
 * of its own (only the root of all may): processes live in leaves. See the kernel's Documentation/admin-guide/cgroup-v2.rst.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { isOrdinary } from "../../common/rootless.ts";
import {
  AT_FDCWD,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
} from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";
import {
  checkCpus,
  containersIn,
  makeGroup,
  missingController,
  number,
  read,
  sum,
  table,
  words,
  writeSteps,
} from "./cgroup-files.ts";
import type { Access, Cgroup, Entry, Freezer, Generation, Mount, Usage } from "./cgroups.ts";
import { guardDevices } from "./device-bpf.ts";
import type { Limits } from "./limits.ts";
import { settings } from "./limits-v2.ts";
import { enableControllers, makeRoom } from "./subtree.ts";

// #region find
/** Where v2 has no controllers (a hybrid host), v1 has them. */
export function findV2(mounts: readonly Mount[]): Generation | undefined {
  const place = mounts.findLast(({ type }) => type === "cgroup2")?.place;
  const top = place && isOrdinary() ? path.join(place, ownGroup()) : place;
  if (top === undefined || !words(path.join(top, "cgroup.controllers")).includes("memory")) return undefined;
  const group = (id: string) => path.join(top, `ft-docker-${id}`);
  const root = place ?? "";
  return {
    top,
    plan: (id, limits, access) => plan(top, group(id), limits, access),
    join: (id, pid) => join(groupsOf(root, id, pid)?.inner),
    freezer: (id, pid) => freezer(groupsOf(root, id, pid)?.own),
    running: () => containersIn(top),
    usage: (id) => usage(group(id)),
  };
}

/** What is delegated to an ordinary user is the group that the user is in: cgroups(7), /proc/PID/cgroup. */
const ownGroup = (): string => /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1] ?? "/";
// #endregion find

const SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC;

// #region plan
/** These account for `stats`; others cost the whole host something and are enabled when a limit needs them. */
const ACCOUNTS = ["memory", "pids", "io"];

function plan(top: string, group: string, limits: Limits, { devices, writable }: Access): Cgroup {
  const available = words(path.join(top, "cgroup.controllers"));
  const needed = settings(limits);
  for (const { controller, file, value } of needed)
    if (!available.includes(controller)) throw missingController(controller, `${file}=${value}`);
  checkCpus(limits.cpusetCpus, path.join(top, "cpuset.cpus.effective"));
  const wanted = available.filter(
    (name) => ACCOUNTS.includes(name) || needed.some((each) => each.controller === name),
  );
  const room = makeRoom(top);
  const enabled = enableControllers(top, wanted);
  const birthplace = hold(group);
  return {
    changes: [...room.changes, ...enabled.changes, { kind: "cgroup", directories: [group] }],
    make: [
      ...room.steps,
      ...enabled.steps,
      makeGroup(group),
      ...needed.flatMap(({ file, value, why }) =>
        writeSteps(path.join(group, file), value, why, { hint: `is '${value}' a value that ${file} takes?` }),
      ),
      birthplace,
    ],
    birthplace,
    guard: devices ? guardDevices(group, devices) : [],
    enter: [],
    show: [
      step(
        "mount",
        ["cgroup2", "/sys/fs/cgroup", "cgroup2", SAFE | (writable ? 0 : MS_RDONLY), null],
        writable ? "its own group, and what it makes in it" : "its own group, to be looked at only",
      ),
    ],
    oomKills: () => table(path.join(group, "memory.events")).oom_kill ?? 0,
  };
}

function hold(group: string): Step {
  return step(
    "openat",
    [AT_FDCWD, group, O_PATH | O_DIRECTORY | O_CLOEXEC, 0],
    "hold the group, so that the child can be born in it",
  );
}
// #endregion plan

// #region join
/**
 * Where the process is, and the container's own group above it or the same: a container that may make groups has its
 * processes in those. An ordinary user's are below whatever group that user was in.
 */
function groupsOf(root: string, id: string, pid: number): { own: string; inner: string } | undefined {
  const found = new RegExp(`^0::(.*/ft-docker-${id})(/.*)?$`, "m").exec(read(`/proc/${pid}/cgroup`));
  return found?.[1] === undefined
    ? undefined
    : { own: path.join(root, found[1]), inner: path.join(root, found[1], found[2] ?? "") };
}

function join(group: string | undefined): Entry {
  const birthplace = group === undefined ? undefined : hold(group);
  return { make: birthplace ? [birthplace] : [], birthplace, enter: [] };
}

function freezer(group: string | undefined): Freezer | undefined {
  if (group === undefined) return undefined;
  const isFrozen = () => table(path.join(group, "cgroup.events")).frozen === 1;
  return { file: path.join(group, "cgroup.freeze"), frozen: "1", thawed: "0", isFrozen };
}
// #endregion join

// #region usage
function usage(group: string): Usage | undefined {
  if (!existsSync(group)) return undefined;
  const memory = table(path.join(group, "memory.stat"));
  const pressure = (name: string) => /avg10=([\d.]+)/.exec(read(path.join(group, `${name}.pressure`)))?.[1];
  const [cpu, memoryPressure, ioPressure] = ["cpu", "memory", "io"].map(pressure);
  return {
    cpu: table(path.join(group, "cpu.stat")).usage_usec ?? 0,
    // Cached files that nobody has used for a while can be dropped at any time: Docker doesn't count them either.
    memory: number(path.join(group, "memory.current"), 0) - (memory.inactive_file ?? 0),
    memoryPeak: number(path.join(group, "memory.peak"), 0) || undefined,
    memoryLimit: number(path.join(group, "memory.max"), Infinity),
    pids: number(path.join(group, "pids.current"), 0),
    pidsLimit: number(path.join(group, "pids.max"), Infinity),
    read: sum(path.join(group, "io.stat"), /rbytes=(\d+)/g),
    written: sum(path.join(group, "io.stat"), /wbytes=(\d+)/g),
    pressure:
      cpu === undefined
        ? undefined
        : { cpu: Number(cpu), memory: Number(memoryPressure ?? 0), io: Number(ioPressure ?? 0) },
  };
}
// #endregion usage
