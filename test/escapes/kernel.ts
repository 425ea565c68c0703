/** Ways to the kernel: its settings, its code, and syscalls that are the machine's. */
import { existsSync, readFileSync } from "node:fs";
import type { Attempt, Group } from "./attempt.ts";

const file = (name: string) => ({ what: name, here: () => existsSync(name) });

const setting = (name: string, right: (value: number) => boolean) => ({
  what: `another setting of ${name}`,
  here: () => !existsSync(name) || right(Number(readFileSync(name, "latin1"))),
});

const OPENED = "The file is opened for writing; nothing is written.";
const HOSTS = ["user namespace", "masks and read-only mounts"] as const;
const ROOTS = ["user namespace", "capabilities"] as const;

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

export const SYSCALLS: Group = {
  title: "The kernel’s code and its clock",
  attempts: [
    {
      name: "kernel modules",
      tries: "load code into the kernel",
      perl: 'call("finit_module", -1, "", 0) || stops_with("EBADF")',
      refused: "EPERM",
      guards: ROOTS,
      stops: "There is no file behind the descriptor.",
      needs: file("/proc/modules"),
    },
    {
      name: "kexec",
      tries: "start another kernel",
      perl: 'call("kexec_load", 0, 1000, 0, 0) || stops_with("EINVAL")',
      refused: "EPERM",
      guards: ["user namespace", "capabilities", "seccomp"],
      stops: "The kernel takes 16 segments, not 1000.",
      needs: file("/sys/kernel/kexec_loaded"),
    },
    {
      name: "bpf",
      tries: "look at the programs that others have in the kernel, or add one",
      perl: 'call("bpf", $BPF_PROG_GET_NEXT_ID, pack("x120"), 120) || stops_with("ENOENT")',
      refused: "EPERM",
      guards: ROOTS,
    },
    {
      name: "io_uring",
      tries: "make syscalls past the seccomp filter, by a queue",
      perl: 'call("io_uring_setup", 1, pack("x120"))',
      refused: "EPERM",
      guards: ["seccomp"],
      needs: setting("/proc/sys/kernel/io_uring_disabled", (value) => value === 0),
    },
    {
      name: "userfaultfd",
      tries: "hold a thread at a page fault, for as long as an exploit needs it",
      perl: 'call("userfaultfd", $UFFD_USER_MODE_ONLY)',
      refused: "EPERM",
      guards: ["seccomp"],
    },
    {
      name: "perf_event_open",
      tries: "watch all that a processor does",
      perl: 'call("perf_event_open", pack("LLQx112", $PERF_TYPE_SOFTWARE, 128, 0), -1, 0, -1, 0)',
      refused: "EPERM",
      guards: ROOTS,
      needs: setting("/proc/sys/kernel/perf_event_paranoid", (value) => value > 0),
    },
    {
      name: "personality",
      tries: "make all readable memory executable",
      perl: 'call("personality", $READ_IMPLIES_EXEC)',
      refused: "EPERM",
      guards: ["seccomp"],
    },
    {
      name: "keyrings",
      tries: "use keys that others have left: the kernel keeps them for a user, not for a container",
      perl: 'call("add_key", "user", "ft-docker", "key", 3, $KEY_SPEC_PROCESS_KEYRING)',
      refused: "EPERM",
      guards: ["seccomp"],
    },
    {
      name: "clock_settime",
      tries: "set the machine’s clock",
      perl: 'call("clock_settime", $CLOCK_REALTIME, 0) || stops_with("EFAULT")',
      refused: "EPERM",
      guards: ["seccomp, by capability"],
      stops: "There is no time behind the pointer.",
    },
    {
      name: "settimeofday",
      tries: "set the machine’s clock",
      perl: 'call("settimeofday", 0, 0)',
      refused: "EPERM",
      guards: ROOTS,
      stops: "Neither a time nor a time zone is given.",
    },
    {
      name: "clock_adjtime",
      tries: "let the machine’s clock run faster; the filter lets it through, since it also tells the time",
      perl: 'call("clock_adjtime", $CLOCK_REALTIME, pack("Lx204", $ADJ_TICK)) || stops_with("EINVAL")',
      refused: "EPERM",
      guards: ROOTS,
      stops: "A tick of 0 µs is none.",
    },
    {
      name: "reboot",
      tries: "end the PID namespace, and on the host the machine",
      perl: 'call("reboot", 0, 0, 0, 0) || stops_with("EINVAL")',
      refused: "EPERM",
      guards: ["capabilities"],
      stops: "The magic numbers are wrong.",
    },
    {
      name: "swapon",
      tries: "let the kernel write memory to a disk of one’s choice",
      perl: 'call("swapon", "", 0) || stops_with("ENOENT")',
      refused: "EPERM",
      guards: ["user namespace", "capabilities", "seccomp"],
      stops: "The path is empty.",
    },
    {
      name: "syslog",
      tries: "read the kernel’s log, with addresses of the kernel’s in it",
      perl: 'call("syslog", $SYSLOG_ACTION_SIZE_UNREAD, 0, 0)',
      refused: "EPERM",
      guards: ROOTS,
    },
    {
      name: "iopl",
      tries: "speak to devices by their ports, past every driver",
      perl: 'call("iopl", 3)',
      refused: "EPERM",
      guards: ROOTS,
      needs: { what: "x64", here: () => process.arch === "x64" },
    },
  ],
};
