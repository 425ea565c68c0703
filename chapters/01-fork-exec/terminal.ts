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
  TIOCSCTTY,
  TIOCSPTLCK,
} from "../../syscall/constants.ts";
import { type Step, slot, step } from "../../syscall/program.ts";

// #region session
/** Without a terminal: Ctrl-C on the user's then reaches the runtime alone, which passes it on, exactly once. */
export function ownSession(): Step[] {
  return [step("setsid", [], "a session without a terminal: signals come from the runtime alone")];
}
// #endregion session

// #region terminal
/** Opens a pseudo-terminal, hands its master's end to the runtime, and makes the slave's the session's terminal. */
export function ownTerminal(): Step[] {
  const unlocked = new Uint8Array(4);
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
    step("dup3", [master, 0, 0], "the master as fd 0, for the message in the next step"),
    step("sendmsg", [slot("socket"), carrying(0), 0], "the runtime gets the master"),
    step("setsid", [], "a session of its own, which has no terminal yet"),
    step("ioctl_int", [slave, TIOCSCTTY, 0], "the slave is this session's terminal: its Ctrl-C comes here"),
    ...[0, 1, 2].map((fd) => step("dup3", [slave, fd, 0], `and it is fd ${fd}`)),
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
