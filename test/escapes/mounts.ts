/** Ways by mounts, and past those that hide the kernel's files or make them read-only. */
import type { Group } from "./attempt.ts";
import { file, OPENED } from "./needs.ts";

export const MOUNTS: Group = {
  title: "Mounts and masks",
  attempts: [
    {
      name: "another /proc",
      tries: "have one without masks",
      perl: 'call("mount", "proc", place(), "proc", 0, 0) && reads("/place/interrupts")',
      refused: "EPERM",
      guards: ["capabilities"],
    },
    {
      name: "another /sys",
      tries: "have one that can be written to",
      perl: `call("mount", "sysfs", place(), "sysfs", 0, 0) or return 0;
opens_to_write("/place/kernel/mm/transparent_hugepage/enabled")`,
      refused: "EPERM",
      guards: ["user namespace", "capabilities", "masks and read-only mounts"],
      stops: OPENED,
      needs: file("/sys/kernel/mm/transparent_hugepage/enabled"),
    },
    {
      name: "debugfs",
      tries: "mount the file system in which the kernel’s developers have their switches",
      perl: 'call("mount", "debugfs", place(), "debugfs", 0, 0)',
      refused: "EPERM",
      guards: ["user namespace", "capabilities"],
    },
    {
      name: "fsopen",
      tries: "mount by the newer syscalls, which a filter of old doesn’t know",
      perl: 'call("fsopen", "tmpfs", 0)',
      refused: "EPERM",
      guards: ["capabilities"],
    },
    {
      name: "a masked file",
      tries: "read what isn’t the container’s business",
      perl: 'reads("/proc/interrupts")',
      refused: "empty",
      guards: ["masks and read-only mounts"],
    },
    {
      name: "take a mask off",
      tries: "unmount what hides a file of /proc",
      perl: 'call("umount2", "/proc/interrupts", $MNT_DETACH) || stops_with("EINVAL")',
      refused: "EPERM",
      guards: ["capabilities"],
    },
    {
      name: "look under a mask",
      tries: "show /proc at a second place: a bind mount takes no mounts below it along",
      perl: 'call("mount", "/proc", place(), 0, $MS_BIND, 0) && reads("/place/interrupts")',
      refused: "EPERM",
      guards: ["capabilities"],
    },
    {
      name: "remount",
      tries: "make /proc/sys writable again",
      perl: `call("mount", 0, "/proc/sys", 0, $MS_BIND | $MS_REMOUNT, 0);
opens_to_write("/proc/sys/vm/swappiness")`,
      refused: "EACCES",
      guards: ["user namespace", "capabilities"],
      stops: OPENED,
    },
    {
      name: "/proc/1/root",
      tries: "reach a file of /proc by another path than the one that is read-only",
      perl: 'opens_to_write("/proc/1/root/proc/1/task/1/root/proc/sys/vm/swappiness")',
      refused: "EACCES",
      guards: ["user namespace", "masks and read-only mounts"],
      stops: OPENED,
    },
  ],
};
