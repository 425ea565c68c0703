/*
 * Runs the launcher's bytes (the file that is named) with lists of its own, and prints what came of each: how a machine
 * without that processor tests them, under qemu-user. Built by bytes.test.ts.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct step {
  long nr, arg[6], refs, flags, result;
};
enum { END = -1, OPTIONAL = 1, CLONE = 2 };

static char stack[65536] __attribute__((aligned(16)));

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  void *page = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int file = open(argv[1], O_RDONLY);
  if (page == MAP_FAILED || file < 0 || read(file, page, 4096) <= 0) return 2;
  __builtin___clear_cache(page, (char *)page + 4096);
  long (*launch)(struct step *) = (long (*)(struct step *))page;

  /* An earlier step's result as an argument: what is opened is read, by a reference. */
  char text[8] = "";
  struct step reading[] = {
      {.nr = SYS_openat, .arg = {AT_FDCWD, (long)argv[1], O_RDONLY}},
      {.nr = SYS_read, .arg = {0, (long)text, 4}, .refs = 1},
      {.nr = END},
  };
  reading[1].arg[0] = (long)&reading[0].result;
  long result = launch(reading);
  printf("refs: %ld %ld %d\n", result, reading[1].result, memcmp(text, page, 4));

  /* A failing step ends the list with its errno; an optional one doesn't. */
  struct step failing[] = {
      {.nr = SYS_close, .arg = {-1}, .flags = OPTIONAL},
      {.nr = SYS_chdir, .arg = {(long)"/nowhere"}},
      {.nr = SYS_chdir, .arg = {(long)"/"}, .result = 42},
      {.nr = END},
  };
  result = launch(failing);
  printf("failing: %d %d %ld\n", failing[0].result == -EBADF, result == -ENOENT, failing[2].result);

  /* A child with a list and a stack of its own; qemu-user takes clone, and only without CLONE_VM. */
  struct step child[] = {
      {.nr = SYS_write, .arg = {1, (long)"child: 3 words here\n", 20}},
      {.nr = SYS_exit_group, .arg = {7}},
      {.nr = END},
  };
  struct step empty[] = {{.nr = END}};
  struct step *lists[] = {child, empty};
  for (int i = 0; i < 2; i++) {
    struct step cloning[] = {
        {.nr = SYS_clone, .arg = {SIGCHLD, (long)(stack + sizeof stack), (long)lists[i]}, .flags = CLONE},
        {.nr = END},
    };
    fflush(stdout);
    result = launch(cloning);
    int status = 0;
    int waited = waitpid(cloning[0].result, &status, 0) == cloning[0].result;
    printf("clone: %ld %d %d\n", result, waited, WEXITSTATUS(status));
  }
  return 0;
}
