/** Ways to the kernel by files: its settings, and the container's own group. */
import { readFileSync } from "node:fs";
import type { Attempt, Group } from "./attempt.ts";
import { file, OPENED } from "./needs.ts";

const HOSTS = ["user namespace", "masks and read-only mounts"] as const;

const writeTo = (path: string, name: string, tries: string): Attempt => ({
  name,
  tries,
  perl: `opens_to_write("${path}")`,
  refused: "EACCES",
  guards: HOSTS,
  stops: OPENED,
  needs: file(path),
});

export const SETTINGS: Group = {
  title: "The kernel’s settings",
  attempts: [
    writeTo(
      "/proc/sysrq-trigger",
      "sysrq-trigger",
      "restart the machine, or kill its processes, by a letter",
    ),
    writeTo(
      "/proc/sys/kernel/core_pattern",
      "core_pattern",
      "name a program that the kernel runs as the host’s root when a process crashes",
    ),
    writeTo(
      "/proc/sys/kernel/modprobe",
      "modprobe",
      "name the program that the kernel runs as the host’s root to load a module",
    ),
    writeTo("/proc/sys/vm/swappiness", "/proc/sys", "change a setting of the whole machine"),
    {
      ...writeTo(
        "/sys/kernel/mm/transparent_hugepage/enabled",
        "/sys",
        "change a setting of the whole machine",
      ),
      refused: "EROFS",
    },
    {
      ...writeTo(
        "/sys/kernel/uevent_helper",
        "uevent_helper",
        "name a program that the kernel runs as the host’s root when a device comes",
      ),
      refused: "EROFS",
    },
    {
      name: "the group’s own files",
      tries: "give the container more memory than its limit",
      perl: 'opens_to_write(group() . "/cgroup.procs")',
      refused: "EACCES",
      guards: HOSTS,
      stops: OPENED,
    },
    {
      name: "release_agent",
      tries: "name a program that the kernel runs as the host’s root when a group of cgroup v1 is empty",
      perl: 'call("mount", "cgroup", place(), "cgroup", 0, "memory") && opens_to_write("/place/release_agent")',
      refused: "EPERM",
      guards: ["cgroup namespace"],
      stops: OPENED,
      needs: {
        what: "memory in cgroup v1",
        here: () =>
          /^\S+ \S+ \S+ \S+ \S+ .* - cgroup \S+ .*\bmemory\b/m.test(
            readFileSync("/proc/self/mountinfo", "latin1"),
          ),
      },
    },
  ],
};
