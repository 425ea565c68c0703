/*
 * The launcher: runs a list of syscalls; a step may clone a child, which then runs a list of its own.
 *
 * Why it exists: after clone(2) the child can't run JavaScript (V8's heap and threads aren't there for it), so it
 * has to run something that needs nothing: no libc, no heap, no thread. This is that something. The child shares
 * the parent's memory (CLONE_VM) and has a stack of its own, so that the parent can read the result of each step.
 *
 * Freestanding, position-independent, without data. `npm run build:native` makes the bytes in ../bytes of it.
 */
enum { END = -1, STEP_OPTIONAL = 1, STEP_CLONE = 2 };

struct step {
  long nr;     /* the syscall's number; END after the last step */
  long arg[6];
  long refs;   /* bit i: arg[i] is the address of the value (an earlier step's result), not the value itself */
  long flags;  /* STEP_OPTIONAL: go on when it fails. STEP_CLONE: arg[2] is the list that the child runs */
  long result; /* what the kernel returned */
};

/* Runs the list until its end, or until a step fails that isn't optional; returns 0 or that step's -errno. */
long launch(struct step *step) {
  for (; step->nr != END; step++) {
    long arg[6];
    for (int i = 0; i < 6; i++) arg[i] = step->refs >> i & 1 ? *(long *)step->arg[i] : step->arg[i];

    /*
     * A cloned child comes back from the syscall with 0, on its new stack, all other registers as they were: the
     * third argument's still holds its list. It never returns to the caller, whose stack isn't its own: when its
     * list ends without execve(2), it ends with exit_group(127), or with an instruction that is none where a seccomp
     * filter of its list forbids that.
     */
#if defined(__x86_64__)
    register long result __asm__("rax") = step->nr;
    register long a0 __asm__("rdi") = arg[0], a1 __asm__("rsi") = arg[1], a2 __asm__("rdx") = arg[2];
    register long a3 __asm__("r10") = arg[3], a4 __asm__("r8") = arg[4], a5 __asm__("r9") = arg[5];
    __asm__ volatile(
        "syscall\n\t"
        "test %%rax, %%rax\n\t"
        "jnz 1f\n\t"
        "testb %[clone], %[flags]\n\t"
        "jz 1f\n\t"
        "mov %%rdx, %%rdi\n\t"
        "call launch\n\t"
        "mov $127, %%edi\n\t"
        "mov $231, %%eax\n\t"
        "syscall\n\t"
        "ud2\n\t"
        "1:"
        : "+r"(result)
        : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), [flags] "m"(step->flags), [clone] "i"(STEP_CLONE)
        : "rcx", "r11", "memory");
#elif defined(__aarch64__)
    register long nr __asm__("x8") = step->nr, result __asm__("x0") = arg[0];
    register long a1 __asm__("x1") = arg[1], a2 __asm__("x2") = arg[2], a3 __asm__("x3") = arg[3];
    register long a4 __asm__("x4") = arg[4], a5 __asm__("x5") = arg[5];
    __asm__ volatile(
        "svc #0\n\t"
        "cbnz x0, 1f\n\t"
        "tst %[flags], %[clone]\n\t"
        "b.eq 1f\n\t"
        "mov x0, x2\n\t"
        "bl launch\n\t"
        "mov x0, #127\n\t"
        "mov x8, #94\n\t"
        "svc #0\n\t"
        "udf #0\n\t"
        "1:"
        : "+r"(result)
        : "r"(nr), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), [flags] "r"(step->flags), [clone] "i"(STEP_CLONE)
        : "cc", "memory");
#endif

    step->result = result;
    if (result < 0 && !(step->flags & STEP_OPTIONAL)) return result;
  }
  return 0;
}
