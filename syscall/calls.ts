/**
 * The one table of syscalls: number on each architecture, and what each argument is.
 * A list can only be made of calls that stand here (the compiler checks), and is printed with their names.
 * Numbers: `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h` of the kernel.
 */
import type { TableName } from "./constants.ts";

/**
 * What an argument is. `fd`, `int`, `octal`: a number (or the result of an earlier step); `path` and `string`:
 * text, or null for NULL; `argv`: an array of texts that NULL ends; `bytes`: memory; a struct: its fields in
 * 64-bit words; a table's name: flags.
 */
export type Kind =
  | "fd"
  | "int"
  | "octal"
  | "path"
  | "string"
  | "argv"
  | "bytes"
  | "signals"
  | "environment"
  | "list"
  | StructName
  | TableName;

/** The structs whose fields are all 64-bit words (or are padded to them), and what each field is. */
export const STRUCTS = {
  clone_args: {
    flags: "CLONE",
    pidfd: "bytes",
    child_tid: "int",
    parent_tid: "int",
    exit_signal: "SIGNALS",
    stack: "int",
    stack_size: "int",
    tls: "int",
    set_tid: "int",
    set_tid_size: "int",
    cgroup: "fd",
  },
  open_how: { flags: "O", mode: "octal", resolve: "RESOLVE" },
  mount_attr: { attr_set: "MOUNT_ATTR", attr_clr: "MOUNT_ATTR", propagation: "MS", userns_fd: "fd" },
  rlimit: { rlim_cur: "int", rlim_max: "int" },
  /** `len` has 16 bits and padding after them, so that a word of its own is right on little-endian machines. */
  sock_fprog: { len: "int", filter: "bytes" },
  iovec: { iov_base: "bytes", iov_len: "int" },
  msghdr: {
    msg_name: "bytes",
    msg_namelen: "int",
    msg_iov: "iovec",
    msg_iovlen: "int",
    msg_control: "bytes",
    msg_controllen: "int",
    msg_flags: "int",
  },
} as const;

export type StructName = keyof typeof STRUCTS;

interface Call {
  readonly x64: number;
  readonly arm64: number;
  readonly params: readonly Kind[];
}

export const CALLS = {
  read: { x64: 0, arm64: 63, params: ["fd", "bytes", "int"] },
  write: { x64: 1, arm64: 64, params: ["fd", "bytes", "int"] },
  close: { x64: 3, arm64: 57, params: ["fd"] },
  mmap: { x64: 9, arm64: 222, params: ["int", "int", "PROT", "MAP", "fd", "int"] },
  mprotect: { x64: 10, arm64: 226, params: ["int", "int", "PROT"] },
  munmap: { x64: 11, arm64: 215, params: ["int", "int"] },
  rt_sigaction: { x64: 13, arm64: 134, params: ["SIGNALS", "bytes", "bytes", "int"] },
  rt_sigprocmask: { x64: 14, arm64: 135, params: ["SIG_HOW", "signals", "bytes", "int"] },
  ioctl: { x64: 16, arm64: 29, params: ["fd", "TTY", "bytes"] },
  /** ioctl with a number where `ioctl` has memory: most terminal requests that the list uses are of this kind. */
  ioctl_int: { x64: 16, arm64: 29, params: ["fd", "TTY", "int"] },
  socket: { x64: 41, arm64: 198, params: ["AF", "SOCK", "int"] },
  sendto: { x64: 44, arm64: 206, params: ["fd", "bytes", "int", "MSG", "bytes", "int"] },
  recvfrom: { x64: 45, arm64: 207, params: ["fd", "bytes", "int", "MSG", "bytes", "bytes"] },
  connect: { x64: 42, arm64: 203, params: ["fd", "bytes", "int"] },
  listen: { x64: 50, arm64: 201, params: ["fd", "int"] },
  bind: { x64: 49, arm64: 200, params: ["fd", "bytes", "int"] },
  setsockopt: { x64: 54, arm64: 208, params: ["fd", "int", "int", "bytes", "int"] },
  sendmsg: { x64: 46, arm64: 211, params: ["fd", "msghdr", "MSG"] },
  recvmsg: { x64: 47, arm64: 212, params: ["fd", "msghdr", "MSG"] },
  socketpair: { x64: 53, arm64: 199, params: ["int", "SOCK", "int", "bytes"] },
  execve: { x64: 59, arm64: 221, params: ["path", "argv", "environment"] },
  wait4: { x64: 61, arm64: 260, params: ["int", "bytes", "WAIT", "bytes"] },
  kill: { x64: 62, arm64: 129, params: ["int", "SIGNALS"] },
  fcntl: { x64: 72, arm64: 25, params: ["fd", "F", "int"] },
  flock: { x64: 73, arm64: 32, params: ["fd", "int"] },
  fchdir: { x64: 81, arm64: 50, params: ["fd"] },
  chdir: { x64: 80, arm64: 49, params: ["path"] },
  fchmod: { x64: 91, arm64: 52, params: ["fd", "octal"] },
  fchown: { x64: 93, arm64: 55, params: ["fd", "int", "int"] },
  umask: { x64: 95, arm64: 166, params: ["octal"] },
  setgroups: { x64: 116, arm64: 159, params: ["int", "bytes"] },
  setfsuid: { x64: 122, arm64: 151, params: ["int"] },
  setfsgid: { x64: 123, arm64: 152, params: ["int"] },
  setresuid: { x64: 117, arm64: 147, params: ["int", "int", "int"] },
  setresgid: { x64: 119, arm64: 149, params: ["int", "int", "int"] },
  setsid: { x64: 112, arm64: 157, params: [] },
  /** Its header is two 32-bit words (version, pid), its data six: capset(2). */
  capset: { x64: 126, arm64: 91, params: ["bytes", "bytes"] },
  pivot_root: { x64: 155, arm64: 41, params: ["path", "path"] },
  prctl: { x64: 157, arm64: 167, params: ["PR", "int"] },
  /** prctl(PR_SET_PDEATHSIG): its argument is a signal. */
  prctl_signal: { x64: 157, arm64: 167, params: ["PR", "SIGNALS"] },
  /** prctl(PR_CAPBSET_DROP): its argument is a capability. */
  prctl_capability: { x64: 157, arm64: 167, params: ["PR", "CAP"] },
  chroot: { x64: 161, arm64: 51, params: ["path"] },
  mount: { x64: 165, arm64: 40, params: ["string", "path", "string", "MS", "string"] },
  umount2: { x64: 166, arm64: 39, params: ["path", "MNT"] },
  sethostname: { x64: 170, arm64: 161, params: ["string", "int"] },
  setxattr: { x64: 188, arm64: 5, params: ["path", "string", "bytes", "int", "int"] },
  lsetxattr: { x64: 189, arm64: 6, params: ["path", "string", "bytes", "int", "int"] },
  lgetxattr: { x64: 192, arm64: 9, params: ["path", "string", "bytes", "int"] },
  llistxattr: { x64: 195, arm64: 12, params: ["path", "bytes", "int"] },
  exit_group: { x64: 231, arm64: 94, params: ["int"] },
  openat: { x64: 257, arm64: 56, params: ["fd", "path", "O", "octal"] },
  mkdirat: { x64: 258, arm64: 34, params: ["fd", "path", "octal"] },
  mknodat: { x64: 259, arm64: 33, params: ["fd", "path", "octal", "int"] },
  fchownat: { x64: 260, arm64: 54, params: ["fd", "path", "int", "int", "AT"] },
  unlinkat: { x64: 263, arm64: 35, params: ["fd", "path", "AT"] },
  linkat: { x64: 265, arm64: 37, params: ["fd", "path", "fd", "path", "AT"] },
  symlinkat: { x64: 266, arm64: 36, params: ["path", "fd", "path"] },
  fchmodat: { x64: 268, arm64: 53, params: ["fd", "path", "octal"] },
  ppoll: { x64: 271, arm64: 73, params: ["bytes", "int", "bytes", "bytes", "int"] },
  unshare: { x64: 272, arm64: 97, params: ["CLONE"] },
  utimensat: { x64: 280, arm64: 88, params: ["fd", "path", "bytes", "AT"] },
  dup3: { x64: 292, arm64: 24, params: ["fd", "fd", "O"] },
  pipe2: { x64: 293, arm64: 59, params: ["bytes", "O"] },
  prlimit64: { x64: 302, arm64: 261, params: ["int", "RLIMIT", "rlimit", "bytes"] },
  syncfs: { x64: 306, arm64: 267, params: ["fd"] },
  setns: { x64: 308, arm64: 268, params: ["fd", "CLONE"] },
  renameat2: { x64: 316, arm64: 276, params: ["fd", "path", "fd", "path", "int"] },
  seccomp: { x64: 317, arm64: 277, params: ["SECCOMP", "SECCOMP_FLAG", "sock_fprog"] },
  getrandom: { x64: 318, arm64: 278, params: ["bytes", "int", "int"] },
  memfd_create: { x64: 319, arm64: 279, params: ["string", "MFD"] },
  bpf: { x64: 321, arm64: 280, params: ["BPF", "bytes", "int"] },
  execveat: { x64: 322, arm64: 281, params: ["fd", "path", "argv", "environment", "AT"] },
  pidfd_send_signal: { x64: 424, arm64: 424, params: ["fd", "SIGNALS", "bytes", "int"] },
  open_tree: { x64: 428, arm64: 428, params: ["fd", "path", "OPEN_TREE"] },
  move_mount: { x64: 429, arm64: 429, params: ["fd", "path", "fd", "path", "MOVE_MOUNT"] },
  pidfd_open: { x64: 434, arm64: 434, params: ["int", "O"] },
  clone3: { x64: 435, arm64: 435, params: ["clone_args", "int", "list"] },
  close_range: { x64: 436, arm64: 436, params: ["int", "int", "CLOSE_RANGE"] },
  openat2: { x64: 437, arm64: 437, params: ["fd", "path", "open_how", "int"] },
  mount_setattr: { x64: 442, arm64: 442, params: ["fd", "path", "AT", "mount_attr", "int"] },
} as const satisfies Record<string, Call>;

export type CallName = keyof typeof CALLS;

/** The number of a syscall on the machine that this process runs on (or on the architecture that is named). */
export function syscallNumber(call: CallName, arch: string = process.arch): number {
  if (arch !== "x64" && arch !== "arm64") {
    throw new Error(`no syscall numbers for ${arch}: FT_DOCKER runs on x64 and arm64`);
  }
  return CALLS[call][arch];
}

/** The calls that stand in the table once more, with other arguments. */
const KERNEL_NAMES: Partial<Record<CallName, string>> = {
  ioctl_int: "ioctl",
  prctl_signal: "prctl",
  prctl_capability: "prctl",
};

/** The name that the kernel and the manual use: `ioctl` for `ioctl_int`. */
export function kernelName(call: CallName): string {
  return KERNEL_NAMES[call] ?? call;
}
