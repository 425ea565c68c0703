/**
 * What keeps a default container's command inside, and the containers in which some of it is off: there an attempt that is
 * refused elsewhere works, so that it is known to be a real one.
 */
import type { Attempt } from "./attempt.ts";

/** The mechanisms, as the table names them, and what turns each of them off. */
export const GUARDS = {
  "user namespace":
    "The container’s root is nobody on the host: files, settings and devices of its root aren’t its own.",
  capabilities: "The command has few of root’s rights, and no program gives it another.",
  seccomp: "The filter refuses the syscall, whoever makes it.",
  "seccomp, by capability": "The filter refuses the syscall to who hasn’t got the capability for it.",
  "masks and read-only mounts": "The kernel’s own files can’t be written to, and some can’t be seen.",
  "device cgroup":
    "The container’s group opens no device but null, zero, full, random, urandom and terminals.",
  "PID namespace": "A process of the host’s has no number inside.",
  "network namespace": "The links, ports and abstract sockets of the host’s are in another network.",
  "cgroup namespace": "Nothing above the container’s own group can be mounted.",
  "own /dev": "The device files and the terminals in it are the container’s.",
  pivot_root: "The old root is unmounted: there is nothing to walk out to.",
  close_range: "The runtime’s open files are closed when the command begins.",
  RESOLVE_NO_MAGICLINKS:
    "A path is looked up without links like /proc/self/fd/7, which lead to what the runtime has open.",
  RESOLVE_NO_SYMLINKS:
    "Where the kernel’s file systems are mounted there has to be a directory, and no link.",
  RESOLVE_IN_ROOT: "A path in a volume is looked up as if the volume were the root.",
  PR_SET_DUMPABLE:
    "The memory that the runtime shares with its child until there is the command is seen with CAP_SYS_PTRACE over the host alone.",
  "sealed memfd":
    "With the host’s ids a command is executed by a small program in memory, which nobody can change, and not by the runtime’s.",
  fchdir: "The command begins in a directory that was looked up inside.",
} as const;

export type Guard = keyof typeof GUARDS;

export interface Container {
  /** What is different from a default container, as a reader would type it. */
  readonly name: string;
  readonly off: readonly Guard[];
  /** The folder of the chapter whose runtime starts it; undefined for a plain chroot. */
  readonly chapter: string | undefined;
  readonly flags: readonly string[];
  /** By `exec`, in a container that runs already. */
  readonly joined?: true;
}

/** The newest: its containers are those that the table is about. */
export const CHAPTER = "06-net-user";

/** Each alone, and with the others: what works when two are off, and with neither alone, is refused by both. */
const SWITCHES: readonly { readonly flags: readonly string[]; readonly off: readonly Guard[] }[] = [
  { flags: ["--security-opt", "seccomp=unconfined"], off: ["seccomp", "seccomp, by capability"] },
  { flags: ["--userns", "host"], off: ["user namespace"] },
  { flags: ["--cap-add", "ALL"], off: ["capabilities", "seccomp, by capability"] },
];

const combinations: Container[] = [...Array(2 ** SWITCHES.length).keys()].map((bits) => {
  const chosen = SWITCHES.filter((_, i) => bits & (1 << i));
  const flags = chosen.flatMap((each) => each.flags);
  return { name: flags.join(" "), chapter: CHAPTER, flags, off: chosen.flatMap(({ off }) => off) };
});

const PRIVILEGED: readonly Guard[] = [
  "seccomp",
  "seccomp, by capability",
  "capabilities",
  "masks and read-only mounts",
  "device cgroup",
];

const with06 = (flags: readonly string[], off: readonly Guard[]): Container => ({
  name: flags.join(" "),
  chapter: CHAPTER,
  flags,
  off,
});

const CHAPTER_03: readonly Guard[] = [
  ...PRIVILEGED,
  "user namespace",
  "network namespace",
  "cgroup namespace",
];

export const CONTAINERS: readonly Container[] = [
  ...combinations,
  with06(["--privileged"], [...PRIVILEGED, "user namespace"]),
  with06(["--privileged", "--userns", "auto"], PRIVILEGED),
  with06(["--network", "host"], ["network namespace"]),
  with06(["--network", "host", "--userns", "host"], ["network namespace", "user namespace"]),
  with06(["--cap-drop", "NET_RAW"], []),
  { name: "exec", chapter: CHAPTER, flags: [], off: [], joined: true },
  { name: "chapter 03", chapter: "03-pid-mnt", flags: [], off: CHAPTER_03 },
  {
    name: "chapter 02",
    chapter: "02-uts",
    flags: [],
    off: [...CHAPTER_03, "PID namespace", "own /dev", "pivot_root"],
  },
  {
    name: "a plain chroot",
    chapter: undefined,
    flags: [],
    off: [...CHAPTER_03, "pivot_root", "close_range", "fchdir"],
  },
];

/** Nothing is off in it. */
export const DEFAULT = CONTAINERS[0] as Container;

/**
 * Chapters 02 and 03 and the chroot have root's rights over this machine: nothing is tried there that needn't be. What needs
 * a network of the container's own says nothing in the host's.
 */
export function isTriedIn({ guards, allowed }: Attempt, container: Container): boolean {
  const { chapter, flags, off } = container;
  if (allowed)
    return [DEFAULT.flags.join(), allowed.refusedBy.join()].includes(flags.join()) && chapter === CHAPTER;
  if (chapter === CHAPTER) return true;
  const elsewhere = CONTAINERS.filter((each) => each.chapter === CHAPTER).flatMap((each) => each.off);
  return guards.every((guard) => off.includes(guard)) && guards.some((guard) => !elsewhere.includes(guard));
}
