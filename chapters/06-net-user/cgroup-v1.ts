/**
 * cgroup v1: a tree of its own for each controller, so a container is a group in each of them, and is moved into them one
 * by one. `cgroup.procs` takes a process, `tasks` a single thread: a group could hold one half of a process, which v2 has
 * given up. See the kernel's Documentation/admin-guide/cgroup-v1.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { AT_FDCWD, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_REMOUNT } from "../../syscall/constants.ts";
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
  writeSteps,
} from "./cgroup-files.ts";
import type { Access, Cgroup, Freezer, Generation, Mount, Usage } from "./cgroups.ts";
import { allowInFiles, type DeviceRule } from "./device-rules.ts";
import type { Limits } from "./limits.ts";
import { settings, type Trees } from "./limits-v1.ts";

// #region find
const CONTROLLERS = ["cpu", "cpuacct", "memory", "pids", "blkio", "cpuset", "devices", "freezer"];

export function findV1(mounts: readonly Mount[]): Generation | undefined {
  const trees = new Map(
    mounts
      .filter(({ type }) => type === "cgroup")
      .flatMap(({ place, options }) =>
        CONTROLLERS.filter((name) => options.includes(name)).map((name) => [name, place] as const),
      ),
  );
  const [first] = trees.values();
  if (first === undefined) return undefined;
  const group = (tree: string, id: string) => path.join(tree, `ft-docker-${id}`);
  return {
    top: first,
    plan: (id, limits, access) => plan(trees, (tree) => group(tree, id), limits, access),
    join: (id) => ({
      make: [],
      birthplace: undefined,
      enter: enter([...new Set(trees.values())].map((tree) => group(tree, id)).filter(existsSync)),
    }),
    freezer: (id) => freezer(path.join(group(trees.get("freezer") ?? "/nowhere", id), "freezer.state")),
    running: () => containersIn(first),
    usage: (id) =>
      usage((name, file) => path.join(group(trees.get(name) ?? "/nowhere", id), file), group(first, id)),
  };
}
// #endregion find

// #region plan
function plan(
  trees: Trees,
  group: (tree: string) => string,
  limits: Limits,
  { devices, writable }: Access,
): Cgroup {
  const needed = settings(limits, trees);
  for (const { controller, file, value } of needed)
    if (!trees.has(controller)) throw missingController(controller, `${file}=${value}`);
  checkCpus(limits.cpusetCpus, path.join(trees.get("cpuset") ?? "", "cpuset.cpus"));
  const used = [...trees].filter(([name]) => name !== "cpuset" || limits.cpusetCpus !== undefined);
  const places = [...new Set(used.map(([, tree]) => tree))];
  return {
    changes: [{ kind: "cgroup", directories: places.map(group) }],
    make: [
      ...places.map((tree) => makeGroup(group(tree))),
      ...needed.flatMap(({ controller, file, value, why }) =>
        writeSteps(path.join(group(trees.get(controller) ?? ""), file), value, why, {
          hint: `is '${value}' a value that ${file} takes?`,
        }),
      ),
      ...allowDevices(group(trees.get("devices") ?? ""), trees.has("devices") ? devices : undefined),
    ],
    birthplace: undefined,
    guard: [],
    enter: enter(places.map(group)),
    show: show(places, trees, writable),
    oomKills: () => table(path.join(group(trees.get("memory") ?? ""), "memory.oom_control")).oom_kill ?? 0,
  };
}

const enter = (groups: readonly string[]): Step[] =>
  groups.flatMap((each) => writeSteps(path.join(each, "tasks"), "0", "0 is who writes: it moves itself"));

function allowDevices(group: string, devices: readonly DeviceRule[] | undefined): Step[] {
  if (!devices) return [];
  return allowInFiles(devices).flatMap(([file, text]) =>
    writeSteps(path.join(group, file), text, "what isn't allowed can't be opened"),
  );
}

const SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC;

function show(places: readonly string[], trees: Trees, writable: boolean): Step[] {
  return [
    step(
      "mount",
      ["cgroup", "/sys/fs/cgroup", "tmpfs", SAFE, "mode=755,size=0k"],
      "a place for one directory a tree",
    ),
    ...places.flatMap((tree) => {
      const names = [...trees]
        .filter(([, each]) => each === tree)
        .map(([name]) => name)
        .join(",");
      const directory = `/sys/fs/cgroup/${names}`;
      return [
        step("mkdirat", [AT_FDCWD, directory, 0o755], `the place for ${names}`),
        step(
          "mount",
          ["cgroup", directory, "cgroup", SAFE | (writable ? 0 : MS_RDONLY), names],
          writable ? "its own group, and what it makes in it" : "its own group, to be looked at only",
        ),
      ];
    }),
    step(
      "mount",
      [null, "/sys/fs/cgroup", null, SAFE | MS_REMOUNT | MS_RDONLY, null],
      "and nothing is to be added",
    ),
  ];
}
// #endregion plan

// #region freezer
function freezer(file: string): Freezer | undefined {
  if (!existsSync(file)) return undefined;
  return { file, frozen: "FROZEN", thawed: "THAWED", isFrozen: () => read(file) === "FROZEN" };
}
// #endregion freezer

function usage(file: (controller: string, name: string) => string, group: string): Usage | undefined {
  if (!existsSync(group)) return undefined;
  const io = file("blkio", "blkio.throttle.io_service_bytes");
  const memory = table(file("memory", "memory.stat"));
  const limit = memory.hierarchical_memory_limit ?? Infinity;
  return {
    cpu: number(file("cpuacct", "cpuacct.usage"), 0) / 1000,
    memory: number(file("memory", "memory.usage_in_bytes"), 0) - (memory.total_inactive_file ?? 0),
    memoryPeak: number(file("memory", "memory.max_usage_in_bytes"), 0),
    memoryLimit: limit < Number.MAX_SAFE_INTEGER ? limit : Infinity,
    pids: number(file("pids", "pids.current"), 0),
    pidsLimit: number(file("pids", "pids.max"), Infinity),
    read: sum(io, /Read (\d+)/g),
    written: sum(io, /Write (\d+)/g),
    pressure: undefined,
  };
}
