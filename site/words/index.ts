/** Words of the kernel that are explained where they stand: syscalls, constants, errnos, files. */
import { ERRNOS } from "./errnos.ts";
import { FILES } from "./files.ts";
import { FAMILIES, FLAGS } from "./flags.ts";
import { SYSCALLS } from "./syscalls.ts";

export interface Word {
  readonly name: string;
  readonly kind: "syscall" | "constant" | "errno" | "file";
  readonly means: string;
  /** "mount.2": page and section. */
  readonly manual: string | undefined;
}

/** Pages that have another name than the syscall. */
const PAGES: Readonly<Record<string, string>> = {
  clone3: "clone",
  dup3: "dup",
  openat: "open",
  mkdirat: "mkdir",
  mknodat: "mknod",
  symlinkat: "symlink",
  unlinkat: "unlink",
  umount2: "umount",
  ppoll: "poll",
  pipe2: "pipe",
  recvmsg: "recv",
  sendmsg: "send",
  rt_sigaction: "sigaction",
  rt_sigprocmask: "sigprocmask",
  fchdir: "chdir",
  setdomainname: "getdomainname",
  sethostname: "gethostname",
  capset: "capget",
  accept4: "accept",
  fchown: "chown",
  ftruncate: "truncate",
  recvfrom: "recv",
  renameat: "rename",
  sendto: "send",
  signalfd4: "signalfd",
};

const entries: readonly Word[] = [
  ...Object.entries(SYSCALLS).map(
    ([name, means]): Word => ({ name, means, kind: "syscall", manual: syscallManual(name) }),
  ),
  ...Object.entries(FLAGS).map(
    ([name, means]): Word => ({
      name,
      means,
      kind: "constant",
      manual: FAMILIES.find(([prefix]) => name.startsWith(prefix))?.[1],
    }),
  ),
  ...Object.entries(ERRNOS).map(([name, means]): Word => ({ name, means, kind: "errno", manual: "errno.3" })),
  ...Object.entries(FILES).map(
    ([name, means]): Word => ({ name, means, kind: "file", manual: fileManual(name) }),
  ),
];
export const WORDS: ReadonlyMap<string, Word> = new Map(entries.map((word) => [word.name, word]));

function syscallManual(name: string): string {
  return `${PAGES[name] ?? name}.2`;
}

function fileManual(name: string): string | undefined {
  if (name.startsWith("/proc")) return "proc.5";
  if (name.startsWith("/sys/fs/cgroup")) return "cgroups.7";
  return name.startsWith("/sys") ? "sysfs.5" : undefined;
}

/** A page of the manual on the web; who is offline types `man 2 mount`. */
export function manualAddress(manual: string): string {
  const section = manual.split(".").at(-1);
  return `https://man7.org/linux/man-pages/man${section}/${manual}.html`;
}

export const manualCommand = (manual: string): string => {
  const [page, section] = manual.split(".");
  return `man ${section} ${page}`;
};

/** A word's place in a list of words. */
export const wordId = (name: string): string => name.replaceAll("/", "-").replace(/^-/, "");
