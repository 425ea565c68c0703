/** Ways by namespaces, and out of the root. */
import type { Group } from "./attempt.ts";
import { setting } from "./needs.ts";

/** AppArmor may let only some programs have rights in a user namespace of their own, as on Ubuntu. */
const userNamespaces = setting(
  "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
  (value) => value === 0,
);

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
