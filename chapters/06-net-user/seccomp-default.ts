/**
 * The profile that a container has unless it asks for another: equal to Docker's in effect (moby/profiles of 2026). It lists
 * what is allowed, since the kernel grows; what isn't listed fails with EPERM. Most of what is missing needs a capability that
 * a container hasn't anyway: the filter keeps it from the code that would say so. Not listed for anybody are, among others:
 *
 * - keyctl, add_key, request_key: the keyrings know no namespaces but the user's
 * - io_uring_*: a second way to nearly all syscalls, past this filter
 * - userfaultfd: holds a thread of the kernel at a place of one's choice, which many an exploit needs
 * - kexec_load, swapon, nfsservctl, uselib, _sysctl, vm86 …: of the machine, or long of no use
 */
import type { Profile, Rule } from "./seccomp-profile.ts";

const ALLOW = "SCMP_ACT_ALLOW";

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

/** Every architecture's names for the same thing stand together; "32" and "64" are old and new sizes of its arguments. */
const EVERYBODY = words(`
  read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2 lseek _llseek sendfile sendfile64
  copy_file_range splice tee vmsplice readahead fadvise64 fadvise64_64 fallocate fsync fdatasync sync syncfs
  sync_file_range truncate truncate64 ftruncate ftruncate64 cachestat

  open openat openat2 creat close close_range dup dup2 dup3 fcntl fcntl64 ioctl flock pipe pipe2
  poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64 eventfd eventfd2 signalfd signalfd4
  epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_wait epoll_wait_old epoll_pwait epoll_pwait2
  inotify_init inotify_init1 inotify_add_watch inotify_rm_watch fanotify_mark
  io_setup io_destroy io_submit io_cancel io_getevents io_pgetevents io_pgetevents_time64

  stat stat64 lstat lstat64 fstat fstat64 newfstatat fstatat64 statx statfs statfs64 fstatfs fstatfs64 statmount listmount
  access faccessat faccessat2 chmod fchmod fchmodat fchmodat2 chown chown32 fchown fchown32 fchownat lchown lchown32 umask
  utime utimes futimesat utimensat utimensat_time64 getcwd chdir fchdir getdents getdents64
  mkdir mkdirat mknod mknodat link linkat symlink symlinkat readlink readlinkat rename renameat renameat2
  unlink unlinkat rmdir name_to_handle_at
  getxattr lgetxattr fgetxattr getxattrat setxattr lsetxattr fsetxattr setxattrat
  listxattr llistxattr flistxattr listxattrat removexattr lremovexattr fremovexattr removexattrat

  brk mmap mmap2 munmap mremap mprotect msync madvise mincore mseal remap_file_pages map_shadow_stack
  mlock mlock2 mlockall munlock munlockall memfd_create memfd_secret membarrier pkey_alloc pkey_free pkey_mprotect

  fork vfork execve execveat exit exit_group wait4 waitid waitpid getpid getppid gettid getpgid getpgrp setpgid getsid setsid
  kill tkill tgkill pidfd_open pidfd_send_signal process_mrelease pause restart_syscall
  sigaltstack sigprocmask sigreturn rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
  rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo
  set_tid_address set_robust_list get_robust_list set_thread_area get_thread_area rseq uretprobe riscv_hwprobe
  futex futex_time64 futex_waitv futex_wait futex_wake futex_requeue prctl seccomp
  landlock_create_ruleset landlock_add_rule landlock_restrict_self

  getuid getuid32 geteuid geteuid32 getgid getgid32 getegid getegid32 getresuid getresuid32 getresgid getresgid32
  getgroups getgroups32 setuid setuid32 setgid setgid32 setreuid setreuid32 setregid setregid32
  setresuid setresuid32 setresgid setresgid32 setfsuid setfsuid32 setfsgid setfsgid32 setgroups setgroups32 capget capset

  getrlimit ugetrlimit setrlimit prlimit64 getrusage getpriority setpriority ioprio_get ioprio_set getcpu sysinfo uname
  sched_yield sched_getaffinity sched_setaffinity sched_getattr sched_setattr sched_getparam sched_setparam
  sched_getscheduler sched_setscheduler sched_get_priority_max sched_get_priority_min
  sched_rr_get_interval sched_rr_get_interval_time64 getrandom

  time gettimeofday clock_gettime clock_gettime64 clock_getres clock_getres_time64 clock_adjtime clock_adjtime64 adjtimex
  nanosleep clock_nanosleep clock_nanosleep_time64 alarm getitimer setitimer times
  timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64
  timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64

  socketpair socketcall bind listen accept accept4 connect shutdown getsockname getpeername getsockopt setsockopt
  send sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64

  ipc shmget shmat shmdt shmctl semget semop semctl semtimedop semtimedop_time64 msgget msgsnd msgrcv msgctl
  mq_open mq_unlink mq_timedsend mq_timedsend_time64 mq_timedreceive mq_timedreceive_time64 mq_notify mq_getsetattr
`);

/** A container may start processes, but no namespaces: in one of its own user, it would have all capabilities again. */
const NAMESPACES = 0x7e020000;

/** `include/linux/socket.h`. Left out: 38 (AF_ALG), 40 (AF_VSOCK, which no network namespace holds), and those of no kernel. */
const FAMILIES = [
  13, 14, 15, 16, 17, 18, 21, 22, 24, 26, 27, 28, 29, 30, 31, 32, 33, 35, 36, 39, 41, 42, 43, 44, 45,
];
/** AF_UNIX (1) to AF_ROSE (11) are all in. */
const LAST_OF_THE_FIRST = 11;

/** Linux, System V, and both with the addresses not randomized; all bits ask which it is. personality(2) */
const PERSONALITIES = [0, 0x8, 0x20000, 0x20008, 0xffffffff];

const oneOf = (name: string, values: readonly number[]): Rule[] =>
  values.map((value) => ({ names: [name], action: ALLOW, args: [{ index: 0, value, op: "SCMP_CMP_EQ" }] }));

/** Who has the capability may call these too. */
const WITH: Readonly<Record<string, string>> = {
  CAP_DAC_READ_SEARCH: "open_by_handle_at",
  CAP_SYS_ADMIN: `
    mount mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick umount umount2 quotactl quotactl_fd
    clone clone3 unshare setns sethostname setdomainname bpf perf_event_open fanotify_init lookup_dcookie syslog
    lsm_get_self_attr lsm_set_self_attr lsm_list_modules`,
  CAP_SYS_BOOT: "reboot",
  CAP_SYS_CHROOT: "chroot",
  CAP_SYS_MODULE: "init_module finit_module delete_module",
  CAP_SYS_PACCT: "acct",
  CAP_SYS_PTRACE: "ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp",
  CAP_SYS_RAWIO: "iopl ioperm",
  CAP_SYS_TIME: "settimeofday stime clock_settime clock_settime64",
  CAP_SYS_TTY_CONFIG: "vhangup",
  CAP_SYS_NICE: "get_mempolicy set_mempolicy set_mempolicy_home_node mbind",
  CAP_SYSLOG: "syslog",
  CAP_BPF: "bpf",
  CAP_PERFMON: "perf_event_open",
};

export const DEFAULT_PROFILE: Profile = {
  defaultAction: "SCMP_ACT_ERRNO",
  defaultErrnoRet: 1, // EPERM
  archMap: [
    { architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] },
    { architecture: "SCMP_ARCH_AARCH64", subArchitectures: ["SCMP_ARCH_ARM"] },
  ],
  syscalls: [
    { names: EVERYBODY, action: ALLOW },
    // Before Linux 4.8 a tracer could change a syscall after the filter had seen it.
    {
      names: ["ptrace", "process_vm_readv", "process_vm_writev"],
      action: ALLOW,
      includes: { minKernel: "4.8" },
    },
    {
      names: ["socket"],
      action: ALLOW,
      args: [{ index: 0, value: LAST_OF_THE_FIRST, op: "SCMP_CMP_LE" }],
    },
    ...oneOf("socket", FAMILIES),
    ...oneOf("personality", PERSONALITIES),
    { names: ["arch_prctl", "modify_ldt"], action: ALLOW, includes: { arches: ["amd64"] } },
    {
      names: words("arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls"),
      action: ALLOW,
      includes: { arches: ["arm64"] },
    },
    {
      names: ["clone"],
      action: ALLOW,
      args: [{ index: 0, value: NAMESPACES, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" }],
      excludes: { caps: ["CAP_SYS_ADMIN"] },
    },
    // Its flags are in memory, where a filter can't look. ENOSYS: the C library then takes clone.
    { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: 38, excludes: { caps: ["CAP_SYS_ADMIN"] } },
    ...Object.entries(WITH).map(([cap, names]) => ({
      names: words(names),
      action: ALLOW,
      includes: { caps: [cap] },
    })),
  ],
};
