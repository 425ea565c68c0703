/**
 * The limits as cgroup v2 has them. A name's first part is the controller; all sizes are in bytes; "max" is no limit, and is
 * what each file says before something is written.
 */
import { read } from "./cgroup-files.ts";
import type { Limits, Setting } from "./limits.ts";

// #region settings
/** In microseconds: a group's share of the processors is counted anew in each of these. */
const PERIOD = 1000 * 100;

export function settings(limits: Limits): Setting[] {
  const { memory, memoryReservation, cpus, cpuShares, cpusetCpus, pids, readBps, writeBps, conf } = limits;
  const set = (file: string, value: string | number, why: string): Setting => ({
    controller: file.slice(0, file.indexOf(".")),
    file,
    value: value === Infinity ? "max" : `${value}`,
    why,
  });
  return [
    ...(memory ? [set("memory.max", memory, "what no reclaim gets below this is killed")] : []),
    ...swap(limits).map((bytes) => set("memory.swap.max", bytes, "swap is no way around the limit")),
    ...(memoryReservation ? [set("memory.low", memoryReservation, "left alone while others have more")] : []),
    ...(cpus
      ? [set("cpu.max", `${Math.round(cpus * PERIOD)} ${PERIOD}`, "microseconds of work in each period")]
      : []),
    ...(cpuShares ? [set("cpu.weight", weight(cpuShares), "its part where processors are scarce")] : []),
    ...(cpusetCpus ? [set("cpuset.cpus", cpusetCpus, "the only processors that it runs on")] : []),
    ...(pids ? [set("pids.max", pids, "the fork that would be one too many fails")] : []),
    ...readBps.map(({ device, rate }) => set("io.max", `${device} rbps=${rate}`, "bytes read in a second")),
    ...writeBps.map(({ device, rate }) =>
      set("io.max", `${device} wbps=${rate}`, "bytes written in a second"),
    ),
    ...conf.map(([file, value]) => set(file, value, "as --cgroup-conf says")),
  ];
}

/** v2 counts swap by itself, the flag counts both together. Without swap on the host there is nothing to limit. */
function swap({ memory, memorySwap }: Limits): number[] {
  if (memory === undefined) return [];
  if (memorySwap !== undefined) return [memorySwap - memory];
  return read("/proc/swaps").includes("\n") ? [memory] : [];
}

/** From v1's scale (2 to 262144, usually 1024) to v2's (1 to 10000, usually 100), as runc 1.3 does. */
export function weight(shares: number): number {
  const l = Math.log2(shares);
  return Math.min(10000, Math.ceil(10 ** ((l * l + 125 * l) / 612 - 7 / 34)));
}
// #endregion settings
