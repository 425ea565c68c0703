/**
 * A process has one parent, which alone is told how it ended, and who holds the other ends of its pipes. A command that returns
 * to its shell can't be that. So a small program stays behind as the container's parent: the monitor (syscall/native/monitor.c)
 * keeps the log, serves who attaches, and waits. When the container has ended it becomes the runtime again, by execve.
 */
import { closeSync, constants, openSync } from "node:fs";
import { UserError } from "../../common/errors.ts";
import type { Ledger } from "../../common/ledger.ts";
import { attachSocket, listen } from "../../containers/listener.ts";
import { type Config as ContainerConfig, recordFolder } from "../../containers/record.ts";
import * as arm64 from "../../syscall/bytes/monitor-arm64.ts";
import * as x64 from "../../syscall/bytes/monitor-x64.ts";
import { AT_EMPTY_PATH, PR_SET_PDEATHSIG, SCM_RIGHTS, SOL_SOCKET } from "../../syscall/constants.ts";
import { child, clone, endWithRuntime, restoreSignals } from "../../syscall/launch.ts";
import { pipe, socketPair } from "../../syscall/pairs.ts";
import { act, type Item, type Step, slot, step } from "../../syscall/program.ts";
import { syscall, trySyscall } from "../../syscall/syscall.ts";
import { openSealed } from "./sealed.ts";

/** What the monitor and the container's first process have open: the names of slots. */
export interface Monitor {
  readonly slots: Readonly<Record<string, number>>;
  /** The container's standard files, as the runtime has them. */
  readonly files: readonly number[];
  /** What the monitor's program is told, and what it becomes at the end. */
  readonly command: readonly string[];
  readonly environment: readonly string[];
  /** Where the container's terminal has to be sent, if it has one. */
  readonly terminal: number | undefined;
  /** Notes that `close` has to close this. */
  open(fd: number): number;
  /** Called with the container's first process, and the monitor's. */
  born: (first: number, monitor: number) => void;
  /** Of what the container changes on the host. */
  ledger: Ledger | undefined;
  /** What it has to keep open for the container. */
  held: () => readonly number[];
  /** Makes the socket at which it will serve those who attach; returns the fd for the slot "listener". */
  listen(): number;
  close(): void;
}

// #region monitored
/** The monitor, and the container as a child of its own. `flags`, `steps` and `cgroup` are the container's. */
export function monitored(
  monitor: Monitor,
  flags: number,
  steps: readonly Step[],
  why: string,
  cgroup?: Step,
): Item[] {
  const [tie] = endWithRuntime();
  const standard = ["stdin", "stdout", "stderr"].map((name, fd) =>
    step("dup3", [slot(name), fd, 0], `its ${name}: the other end is the monitor's`),
  );
  const tied = [
    tie,
    step("close", [slot("monitor's end")], "that end is the monitor's alone"),
    step(
      "write",
      [slot("runtime's word"), new Uint8Array(1), 1],
      "EPIPE if the monitor ended before that could matter",
    ),
  ];
  const container = clone(flags, [...tied, ...standard, ...steps], why, cgroup);
  const list = [
    step("setsid", [], "no key of the user's terminal reaches the monitor"),
    container,
    step("write", [slot("monitor's end"), new Uint8Array(1), 1], "the container's first process is there"),
    // One of them is the container's, without files.
    ...Array.from({ length: MESSAGES + 1 }, () =>
      step(
        "recvmsg",
        [slot("monitor's end"), message(), 0],
        "what is open for the container stays open here",
      ),
    ),
    step("prctl_signal", [PR_SET_PDEATHSIG, 0], "from here on it doesn't end with the runtime"),
    ...["input", "output", "errors", "record", "listener"].map((name, i) =>
      step("dup3", [slot(name), FIRST + i, 0], `fd ${FIRST + i} of the monitor: ${name}`),
    ),
    ...[0, 1, 2].map((fd) =>
      step(
        "dup3",
        [slot("nothing"), fd, 0],
        "who waits for the end of our output doesn't wait for the monitor's",
      ),
    ),
    restoreSignals(),
    step(
      "execveat",
      [slot("monitor"), "", monitor.command, monitor.environment, AT_EMPTY_PATH],
      "the monitor's program: some pages instead of all of Node",
    ),
  ];
  return [
    child(0, list, "a monitor: it stays when the runtime has gone"),
    step("close", [slot("monitor's end")], "so that the next step ends if the monitor does"),
    act("read(<runtime's word>), pidfd_open(<container>)", "wait until it is there", (current) => {
      // An error if the monitor has ended. The container may not have learnt that, and has to end, too: by its pidfd.
      const length = trySyscall("read", [monitor.slots["runtime's word"] as number, new Uint8Array(1), 1]);
      const pid = current.resultOf(container);
      if (pid > 0) {
        const pidfd = monitor.open(syscall("pidfd_open", [pid, 0]));
        Object.assign(current, { pidfd });
        current.slots.child = pidfd;
      }
      if (length !== 1) throw new UserError("the container's monitor was killed", { hint: "try again" });
    }),
    act("write the ledger: its owner is the monitor", "who outlives us undoes it", (current) => {
      const pid = current.resultOf(container);
      monitor.ledger?.handOver(current.pid);
      // Written before it may begin: from then on nobody takes it for one that has ended.
      monitor.born(pid, current.pid);
      // The next acts are for the container, not for its monitor.
      Object.assign(current, { pid });
    }),
  ];
}

// #endregion monitored

// #region handover
/** The monitor's fds; the runtime's own are higher, since Node has had these for itself since it began. */
const FIRST = 3;

/** So many messages of so many fds each: the kernel's limit is 253, SCM_MAX_FD. */
const MESSAGES = 4;
const FDS = 250;

/** A message of one byte with room for fds. `struct cmsghdr`: its length with 64 bits, level, type. */
function message(fds?: readonly number[]) {
  const control = new Int32Array(4 + FDS);
  if (fds) control.set([16 + 4 * fds.length, 0, SOL_SOCKET, SCM_RIGHTS, ...fds]);
  return {
    msg_iov: { iov_base: new Uint8Array(1), iov_len: 1 },
    msg_iovlen: 1,
    msg_control: fds?.length === 0 ? null : new Uint8Array(control.buffer),
    msg_controllen: fds ? (fds.length === 0 ? 0 : 16 + 4 * fds.length) : control.byteLength,
  };
}

/** The runtime's last act but one: what it holds for the container is the monitor's, which becomes its program then. */
export const handOver = ({ slots, held }: Monitor): Item =>
  act("sendmsg: locks and sockets", "with the runtime they would end: the monitor keeps them", () => {
    const fds = held();
    if (fds.length > MESSAGES * FDS) {
      throw new UserError(`-p: ${fds.length} sockets and locks are more than a monitor can be given`, {
        hint: `${MESSAGES * FDS} at most: fewer ports`,
      });
    }
    for (let i = 0; i < MESSAGES; i++) {
      const part = fds.slice(i * FDS, (i + 1) * FDS);
      syscall("sendmsg", [slots["runtime's word"] as number, message(part), 0]);
    }
  });
// #endregion handover

/** The container's terminal, which it has sent to the runtime, is the monitor's to read and write. */
export function sendTerminal({ terminal }: Monitor, master: number): void {
  if (terminal !== undefined) syscall("sendmsg", [terminal, message([master]), 0]);
  closeSync(master);
}

/** Everything that the two will have open; `close` it when they run. `becomes`: what the monitor executes at the end. */
export function openMonitor(
  { id, tty, interactive }: ContainerConfig,
  becomes: readonly string[],
  held: () => readonly number[],
): Monitor {
  const opened: number[] = [];
  const open = (fd: number) => {
    opened.push(fd);
    return fd;
  };
  const nothing = open(openSync("/dev/null", constants.O_RDWR));
  const [stdin, input] = interactive && !tty ? pipe().map(open) : [nothing, nothing];
  const [output, stdout] = (tty ? socketPair() : pipe()).map(open);
  const [errors, stderr] = tty ? [nothing, nothing] : pipe().map(open);
  // The program closes the monitor's end.
  const [ours, theirs] = socketPair();
  const program = openSealed("monitor", (process.arch === "arm64" ? arm64 : x64).monitor);
  const record = open(openSync(recordFolder(id), constants.O_RDONLY | constants.O_DIRECTORY));
  return {
    ...shownMonitor(),
    slots: {
      ...{ stdin, stdout: tty ? nothing : stdout, stderr },
      ...{ input, output, errors, record, nothing, monitor: open(program) },
      ...{ "runtime's word": open(ours), "monitor's end": theirs },
    } as Record<string, number>,
    files: tty ? [] : ([stdin, stdout, stderr] as number[]),
    terminal: tty ? stdout : undefined,
    command: [NAME, tty ? "1" : "0", interactive ? "1" : "0", `${LOG_SIZE}`, "--", ...becomes],
    environment: Object.entries(process.env).map(([name, value]) => `${name}=${value}`),
    held,
    open,
    listen: () => open(listen(attachSocket(id))),
    close: () => {
      for (const fd of opened) closeSync(fd);
    },
  };
}

/** For a list that is only shown. */
export const shownMonitor = (): Monitor => ({
  slots: {},
  files: [],
  terminal: undefined,
  command: [NAME],
  environment: [],
  born: () => {},
  ledger: undefined,
  held: () => [],
  open: (fd) => fd,
  listen: () => -1,
  close: () => {},
});

const NAME = "ft-docker-monitor";
/** The log's size on disk, in bytes, at most. */
const LOG_SIZE = 20 * 1024 * 1024;
