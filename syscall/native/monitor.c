/*
 * The monitor of a detached container: who waits for it, when the command that started it has ended.
 *
 * Its parent is gone, its child is the container's PID 1. It writes what that says into a log, carries it to who attaches
 * and their input back, and notes how it ended. Then it executes the runtime in its own place, as the same process, which
 * undoes what the run has changed. All its memory is a part of its stack, so that it is as small as its buffers.
 *
 * argv: NAME TTY(0|1) INPUT(0|1) LOGMAX(bytes) -- COMMAND ARG...
 * Its files are given by number; higher ones (locks) stay open, for the COMMAND too. `npm run build:native` compiles it.
 */
#include "system.h"

enum {
  INPUT = 3,     /* the container's standard input, if it is INPUT: a pipe */
  OUTPUT = 4,    /* its standard output: a pipe. With TTY a socket, by which its terminal comes, for output and input */
  ERRORS = 5,    /* its standard error: a pipe; with TTY /dev/null */
  DIRECTORY = 6, /* where its files are: log, log.1, exit */
  LISTENER = 7,  /* where clients connect: a SOCK_SEQPACKET, which keeps messages apart */
};
enum {
  CLIENTS = 16,
  CHUNK = 16384,            /* bytes of a message and of a record, at most */
  PATIENCE = 10,            /* seconds that a client may take for the last messages */
  HUNG_UP = 100 * 1000000,  /* nanoseconds until the terminal is looked at again, when nobody had it open */
  END_OF_TRANSMISSION = 4,  /* Ctrl-D */
  UNKNOWN = 255 << 8,       /* as if it had ended with 255 */
};

/* A record of the log. A client gets the same bytes as a message, from `kind` on. */
struct header {
  u64 time;   /* nanoseconds since 1970 */
  u32 length; /* of the bytes behind the header */
  u8 stream;  /* 1 standard output, 2 standard error */
  u8 zero[2];
  u8 kind;    /* 'o' and 'e', output and errors; 'x', the end, with the wait status. 0 in the log */
};
struct record {
  struct header header;
  u8 bytes[CHUNK];
};

struct client {
  int fd;     /* -1: free */
  int behind; /* it hasn't taken the record yet */
};

struct monitor {
  int tty, input, output, errors; /* fds; -1 when closed */
  int signals, log;
  int ended, told, hung_up, status;
  long log_size, log_limit;
  struct client clients[CLIENTS];
  struct record record; /* the one that the clients are given: no other is read before all have it */
  int typed, typed_end; /* what stands in `message` and the container hasn't taken yet */
  u8 message[1 + CHUNK];
};

/* A killed monitor, or a power cut, may have left half a record: behind one nothing could be read any more. */
static void open_log(struct monitor *m) {
  m->log = syscall(NR_openat, DIRECTORY, "log", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  long end = syscall(NR_lseek, m->log, 0, SEEK_END, 0);
  struct header header;
  m->log_size = 0;
  while (syscall(NR_pread64, m->log, &header, sizeof header, m->log_size) == sizeof header) {
    long next = m->log_size + sizeof header + header.length;
    if (next > end) break;
    m->log_size = next;
  }
  syscall(NR_ftruncate, m->log, m->log_size, 0, 0);
}

/* The log has two halves, of which the older one goes. On a full disk the record is lost, and nothing else. */
static void write_log(struct monitor *m) {
  long size = sizeof m->record.header + m->record.header.length;
  if (m->log_size > 0 && m->log_size + size > m->log_limit) {
    if (syscall(NR_renameat, DIRECTORY, "log", DIRECTORY, "log.1") < 0) syscall(NR_ftruncate, m->log, 0, 0, 0);
    syscall(NR_close, m->log, 0, 0, 0);
    m->log = -1;
  }
  if (m->log < 0) open_log(m);
  if (syscall(NR_write, m->log, &m->record, size, 0) == size) m->log_size += size;
  else syscall(NR_ftruncate, m->log, m->log_size, 0, 0);
}

/* Whether a client hasn't taken the record yet. One whose other end is gone has: what it sent is read nevertheless. */
static int deliver(struct monitor *m) {
  struct header *header = &m->record.header;
  int behind = 0;
  for (struct client *c = m->clients; c < m->clients + CLIENTS; c++) {
    if (!c->behind) continue;
    long sent = syscall(NR_sendto, c->fd, &header->kind, 1 + header->length, MSG_DONTWAIT | MSG_NOSIGNAL);
    c->behind = sent == -EAGAIN;
    behind |= c->behind;
  }
  return behind;
}

static void send_record(struct monitor *m, u8 kind, u32 length) {
  m->record.header.kind = kind;
  m->record.header.length = length;
  for (int i = 0; i < CLIENTS; i++) m->clients[i].behind = m->clients[i].fd >= 0;
  deliver(m);
}

/* Carries on what the container has written; returns whether that was something. */
static int forward(struct monitor *m, int *from, u8 stream) {
  if (*from < 0) return 0;
  long length = syscall(NR_read, *from, m->record.bytes, CHUNK, 0);
  if (length == -EAGAIN || length == -EINTR) return 0;
  /* A terminal that nobody has open may be opened again. */
  if (length == -EIO && m->tty) m->hung_up = 1;
  else if (length <= 0) {
    syscall(NR_close, *from, 0, 0, 0);
    if (m->input == *from) m->input = -1;
    *from = -1;
  }
  if (length <= 0) return 0;
  struct timespec now;
  syscall(NR_clock_gettime, CLOCK_REALTIME, &now, 0, 0);
  m->record.header = (struct header){now.seconds * 1000000000UL + now.nanoseconds, length, stream, {0}, 0};
  write_log(m);
  send_record(m, stream == 1 ? 'o' : 'e', length);
  return 1;
}

static void close_input(struct monitor *m) {
  if (!m->tty) syscall(NR_close, m->input, 0, 0, 0);
  m->input = -1;
  m->typed = m->typed_end;
}

/* As much as the container takes now. */
static void type(struct monitor *m) {
  if (m->input < 0) m->typed = m->typed_end;
  while (m->typed < m->typed_end) {
    long taken = syscall(NR_write, m->input, m->message + m->typed, m->typed_end - m->typed, 0);
    if (taken == -EAGAIN || taken == -EINTR) return;
    if (taken < 0) return close_input(m); /* nobody reads it any more */
    m->typed += taken;
  }
}

static void close_client(struct client *c) {
  syscall(NR_close, c->fd, 0, 0, 0);
  *c = (struct client){-1, 0};
}

/* With 'f' a client learns that all places are taken. */
static void accept_client(struct monitor *m) {
  int fd = syscall(NR_accept4, LISTENER, 0, 0, O_CLOEXEC);
  for (int i = 0; i < CLIENTS; i++) {
    if (m->clients[i].fd >= 0 || fd < 0) continue;
    m->clients[i].fd = fd;
    return;
  }
  syscall6(NR_sendto, fd, (long)"f", 1, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
  syscall(NR_close, fd, 0, 0, 0);
}

/* 'i' and input, 'q' for its end, 'w' and a struct winsize. */
static void hear(struct monitor *m, struct client *c) {
  long length = syscall6(NR_recvfrom, c->fd, (long)m->message, sizeof m->message, MSG_DONTWAIT, 0, 0);
  /* It went without having read all: what it had sent before comes yet. */
  if (length == -EAGAIN || length == -EINTR || length == -ECONNRESET) return;
  if (length <= 0) return close_client(c);
  if (m->message[0] == 'w' && length >= 9 && m->tty) syscall(NR_ioctl, m->output, TIOCSWINSZ, m->message + 1, 0);
  if (m->message[0] == 'q' && !m->tty && m->input >= 0) close_input(m);
  if (m->message[0] == 'q' && m->tty) {
    m->message[0] = 'i';
    m->message[1] = END_OF_TRANSMISSION;
    length = 2;
  }
  if (m->message[0] != 'i') return;
  m->typed = 1;
  m->typed_end = length;
  type(m);
}

/* SIGCHLD comes as well when the container was stopped or goes on. Nobody is there where its status was lost. */
static void look_for_end(struct monitor *m) {
  u8 information[128];
  syscall(NR_read, m->signals, information, sizeof information, 0);
  long pid = syscall(NR_wait4, -1, &m->status, WNOHANG, 0);
  if (pid > 0 || pid == -ECHILD) m->ended = 1;
}

static void tell_end(struct monitor *m) {
  int file = syscall(NR_openat, DIRECTORY, "exit", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  syscall(NR_write, file, &m->status, sizeof m->status, 0);
  syscall(NR_close, file, 0, 0, 0);
  *(int *)m->record.bytes = m->status;
  m->told = 1;
  send_record(m, 'x', sizeof m->status);
}

/* Waits until something can be done, and does it. */
static void serve(struct monitor *m) {
  enum { OTHERS = 5 };
  int behind = deliver(m), typing = m->typed < m->typed_end;
  struct pollfd polls[OTHERS + CLIENTS];
  polls[0] = (struct pollfd){m->signals, POLLIN, 0};
  polls[1] = (struct pollfd){m->ended ? -1 : LISTENER, POLLIN, 0};
  polls[2] = (struct pollfd){typing ? m->input : -1, POLLOUT, 0};
  polls[3] = (struct pollfd){behind || m->hung_up ? -1 : m->output, POLLIN, 0};
  polls[4] = (struct pollfd){behind ? -1 : m->errors, POLLIN, 0};
  for (int i = 0; i < CLIENTS; i++) {
    int events = (typing ? 0 : POLLIN) | (m->clients[i].behind ? POLLOUT : 0);
    polls[OTHERS + i] = (struct pollfd){m->clients[i].fd, events, 0};
  }
  struct timespec limit = {m->ended ? PATIENCE : 0, m->hung_up ? HUNG_UP : 0};
  long ready = syscall(NR_ppoll, polls, OTHERS + CLIENTS, m->ended || m->hung_up ? &limit : 0, 0);
  m->hung_up = 0;
  if (ready < 0) return;
  for (int i = 0; i < CLIENTS; i++) {
    struct client *client = &m->clients[i];
    int events = polls[OTHERS + i].revents & ~POLLOUT;
    if (ready == 0 && m->ended && client->behind) close_client(client);
    /* Who goes while the container doesn't take input would hold a place for as long as that. */
    else if (events && typing) close_client(client);
    else if (events && m->typed == m->typed_end) hear(m, client);
  }
  /* Before what the container has written since: a client gets all of it from its connect on. */
  if (polls[1].revents) accept_client(m);
  if (polls[2].revents) type(m);
  if (polls[3].revents) forward(m, &m->output, 1);
  if (polls[4].revents && !deliver(m)) forward(m, &m->errors, 2);
  if (polls[0].revents) look_for_end(m);
}

/* The container's terminal; -1 if it ended before it had one. */
static int receive_terminal(void) {
  u8 byte;
  struct control control = {.fd = -1};
  struct iovec iov = {&byte, 1};
  struct msghdr message = {.iov = &iov, .iov_count = 1, .control = &control, .control_length = sizeof control};
  syscall(NR_recvmsg, OUTPUT, &message, MSG_CMSG_CLOEXEC, 0);
  int terminal = syscall(NR_dup3, control.fd, OUTPUT, O_CLOEXEC, 0) < 0 ? -1 : OUTPUT;
  syscall(NR_close, control.fd, 0, 0, 0);
  return terminal;
}

static u64 number(const char *text) {
  u64 value = 0;
  for (; *text; text++) value = value * 10 + *text - '0';
  return value;
}

__attribute__((noreturn, used)) void start(long *stack) {
  char **argv = (char **)stack + 1, **environment = argv + stack[0] + 1;
  struct sigaction ignore = {SIG_IGN, 0, 0, 0}, standard = {SIG_DFL, 0, 0, 0};
  u64 child = 1UL << (SIGCHLD - 1), none = 0;
  struct monitor m;

  syscall(NR_prctl, PR_SET_NAME, "ft-docker-mon", 0, 0);
  syscall(NR_rt_sigaction, SIGPIPE, &ignore, 0, sizeof none);
  syscall(NR_rt_sigaction, SIGXFSZ, &ignore, 0, sizeof none);
  syscall(NR_rt_sigaction, SIGCHLD, &standard, 0, sizeof none);
  syscall(NR_rt_sigprocmask, SIG_BLOCK, &child, 0, sizeof child);
  m.signals = syscall(NR_signalfd4, -1, &child, sizeof child, O_CLOEXEC | O_NONBLOCK);
  /* The container may have ended before its signal was waited for. */
  syscall(NR_kill, syscall(NR_getpid, 0, 0, 0, 0), SIGCHLD, 0, 0);

  m.tty = argv[1][0] == '1';
  m.output = m.tty ? receive_terminal() : OUTPUT;
  m.errors = ERRORS;
  m.input = argv[2][0] != '1' ? -1 : m.tty ? m.output : INPUT;
  m.log_limit = number(argv[3]) / 2;
  m.ended = m.told = m.hung_up = m.typed = m.typed_end = 0;
  m.status = UNKNOWN;
  for (int i = 0; i < CLIENTS; i++) m.clients[i] = (struct client){-1, 0};
  for (int fd = INPUT; fd <= LISTENER; fd++) {
    if (fd == DIRECTORY) continue;
    syscall(NR_fcntl, fd, F_SETFD, FD_CLOEXEC, 0);
    syscall(NR_fcntl, fd, F_SETFL, O_NONBLOCK, 0);
  }
  open_log(&m);

  while (!m.told || deliver(&m)) {
    serve(&m);
    /* When it has ended, all that it has written goes on its way, and then the news. */
    while (m.ended && !m.told && !deliver(&m)) {
      if (!forward(&m, &m.output, 1) && !forward(&m, &m.errors, 2)) tell_end(&m);
    }
  }

  syscall(NR_rt_sigaction, SIGPIPE, &standard, 0, sizeof none);
  syscall(NR_rt_sigaction, SIGXFSZ, &standard, 0, sizeof none);
  syscall(NR_rt_sigprocmask, SIG_SETMASK, &none, 0, sizeof none);
  syscall(NR_execve, argv[5], argv + 5, environment, 0);
  for (;;) syscall(NR_exit_group, 127, 0, 0, 0);
}
