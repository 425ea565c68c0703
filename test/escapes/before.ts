/** Ways out that are laid before the container begins, in its image, its volumes or its command, as data: see starts.ts. */
import type { Way } from "./attempt.ts";

export interface Start extends Way {
  /** What a reader would type or write to try it. */
  readonly shown: string;
  /** What hasn't got the guard, in words. */
  readonly naive: string;
}

/** A script whose interpreter is node, since node executes it. */
export const EXE = `#!/proc/self/exe
try {
  const { accessSync, constants } = require("fs");
  accessSync("/proc/self/exe", constants.W_OK);
  console.log("works");
} catch ({ code }) {
  console.log(code);
}
`;

/** Its argument is the name of the runtime's program. */
export const JOINING = `$| = 1;
for (;;) {
  opendir(my $processes, "/proc");
  for my $pid (grep { /^\\d+$/ && $_ != $$ } readdir($processes)) {
    my $program = readlink("/proc/$pid/exe");
    print("works\\n"), sleep(1000) if defined($program) && $program eq $ARGV[0];
    print("EACCES\\n"), sleep(1000) if !defined($program) && $! == 13;
  }
}
`;

export const STARTS = {
  exe: {
    name: "/proc/self/exe",
    tries:
      "overwrite the runtime: a script whose interpreter is the program of who executes it (CVE-2019-5736)",
    shown: EXE,
    refused: "EACCES",
    guards: ["user namespace", "sealed memfd"],
    stops:
      "It only asks whether it might write. As long as the program runs, the kernel lets nobody do so: ETXTBSY.",
    naive: "chapter 05",
  },
  directory: {
    name: "a working directory outside",
    tries: "begin in a directory that the runtime has open (CVE-2024-21626)",
    shown: "run -w /proc/self/fd/9 …",
    refused: "ELOOP",
    guards: ["RESOLVE_NO_MAGICLINKS"],
    naive: "chroot and chdir",
  },
  links: {
    name: "/proc, /sys or /dev as a link",
    tries: "have the runtime mount over a directory of the host’s, by an image",
    shown: "ln -s /etc rootfs/dev",
    refused: "ELOOP",
    guards: ["RESOLVE_NO_SYMLINKS", "pivot_root"],
    naive: "mount before pivot_root",
  },
  mountpoint: {
    name: "a mountpoint behind a link",
    tries: "have the runtime make a directory on the host, by a volume with a link in it",
    shown: "run -v volume:/volume -v other:/volume/link/new …",
    refused: "ENOENT",
    guards: ["RESOLVE_IN_ROOT", "pivot_root"],
    naive: "mkdir -p",
  },
  race: {
    name: "a race for a mountpoint",
    tries: "exchange a directory of a volume for a link while the runtime makes a mountpoint in it",
    shown: "run -v volume:/volume -v other:/volume/place/new …",
    refused: "inside",
    guards: ["RESOLVE_IN_ROOT", "pivot_root"],
    naive: "mkdir",
  },
  joining: {
    name: "a process that joins",
    tries:
      "look at exec’s process while it comes in: its program, files and memory are the runtime’s until it has the command",
    shown: JOINING,
    refused: "EACCES",
    guards: ["PR_SET_DUMPABLE"],
    stops: "The program is named, and not opened.",
    naive: "--userns host --cap-add SYS_PTRACE",
  },
} as const satisfies Readonly<Record<string, Start>>;
