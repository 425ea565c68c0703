/*
 * What a command with the host's own ids is executed by.
 *
 * /proc/self/exe leads to the program that a process runs, and a script's first line, or a program's ELF interpreter, may
 * name it. At the moment of the command's execve that would be the runtime's program: the host's Node, as a program of
 * the container's, which root of the same ids may write to when nobody runs it. So the list's child executes this first, a
 * sealed file in memory, and then there is nothing else to be led to.
 *
 * argv: FILE... "" COMMAND ARG...: each file is tried. One file is open beside the standard ones, the socket to the runtime:
 * it is told what came of each (-errno), and learns by its end that one was executed. `npm run build:native` compiles it.
 */
#include "system.h"

/* In a command that this program isn't meant for there may be no such file. */
enum { FIRST = 3, LAST = 1 << 20 };

__attribute__((noreturn, used)) void start(long *stack) {
  char **file = (char **)stack + 1, **environment = file + stack[0] + 1, **command = file;
  int socket = FIRST, refused, error;

  while (*command && **command) command++;
  /* A "#!/proc/self/exe" leads here, with other words. */
  if (!*command++) syscall(NR_exit_group, 127, 0, 0, 0);

  while ((refused = syscall(NR_fcntl, socket, F_SETFD, FD_CLOEXEC, 0)) == -EBADF && socket < LAST) socket++;
  for (; **file; file++) {
    /* Where the command's filter refuses fcntl: rather no command than one that has the socket. */
    error = refused ? refused : syscall(NR_execve, *file, command, environment, 0);
    while (syscall(NR_write, socket, &error, sizeof error, 0) == -EBADF && socket < LAST) socket++;
  }
  for (;;) syscall(NR_exit_group, 127, 0, 0, 0);
}
