/**
 * A session is a set of processes that one terminal controls: its keys become signals (Ctrl-C, Ctrl-Z) for the session's
 * foreground group. A pseudo-terminal is a pair: the container has the slave's end as its terminal, the runtime carries
 * bytes between the master's end and the terminal of the user.
 */
import {
  AT_FDCWD,
  O_CLOEXEC,
  O_NOCTTY,
  O_RDWR,
  SCM_RIGHTS,
  SOL_SOCKET,
  TIOCGPTPEER,
  TIOCGWINSZ,
  TIOCSCTTY,
  TIOCSPTLCK,
  TIOCSWINSZ,
} from "../../syscall/constants.ts";
import { type Step, slot, step } from "../../syscall/program.ts";

// #region terminal
/** Opens a pseudo-terminal, hands its master's end to the runtime, and makes the slave's end fds 0 to 2. */
export function ownTerminal(): Step[] {
  const unlocked = new Uint8Array(4);
  const windowSize = new Uint8Array(8);
  const master = step(
    "openat",
    [AT_FDCWD, "/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC, 0],
    "a new pseudo-terminal",
  );
  const slave = step(
    "ioctl_int",
    [master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC],
    "its other end, without a path that somebody could have replaced",
  );
  return [
    master,
    step("ioctl", [master, TIOCSPTLCK, unlocked], "unlock it"),
    slave,
    step("ioctl", [1, TIOCGWINSZ, windowSize], "fd 1 is the user's terminal still: how large is it?", {
      optional: true,
    }),
    step("ioctl", [master, TIOCSWINSZ, windowSize], "so large is the new one, before any program asks"),
    step("dup3", [master, 0, 0], "the master as fd 0, for the message in the next step"),
    step("sendmsg", [slot("socket"), carrying(0), 0], "the runtime gets the master"),
    ...[0, 1, 2].map((fd) => step("dup3", [slave, fd, 0], `the slave is fd ${fd}`)),
  ];
}

/** A message of one byte that carries a file descriptor: unix(7), SCM_RIGHTS. */
function carrying(fd: number) {
  // struct cmsghdr: its length in 64 bits, level, type; then the fd. Padded to 8 bytes.
  const control = Int32Array.of(20, 0, SOL_SOCKET, SCM_RIGHTS, fd, 0);
  return {
    msg_iov: { iov_base: new Uint8Array(1), iov_len: 1 },
    msg_iovlen: 1,
    msg_control: new Uint8Array(control.buffer),
    msg_controllen: control.byteLength,
  };
}
// #endregion terminal

// #region session
/** A session of the command's own. Without a terminal its signals come from the runtime alone, so each exactly once. */
export function ownSession(tty: boolean): Step[] {
  const session = step("setsid", [], "a session of its own, which has no terminal yet");
  if (!tty) return [session];
  return [
    session,
    step("ioctl_int", [0, TIOCSCTTY, 0], "fd 0 is this session's terminal: its Ctrl-C comes here"),
  ];
}
// #endregion session
