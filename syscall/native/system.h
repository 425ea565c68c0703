/*
 * What the monitor and the door ask of the kernel: numbers, flags and structs, as the kernel's own headers have them for 64-bit
 * processors. Those are not included, since they come with a libc, which there is none of here.
 */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

enum { EINTR = 4, EIO = 5, EBADF = 9, ECHILD = 10, EAGAIN = 11, ECONNRESET = 104 };
enum { O_RDONLY = 0, O_WRONLY = 1, O_CREAT = 0100, O_TRUNC = 01000, O_APPEND = 02000, O_NONBLOCK = 04000 };
enum { O_RDWR = 2, O_CLOEXEC = 02000000, F_SETFD = 2, F_SETFL = 4, FD_CLOEXEC = 1, SEEK_END = 2 };
enum { SIGPIPE = 13, SIGCHLD = 17, SIGXFSZ = 25, SIG_BLOCK = 0, SIG_SETMASK = 2, SIG_DFL = 0, SIG_IGN = 1, WNOHANG = 1 };
enum { MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000, MSG_CMSG_CLOEXEC = 0x40000000 };
enum { POLLIN = 1, POLLOUT = 4 };
enum { TIOCSWINSZ = 0x5414, CLOCK_REALTIME = 0, PR_SET_NAME = 15 };

struct pollfd { int fd; short events, revents; };
struct timespec { long seconds, nanoseconds; };
struct sigaction { u64 handler, flags, restorer, mask; };
struct iovec { void *base; u64 length; };
struct msghdr {
  void *name;
  u64 name_length;
  struct iovec *iov;
  u64 iov_count;
  void *control;
  u64 control_length, flags;
};
/* A cmsghdr with one fd, which is what SCM_RIGHTS carries here: unix(7). */
struct control { u64 length; int level, type, fd, padding; };

#if defined(__x86_64__)
#define NR(x64, arm64) x64
#elif defined(__aarch64__)
#define NR(x64, arm64) arm64
#endif
enum {
  NR_read = NR(0, 63),
  NR_write = NR(1, 64),
  NR_close = NR(3, 57),
  NR_lseek = NR(8, 62),
  NR_rt_sigaction = NR(13, 134),
  NR_rt_sigprocmask = NR(14, 135),
  NR_ioctl = NR(16, 29),
  NR_pread64 = NR(17, 67),
  NR_getpid = NR(39, 172),
  NR_sendto = NR(44, 206),
  NR_recvfrom = NR(45, 207),
  NR_recvmsg = NR(47, 212),
  NR_execve = NR(59, 221),
  NR_wait4 = NR(61, 260),
  NR_kill = NR(62, 129),
  NR_fcntl = NR(72, 25),
  NR_ftruncate = NR(77, 46),
  NR_prctl = NR(157, 167),
  NR_clock_gettime = NR(228, 113),
  NR_exit_group = NR(231, 94),
  NR_openat = NR(257, 56),
  NR_renameat = NR(264, 38),
  NR_ppoll = NR(271, 73),
  NR_accept4 = NR(288, 242),
  NR_signalfd4 = NR(289, 74),
  NR_dup3 = NR(292, 24),
};

/* What the kernel returns: a result, or -errno. */
static long syscall6(long nr, long a0, long a1, long a2, long a3, long a4, long a5) {
#if defined(__x86_64__)
  register long r3 __asm__("r10") = a3, r4 __asm__("r8") = a4, r5 __asm__("r9") = a5;
  __asm__ volatile("syscall" : "+a"(nr) : "D"(a0), "S"(a1), "d"(a2), "r"(r3), "r"(r4), "r"(r5) : "rcx", "r11", "memory");
  return nr;
#elif defined(__aarch64__)
  register long r8 __asm__("x8") = nr, r0 __asm__("x0") = a0, r1 __asm__("x1") = a1, r2 __asm__("x2") = a2;
  register long r3 __asm__("x3") = a3, r4 __asm__("x4") = a4, r5 __asm__("x5") = a5;
  __asm__ volatile("svc #0" : "+r"(r0) : "r"(r8), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5) : "memory");
  return r0;
#endif
}
#define syscall(nr, a0, a1, a2, a3) syscall6(nr, (long)(a0), (long)(a1), (long)(a2), (long)(a3), 0, 0)

/* The kernel starts a program with argc, argv, NULL, environment, NULL on its stack: `start` is given that place. */
#if defined(__x86_64__)
__asm__(".globl _start\n_start: mov %rsp, %rdi\n\tand $-16, %rsp\n\tcall start");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start: mov x0, sp\n\tb start");
#endif
