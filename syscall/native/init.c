/*
 * The init of `run --init`: PID 1 of a container, with the command as its one child. It is also the keeper of `exec --detach`,
 * outside of the container, which has no other child, and only waits for it.
 *
 * A PID 1 has two duties that most programs don't know of: it is given every orphan of its PID namespace and has to
 * wait for them (or they stay as zombies), and a signal that it has no handler for never reaches it at all. This
 * one waits, passes each signal on to the command, and ends as the command ended.
 *
 * The list clones the command (PID 2, as this namespace's second process) and then executes this program, with all
 * signals blocked, so that none is lost before the first line. It is a program of its own and not a part of the launcher, so
 * that none of the runtime's memory is inside the container. `npm run build:native` makes the bytes in ../bytes.
 */
enum { COMMAND = 2, SIGNALS = 64, SIGCHLD = 17, SIG_BLOCK = 0, WNOHANG = 1 };

#if defined(__x86_64__)
enum { NR_rt_sigprocmask = 14, NR_wait4 = 61, NR_kill = 62, NR_rt_sigtimedwait = 128, NR_exit_group = 231 };
enum { NR_getpid = 39 };

static long syscall(long nr, long a0, long a1, long a2, long a3) {
  register long r3 __asm__("r10") = a3;
  __asm__ volatile("syscall" : "+a"(nr) : "D"(a0), "S"(a1), "d"(a2), "r"(r3) : "rcx", "r11", "memory");
  return nr;
}
#elif defined(__aarch64__)
enum { NR_rt_sigprocmask = 135, NR_wait4 = 260, NR_kill = 129, NR_rt_sigtimedwait = 137, NR_exit_group = 94 };
enum { NR_getpid = 172 };

static long syscall(long nr, long a0, long a1, long a2, long a3) {
  register long r8 __asm__("x8") = nr, r0 __asm__("x0") = a0;
  register long r1 __asm__("x1") = a1, r2 __asm__("x2") = a2, r3 __asm__("x3") = a3;
  __asm__ volatile("svc #0" : "+r"(r0) : "r"(r8), "r"(r1), "r"(r2), "r"(r3) : "memory");
  return r0;
}
#endif

/* 0–255, or 128 + n where signal n ended it: as a shell tells it. */
static int exit_status(int wait_status) {
  int signal = wait_status & 0x7f;
  return signal ? 128 + signal : wait_status >> 8 & 0xff;
}

void _start(void) {
  unsigned long all_signals = ~0UL;
  int is_init = syscall(NR_getpid, 0, 0, 0, 0) == 1;

  /* A blocked signal waits until it is asked for; one that isn't blocked and has no handler is dropped. */
  syscall(NR_rt_sigprocmask, SIG_BLOCK, (long)&all_signals, 0, SIGNALS / 8);
  for (;;) {
    int wait_status;
    long pid;
    while ((pid = syscall(NR_wait4, -1, (long)&wait_status, WNOHANG, 0)) > 0) {
      /* The kernel ends what else still runs in the namespace, when its PID 1 ends. */
      if (pid == COMMAND || !is_init) syscall(NR_exit_group, exit_status(wait_status), 0, 0, 0);
    }

    long signal = syscall(NR_rt_sigtimedwait, (long)&all_signals, 0, 0, SIGNALS / 8);
    if (is_init && signal > 0 && signal != SIGCHLD) syscall(NR_kill, COMMAND, signal, 0, 0);
  }
}
