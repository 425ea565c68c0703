/** Ways by namespaces, mounts and paths. */
import { existsSync, readFileSync } from "node:fs";
import type { Group } from "./attempt.ts";

const OPENED = "The file is opened for writing; nothing is written.";
const EVERYBODY = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";

/** AppArmor may let only some programs have rights in a user namespace of their own, as on Ubuntu. */
const userNamespaces = {
  what: "user namespaces for every program",
  here: () => !existsSync(EVERYBODY) || readFileSync(EVERYBODY, "latin1").trim() === "0",
};

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
      needs: {
        what: "transparent huge pages",
        here: () => existsSync("/sys/kernel/mm/transparent_hugepage/enabled"),
      },
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

export const NAMESPACES: Group = {
  title: "Namespaces and the root",
  attempts: [
    {
      name: "unshare",
      tries: "be root of a new user namespace, which has all capabilities in it",
      perl: 'call("unshare", $CLONE_NEWUSER)',
      refused: "EPERM",
      guards: ["seccomp, by capability"],
    },
    {
      name: "unshare, then mount",
      tries: "use those capabilities: mount code of the kernel’s is large, and was made for root",
      perl: 'call("unshare", $CLONE_NEWUSER | $CLONE_NEWNS) && call("mount", "none", "/tmp", "tmpfs", 0, 0)',
      refused: "EPERM",
      guards: ["seccomp, by capability"],
      needs: userNamespaces,
    },
    {
      name: "clone",
      tries: "start a process in a new user namespace",
      perl: `call("clone", $CLONE_NEWUSER | $SIGCHLD, 0, 0, 0, 0) or return 0;
exit if $returned == 0;
1`,
      refused: "EPERM",
      guards: ["seccomp, by capability"],
    },
    {
      name: "clone3",
      tries: "do the same where a filter can’t look: the flags are in memory",
      perl: `call("clone3", pack("Q11", $CLONE_NEWUSER, 0, 0, 0, $SIGCHLD, (0) x 6), 88) or return 0;
exit if $returned == 0;
1`,
      refused: "ENOSYS",
      guards: ["seccomp, by capability"],
    },
    {
      name: "setns",
      tries: "go to the namespaces of a process of the host’s, by its /proc",
      perl: `sysopen(my $namespace, "/proc/$HOST_PID/ns/uts", 0) or return 0;
call("setns", fileno($namespace), $CLONE_NEWUTS)`,
      refused: "ENOENT",
      guards: ["PID namespace"],
    },
    {
      name: "chroot",
      tries: "walk out of the root: chroot to a directory, and the way up from here has no end",
      perl: `chroot(place()) or return 0;
chdir("..") for 1 .. 99;
chroot(".");
-e $HOST_FILE`,
      refused: "ENOENT",
      guards: ["pivot_root"],
    },
    {
      name: "pivot_root",
      tries: "exchange the root once more, and find the host’s below",
      perl: `call("mount", "none", place(), "tmpfs", 0, 0) && chdir("/place") or return 0;
call("pivot_root", ".", ".")`,
      refused: "EPERM",
      guards: ["capabilities", "seccomp"],
    },
    {
      name: "a leaked file descriptor",
      tries: "use a directory of the host’s that the runtime has open, and was itself started with",
      perl: 'for my $fd (3 .. 99) { call("openat", $fd, ".", $O_DIRECTORY) && return 1 }',
      refused: "EBADF",
      guards: ["close_range"],
    },
    {
      name: "a leaked working directory",
      tries: "find the directory in which the runtime was started",
      perl: "-e $HOST_NAME",
      refused: "ENOENT",
      guards: ["fchdir"],
    },
  ],
};
