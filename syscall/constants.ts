/**
 * The kernel's constants, under the kernel's names. Each table holds the flags that one kind of argument
 * takes, so that a number can be printed as the names it is made of (see `decodeFlags`).
 * Values: the uapi headers of Linux 6.1 (`include/uapi/linux`); those below are the same on x86-64 and arm64,
 * but for the four O_ flags that arm64 numbers differently.
 */

const arm64 = process.arch === "arm64";

/** clone(2), clone3(2), unshare(2), setns(2) */
export const CLONE = {
  CLONE_VM: 0x100,
  CLONE_FS: 0x200,
  CLONE_FILES: 0x400,
  CLONE_PIDFD: 0x1000,
  CLONE_VFORK: 0x4000,
  CLONE_PARENT: 0x8000,
  CLONE_NEWNS: 0x20000,
  CLONE_NEWCGROUP: 0x2000000,
  CLONE_NEWUTS: 0x4000000,
  CLONE_NEWIPC: 0x8000000,
  CLONE_NEWUSER: 0x10000000,
  CLONE_NEWPID: 0x20000000,
  CLONE_NEWNET: 0x40000000,
  CLONE_CLEAR_SIGHAND: 0x100000000,
  CLONE_INTO_CGROUP: 0x200000000,
} as const;

/** mount(2) */
export const MS = {
  MS_RDONLY: 1,
  MS_NOSUID: 2,
  MS_NODEV: 4,
  MS_NOEXEC: 8,
  MS_REMOUNT: 32,
  MS_NOATIME: 1024,
  MS_BIND: 4096,
  MS_MOVE: 8192,
  MS_REC: 16384,
  MS_PRIVATE: 1 << 18,
  MS_SLAVE: 1 << 19,
  MS_SHARED: 1 << 20,
  MS_RELATIME: 1 << 21,
  MS_STRICTATIME: 1 << 24,
} as const;

/** umount2(2) */
export const MNT = { MNT_FORCE: 1, MNT_DETACH: 2, MNT_EXPIRE: 4, UMOUNT_NOFOLLOW: 8 } as const;

/** open(2) */
export const O = {
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_DIRECTORY: arm64 ? 0o40000 : 0o200000,
  O_NOFOLLOW: arm64 ? 0o100000 : 0o400000,
  O_CLOEXEC: 0o2000000,
  O_PATH: 0o10000000,
} as const;

/** openat2(2), `open_how.resolve` */
export const RESOLVE = {
  RESOLVE_NO_XDEV: 1,
  RESOLVE_NO_MAGICLINKS: 2,
  RESOLVE_NO_SYMLINKS: 4,
  RESOLVE_BENEATH: 8,
  RESOLVE_IN_ROOT: 16,
} as const;

/** The AT_ flags of openat(2), execveat(2), unlinkat(2), mount_setattr(2) */
export const AT = {
  AT_SYMLINK_NOFOLLOW: 0x100,
  AT_REMOVEDIR: 0x200,
  AT_EMPTY_PATH: 0x1000,
  AT_RECURSIVE: 0x8000,
} as const;

/** open_tree(2): its own flag and the ones that it shares with others */
export const OPEN_TREE = { OPEN_TREE_CLONE: 1, OPEN_TREE_CLOEXEC: O.O_CLOEXEC, ...AT } as const;

/** move_mount(2) */
export const MOVE_MOUNT = {
  MOVE_MOUNT_F_SYMLINKS: 1,
  MOVE_MOUNT_F_EMPTY_PATH: 4,
  MOVE_MOUNT_T_SYMLINKS: 0x10,
  MOVE_MOUNT_T_EMPTY_PATH: 0x40,
} as const;

/** mount_setattr(2), `mount_attr.attr_set` and `attr_clr` */
export const MOUNT_ATTR = {
  MOUNT_ATTR_RDONLY: 1,
  MOUNT_ATTR_NOSUID: 2,
  MOUNT_ATTR_NODEV: 4,
  MOUNT_ATTR_NOEXEC: 8,
  MOUNT_ATTR_IDMAP: 0x100000,
} as const;

/** ioctl_tty(2) */
export const TTY = {
  TCGETS: 0x5401,
  TCSETS: 0x5402,
  TIOCSCTTY: 0x540e,
  TIOCSPGRP: 0x5410,
  TIOCGWINSZ: 0x5413,
  TIOCSWINSZ: 0x5414,
  TIOCGPTN: 0x80045430,
  TIOCSPTLCK: 0x40045431,
  TIOCGPTPEER: 0x5441,
  /** netdevice(7) */
  SIOCSIFFLAGS: 0x8914,
} as const;

/** prctl(2), its first argument */
export const PR = {
  PR_SET_PDEATHSIG: 1,
  PR_SET_DUMPABLE: 4,
  PR_SET_KEEPCAPS: 8,
  PR_CAPBSET_DROP: 24,
  PR_SET_SECUREBITS: 28,
  PR_SET_CHILD_SUBREAPER: 36,
  PR_SET_NO_NEW_PRIVS: 38,
} as const;

/** capabilities(7): the number of each is its bit in a set. */
export const CAP = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_DAC_READ_SEARCH: 2,
  CAP_FOWNER: 3,
  CAP_FSETID: 4,
  CAP_KILL: 5,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_SETPCAP: 8,
  CAP_LINUX_IMMUTABLE: 9,
  CAP_NET_BIND_SERVICE: 10,
  CAP_NET_BROADCAST: 11,
  CAP_NET_ADMIN: 12,
  CAP_NET_RAW: 13,
  CAP_IPC_LOCK: 14,
  CAP_IPC_OWNER: 15,
  CAP_SYS_MODULE: 16,
  CAP_SYS_RAWIO: 17,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_PACCT: 20,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_BOOT: 22,
  CAP_SYS_NICE: 23,
  CAP_SYS_RESOURCE: 24,
  CAP_SYS_TIME: 25,
  CAP_SYS_TTY_CONFIG: 26,
  CAP_MKNOD: 27,
  CAP_LEASE: 28,
  CAP_AUDIT_WRITE: 29,
  CAP_AUDIT_CONTROL: 30,
  CAP_SETFCAP: 31,
  CAP_MAC_OVERRIDE: 32,
  CAP_MAC_ADMIN: 33,
  CAP_SYSLOG: 34,
  CAP_WAKE_ALARM: 35,
  CAP_BLOCK_SUSPEND: 36,
  CAP_AUDIT_READ: 37,
  CAP_PERFMON: 38,
  CAP_BPF: 39,
  CAP_CHECKPOINT_RESTORE: 40,
} as const;

/** seccomp(2), its first argument */
export const SECCOMP = {
  SECCOMP_SET_MODE_STRICT: 0,
  SECCOMP_SET_MODE_FILTER: 1,
  SECCOMP_GET_ACTION_AVAIL: 2,
} as const;

/** seccomp(2), its second argument */
export const SECCOMP_FLAG = {
  SECCOMP_FILTER_FLAG_TSYNC: 1,
  SECCOMP_FILTER_FLAG_LOG: 2,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW: 4,
} as const;

/** getrlimit(2) */
export const RLIMIT = {
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_DATA: 2,
  RLIMIT_STACK: 3,
  RLIMIT_CORE: 4,
  RLIMIT_RSS: 5,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_MEMLOCK: 8,
  RLIMIT_AS: 9,
  RLIMIT_LOCKS: 10,
  RLIMIT_SIGPENDING: 11,
  RLIMIT_MSGQUEUE: 12,
  RLIMIT_NICE: 13,
  RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
} as const;

/** bpf(2), its first argument */
export const BPF = { BPF_PROG_LOAD: 5, BPF_PROG_ATTACH: 8 } as const;

/** fcntl(2), its second argument */
export const F = { F_SETFD: 2, F_GETFL: 3, F_SETFL: 4, F_ADD_SEALS: 1033 } as const;

/** sigprocmask(2), its first argument */
export const SIG_HOW = { SIG_BLOCK: 0, SIG_UNBLOCK: 1, SIG_SETMASK: 2 } as const;

/** memfd_create(2) */
export const MFD = { MFD_CLOEXEC: 1, MFD_ALLOW_SEALING: 2 } as const;

/** mmap(2), mprotect(2) */
export const PROT = { PROT_READ: 1, PROT_WRITE: 2, PROT_EXEC: 4 } as const;
export const MAP = { MAP_PRIVATE: 2, MAP_ANONYMOUS: 0x20, MAP_NORESERVE: 0x4000 } as const;

/** wait4(2), its options */
export const WAIT = { WNOHANG: 1, WUNTRACED: 2, __WALL: 0x40000000 } as const;

/** socket(2), its type */
export const SOCK = {
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_RAW: 3,
  SOCK_SEQPACKET: 5,
  SOCK_CLOEXEC: O.O_CLOEXEC,
} as const;

/** socket(2), its first argument */
export const AF = { AF_UNIX: 1, AF_INET: 2, AF_INET6: 10, AF_NETLINK: 16 } as const;

/** recvmsg(2) */
export const MSG = { MSG_DONTWAIT: 0x40, MSG_CMSG_CLOEXEC: 0x40000000 } as const;

/** close_range(2) */
export const CLOSE_RANGE = { CLOSE_RANGE_UNSHARE: 2, CLOSE_RANGE_CLOEXEC: 4 } as const;

/** The type bits of a device node's mode: mknod(2) */
export const S = { S_IFREG: 0o100000, S_IFBLK: 0o060000, S_IFCHR: 0o020000, S_IFIFO: 0o010000 } as const;

/** signal(7): the numbers that x86-64 and arm64 share */
export const SIGNALS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGXFSZ: 25,
  SIGWINCH: 28,
} as const;

// Each flag by its own name as well, so that a list reads as the manual does: MS_BIND | MS_REC.
export const {
  CLONE_VM,
  CLONE_FS,
  CLONE_FILES,
  CLONE_PIDFD,
  CLONE_VFORK,
  CLONE_PARENT,
  CLONE_NEWNS,
  CLONE_NEWCGROUP,
  CLONE_NEWUTS,
  CLONE_NEWIPC,
  CLONE_NEWUSER,
  CLONE_NEWPID,
  CLONE_NEWNET,
  CLONE_CLEAR_SIGHAND,
  CLONE_INTO_CGROUP,
} = CLONE;
export const {
  MS_RDONLY,
  MS_NOSUID,
  MS_NODEV,
  MS_NOEXEC,
  MS_REMOUNT,
  MS_NOATIME,
  MS_BIND,
  MS_MOVE,
  MS_REC,
  MS_PRIVATE,
  MS_SLAVE,
  MS_SHARED,
  MS_RELATIME,
  MS_STRICTATIME,
} = MS;
export const { MNT_FORCE, MNT_DETACH, MNT_EXPIRE, UMOUNT_NOFOLLOW } = MNT;
export const {
  O_WRONLY,
  O_RDWR,
  O_CREAT,
  O_EXCL,
  O_NOCTTY,
  O_TRUNC,
  O_APPEND,
  O_NONBLOCK,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_CLOEXEC,
  O_PATH,
} = O;
export const {
  RESOLVE_NO_XDEV,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
} = RESOLVE;
export const { AT_SYMLINK_NOFOLLOW, AT_REMOVEDIR, AT_EMPTY_PATH, AT_RECURSIVE } = AT;
export const {
  MOVE_MOUNT_F_SYMLINKS,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_SYMLINKS,
  MOVE_MOUNT_T_EMPTY_PATH,
} = MOVE_MOUNT;
export const { MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_IDMAP } =
  MOUNT_ATTR;
export const {
  TCGETS,
  TCSETS,
  TIOCSCTTY,
  TIOCSPGRP,
  TIOCGWINSZ,
  TIOCSWINSZ,
  TIOCGPTN,
  TIOCSPTLCK,
  TIOCGPTPEER,
  SIOCSIFFLAGS,
} = TTY;
export const {
  PR_SET_PDEATHSIG,
  PR_SET_DUMPABLE,
  PR_SET_KEEPCAPS,
  PR_CAPBSET_DROP,
  PR_SET_SECUREBITS,
  PR_SET_CHILD_SUBREAPER,
  PR_SET_NO_NEW_PRIVS,
} = PR;
export const { SECCOMP_SET_MODE_FILTER } = SECCOMP;
export const { SECCOMP_FILTER_FLAG_SPEC_ALLOW } = SECCOMP_FLAG;
export const { BPF_PROG_LOAD, BPF_PROG_ATTACH } = BPF;
export const { F_SETFD, F_GETFL, F_SETFL, F_ADD_SEALS } = F;
export const { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK } = SIG_HOW;
export const { MFD_CLOEXEC, MFD_ALLOW_SEALING } = MFD;
export const { PROT_READ, PROT_WRITE, PROT_EXEC } = PROT;
export const { MAP_PRIVATE, MAP_ANONYMOUS, MAP_NORESERVE } = MAP;
export const { WNOHANG, WUNTRACED, __WALL } = WAIT;
export const { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK } = AF;
export const { SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_CLOEXEC } = SOCK;
export const { MSG_DONTWAIT, MSG_CMSG_CLOEXEC } = MSG;
export const { CLOSE_RANGE_UNSHARE, CLOSE_RANGE_CLOEXEC } = CLOSE_RANGE;
export const { S_IFREG, S_IFBLK, S_IFCHR, S_IFIFO } = S;
export const {
  SIGHUP,
  SIGINT,
  SIGQUIT,
  SIGABRT,
  SIGKILL,
  SIGUSR1,
  SIGUSR2,
  SIGPIPE,
  SIGALRM,
  SIGTERM,
  SIGCHLD,
  SIGCONT,
  SIGSTOP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGXFSZ,
  SIGWINCH,
} = SIGNALS;
export const { OPEN_TREE_CLONE, OPEN_TREE_CLOEXEC } = OPEN_TREE;

/** "relative to the working directory", where a syscall takes a directory's fd: openat(2) */
export const AT_FDCWD = -100;
/** FD_CLOEXEC, the one flag of F_SETFD: fcntl(2) */
export const FD_CLOEXEC = 1;
/** fcntl(2), "Open file description locks": the lock is the open file's, and the kernel lets it go with the last fd. */
export const F_OFD_SETLK = 37;
export const F_WRLCK = 1;
/** capabilities(7), "The securebits flags" */
export const SECBIT_NO_SETUID_FIXUP = 4;
export const SOL_SOCKET = 1;
/** unix(7): the control message that carries file descriptors */
export const SCM_RIGHTS = 1;

/** Every table by its name, for the arguments that are described in calls.ts. */
export const TABLES = {
  CLONE,
  MS,
  MNT,
  O,
  RESOLVE,
  AT,
  OPEN_TREE,
  MOVE_MOUNT,
  MOUNT_ATTR,
  TTY,
  PR,
  CAP,
  SECCOMP,
  SECCOMP_FLAG,
  RLIMIT,
  BPF,
  F,
  SIG_HOW,
  MFD,
  PROT,
  MAP,
  WAIT,
  AF,
  SOCK,
  MSG,
  CLOSE_RANGE,
  S,
  SIGNALS,
} as const;

export type TableName = keyof typeof TABLES;

/** Tables whose values exclude one another: a number is one name, not a sum of several. */
const ENUMS: readonly TableName[] = [
  "TTY",
  "PR",
  "CAP",
  "SECCOMP",
  "RLIMIT",
  "BPF",
  "F",
  "SIG_HOW",
  "SIGNALS",
  "AF",
];

/** `decodeFlags("MS", 4096 + 16384)` is `"MS_BIND|MS_REC"`; bits without a name are printed in hexadecimal. */
export function decodeFlags(table: TableName, value: number): string {
  const entries = Object.entries(TABLES[table]);
  if (ENUMS.includes(table)) return entries.find(([, bit]) => bit === value)?.[0] ?? `${value}`;
  let rest = BigInt(value);
  const names: string[] = [];
  for (const [name, bit] of entries) {
    if (bit !== 0 && (rest & BigInt(bit)) === BigInt(bit)) {
      names.push(name);
      rest &= ~BigInt(bit);
    }
  }
  if (table === "O" && (value & 3) === 0) names.unshift("O_RDONLY");
  if (rest !== 0n) names.push(`0x${rest.toString(16)}`);
  return names.join("|") || "0";
}
