/**
 * Some files of /proc and /sys aren't in any namespace: they tell of the whole machine, or change it. Masking hides
 * them (an empty file or directory lies on top), and read-only mounts keep them from being written. The lists are
 * Docker's defaults. A mask helps against accidents; root in this container could take it off again until chapter 06.
 */
import { statSync } from "node:fs";
import {
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
} from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";

// #region lists
const MASKED = [
  "/proc/acpi",
  "/proc/asound",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/sys/devices/virtual/powercap",
  "/sys/firmware",
];

const READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
// #endregion lists

// #region masks
/** Not every kernel has all of these files; those that this one has must be hidden, or the container doesn't start. */
export function masks(): Step[] {
  return [...MASKED.flatMap(mask), ...READ_ONLY.flatMap(readOnly)];
}

function mask(path: string): Step[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isDirectory())
    return [step("mount", ["tmpfs", path, "tmpfs", MS_RDONLY, "size=0k"], `hide ${path}`)];
  return [step("mount", ["/dev/null", path, null, MS_BIND, null], `hide ${path}`)];
}

/** A bind mount takes its flags from a second call only: mount(2), "Remounting an existing mount". */
function readOnly(path: string): Step[] {
  if (!statSync(path, { throwIfNoEntry: false })) return [];
  const flags = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
  return [
    step("mount", [path, path, null, MS_BIND | MS_REC, null], `${path} as a mount of its own`),
    step("mount", [null, path, null, flags, null], "which is read-only"),
  ];
}
// #endregion masks
