/**
 * The limits as cgroup v1 has them: the same ideas under older names. Where v2 has one file with two numbers, v1 has two
 * files; a weight is on another scale; -1 is no limit.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import { read } from "./cgroup-files.ts";
import type { Limits, Setting } from "./limits.ts";

/** Each controller's tree; one tree may have two controllers, such as /sys/fs/cgroup/cpu,cpuacct. */
export type Trees = ReadonlyMap<string, string>;

// #region settings
const PERIOD = 1000 * 100;

export function settings(limits: Limits, trees: Trees): Setting[] {
  const { memory, memoryReservation, cpus, cpuShares, cpusetCpus, pids, readBps, writeBps, conf } = limits;
  const set = (file: string, value: string | number, why: string): Setting => ({
    controller: file.slice(0, file.indexOf(".")),
    file,
    value: value === Infinity ? (file === "pids.max" ? "max" : "-1") : `${value}`,
    why,
  });
  const [first] = conf;
  if (first)
    throw new UserError(`--cgroup-conf ${first.join("=")}: this host has cgroup v1`, {
      hint: "it names files of v2 only",
    });
  const mems = path.join(trees.get("cpuset") ?? "", "cpuset.mems");
  return [
    ...(memory ? [set("memory.limit_in_bytes", memory, "what no reclaim gets below this is killed")] : []),
    ...swap(limits, trees).map((bytes) =>
      set("memory.memsw.limit_in_bytes", bytes, "memory and swap together"),
    ),
    ...(memoryReservation
      ? [
          set(
            "memory.soft_limit_in_bytes",
            memoryReservation,
            "what is above goes first when the host runs short",
          ),
        ]
      : []),
    ...(cpus
      ? [
          set("cpu.cfs_period_us", PERIOD, "its work is counted anew in each of these"),
          set("cpu.cfs_quota_us", Math.round(cpus * PERIOD), "microseconds of work in each period"),
        ]
      : []),
    ...(cpuShares ? [set("cpu.shares", cpuShares, "its part where processors are scarce")] : []),
    ...(cpusetCpus
      ? [
          set("cpuset.mems", read(mems), "a new group has no memory nodes, and takes nobody before it has"),
          set("cpuset.cpus", cpusetCpus, "the only processors that it runs on"),
        ]
      : []),
    ...(pids ? [set("pids.max", pids, "the fork that would be one too many fails")] : []),
    ...readBps.map(({ device, rate }) =>
      set("blkio.throttle.read_bps_device", `${device} ${rate}`, "bytes read in a second"),
    ),
    ...writeBps.map(({ device, rate }) =>
      set("blkio.throttle.write_bps_device", `${device} ${rate}`, "bytes written in a second"),
    ),
  ];
}

/** Where the kernel doesn't account for swap (swapaccount=0), only what is asked for is an error. */
function swap({ memory, memorySwap }: Limits, trees: Trees): number[] {
  if (memory === undefined) return [];
  if (memorySwap !== undefined) return [memorySwap];
  return existsSync(path.join(trees.get("memory") ?? "", "memory.memsw.limit_in_bytes")) ? [2 * memory] : [];
}
// #endregion settings
