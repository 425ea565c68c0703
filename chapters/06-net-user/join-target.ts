/** What there is of a running container for who joins it, seen from outside: nothing in it is trusted. */
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  statfsSync,
} from "node:fs";
import { UserError } from "../../common/errors.ts";
import type { Range } from "../../common/id-ranges.ts";
import { getWindowSize, isTerminal, setWindowSize } from "../../common/termios.ts";
import type { Container } from "../../containers/find.ts";
import { isAlive } from "../../containers/state.ts";
import {
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOCTTY,
  O_PATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  TIOCGPTPEER,
  TIOCSPTLCK,
} from "../../syscall/constants.ts";
import { SyscallError, syscall } from "../../syscall/syscall.ts";

export interface Target {
  readonly pid: number;
  readonly pidfd: number;
  /** CLONE_NEW… of those that aren't this process's own. */
  readonly namespaces: number;
  readonly ids: Range | undefined;
  /** Where its root is open; its links lead wherever the container likes, so nothing below it is opened by a path. */
  readonly root: number;
  close(): void;
}

const NAMESPACES = {
  cgroup: CLONE_NEWCGROUP,
  ipc: CLONE_NEWIPC,
  mnt: CLONE_NEWNS,
  net: CLONE_NEWNET,
  pid: CLONE_NEWPID,
  user: CLONE_NEWUSER,
  uts: CLONE_NEWUTS,
} as const;

// #region target
/** The number may be another process's at any time, but not while the one that is meant is alive: so that is asked last. */
export function openTarget({ config, state }: Container): Target {
  const { process: first, boot } = state;
  const opened: number[] = [];
  const close = () => {
    for (const fd of opened.splice(0)) closeSync(fd);
  };
  try {
    if (!first) throw ended(config.name);
    const { pid } = first;
    const pidfd = syscall("pidfd_open", [pid, 0]);
    opened.push(pidfd);
    const root = openSync(`/proc/${pid}/root`, O_PATH | O_DIRECTORY | O_CLOEXEC);
    opened.push(root);
    const foreign = Object.entries(NAMESPACES).filter(
      ([name]) => readlinkSync(`/proc/${pid}/ns/${name}`) !== readlinkSync(`/proc/self/ns/${name}`),
    );
    const namespaces = foreign.reduce((all, [, flag]) => all | flag, 0);
    const ids = namespaces & CLONE_NEWUSER ? firstIds(pid) : undefined;
    if (!isAlive(first, boot)) throw ended(config.name);
    return { pid, pidfd, namespaces, ids, root, close };
  } catch (error) {
    close();
    if (isAlive(first, boot) || error instanceof UserError) throw error;
    throw ended(config.name);
  }
}

const ended = (name: string): UserError =>
  new UserError(`exec ${name}: the container has ended`, { hint: `start ${name}` });

/** user_namespaces(7): the first id inside, the first one outside, and how many there are. */
function firstIds(pid: number): Range {
  const [, first = 0, size = 0] = readFileSync(`/proc/${pid}/uid_map`, "latin1")
    .trim()
    .split(/\s+/)
    .map(Number);
  return { first, size };
}
// #endregion target

// #region terminal
/** statfs(2), f_type; and the number of ptmx(4), as makedev(3) makes it of 5 and 2. */
const DEVPTS_SUPER_MAGIC = 0x1cd1;
const PTMX = (5 << 8) | 2;
const OPEN_HOW_SIZE = 24;

/** A new terminal of the container's: `master` for the runtime, `slave` for the command. `owner` is the host's number. */
export function openTerminal({ root }: Target, owner: number): { master: number; slave: number } {
  const resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
  const found = openInside(root, resolve);
  try {
    // Before it is opened in earnest: a driver of another kind could answer the next requests as it likes.
    const isMultiplexer =
      fstatSync(found).rdev === PTMX && statfsSync(`/proc/self/fd/${found}`).type === DEVPTS_SUPER_MAGIC;
    if (!isMultiplexer) throw noTerminal("it is something else");
    const master = openSync(`/proc/self/fd/${found}`, constants.O_RDWR | O_NOCTTY | O_CLOEXEC);
    syscall("ioctl", [master, TIOCSPTLCK, new Uint8Array(4)]);
    const slave = syscall("ioctl_int", [master, TIOCGPTPEER, constants.O_RDWR | O_NOCTTY | O_CLOEXEC]);
    fchownSync(slave, owner, -1);
    if (isTerminal(1)) setWindowSize(master, getWindowSize(1));
    return { master, slave };
  } finally {
    closeSync(found);
  }
}

function openInside(root: number, resolve: number): number {
  try {
    return syscall("openat2", [root, "dev/pts/ptmx", { flags: O_PATH | O_CLOEXEC, resolve }, OPEN_HOW_SIZE]);
  } catch (error) {
    if (error instanceof SyscallError) throw noTerminal(error.message);
    throw error;
  }
}

const noTerminal = (why: string): UserError =>
  new UserError(`exec -t: the container's /dev/pts/ptmx makes no terminals: ${why}`, { hint: "without -t" });
// #endregion terminal
