/**
 * Launching: clones a child that runs a list of syscalls, and tells when it has executed its command and how it ended.
 * The event loop is never blocked: the end of a socket tells of execve (close-on-exec closes it), a pidfd of the end.
 */
import { closeSync } from "node:fs";
import { constants } from "node:os";
import { UserError } from "../common/errors.ts";
import * as arm64 from "./bytes/launch-arm64.ts";
import * as x64 from "./bytes/launch-x64.ts";
import {
  CLONE_CLEAR_SIGHAND,
  CLONE_INTO_CGROUP,
  CLONE_PARENT,
  CLONE_PIDFD,
  CLONE_VM,
  CLOSE_RANGE_CLOEXEC,
  F_SETFD,
  MSG_CMSG_CLOEXEC,
  PR_SET_DUMPABLE,
  PR_SET_PDEATHSIG,
  SIG_SETMASK,
  SIGCHLD,
  SIGKILL,
  SIGPIPE,
  SIGXFSZ,
  WNOHANG,
} from "./constants.ts";
import { Encoded } from "./encode.ts";
import { failure } from "./failure.ts";
import { withFault } from "./faults.ts";
import { Memory } from "./memory.ts";
import { load, whenReadable } from "./native.ts";
import { socketPair } from "./pairs.ts";
import {
  type Child,
  flatten,
  type Item,
  isAct,
  isChild,
  isClone,
  isList,
  type Step,
  slot,
  step,
} from "./program.ts";
import { SyscallError, syscall, trySyscall } from "./syscall.ts";

const CLONE_ARGS_SIZE = 88;
/** A signal set of the kernel's has 64 bits. */
const SIGSET_SIZE = 8;
const ALL_SIGNALS = new Uint8Array(SIGSET_SIZE).fill(0xff);
/** The mask that the runtime itself was started with; it is read at the moment of the clone. */
const runtimeMask = new Uint8Array(SIGSET_SIZE);
/** `struct sigaction` of the kernel's, all zero: SIG_DFL without flags. */
const DEFAULT_ACTION = new Uint8Array(32);

/**
 * The clone3 that starts a container, and what its child does before all else; `flags` are the namespaces. CLONE_VM:
 * the child shares the runtime's memory until it executes something, so the start costs nothing, however large Node is.
 * With `cgroup`, a directory of cgroup v2 that an earlier step has opened, the child starts in that group.
 */
export function child(flags: number, steps: readonly Step[], why: string, cgroup?: Step): Step {
  return clone(flags | CLONE_PIDFD, beginning(steps), why, cgroup);
}

/**
 * As `child`, in the PID namespace of a process that runs: `enter` are the steps that lead there. setns(2) takes only children
 * to another PID namespace, so a helper goes, and has one that is the runtime's child all the same.
 */
export function childAmong(
  enter: readonly Step[],
  steps: readonly Step[],
  why: string,
  cgroup?: Step,
): Step[] {
  return helper(
    [...enter, clone(CLONE_PARENT, beginning(steps), why, cgroup)],
    "a helper: it is its children that come into another PID namespace",
  );
}

/** As `childAmong`, for a command that outlives the runtime: the helper becomes its `keeper`, which waits for it. */
export function keptChild(
  enter: readonly Step[],
  steps: readonly Step[],
  keeper: readonly Step[],
  why: string,
  cgroup?: Step,
): Step {
  const list = [
    ...enter,
    clone(0, beginning(steps), why, cgroup),
    step("prctl_signal", [PR_SET_PDEATHSIG, 0], "the keeper outlives the runtime"),
    ...keeper,
  ];
  return child(0, list, "the command's keeper: somebody has to wait for it when the runtime has ended");
}

function beginning(steps: readonly Step[]): Step[] {
  const [tie, check] = endWithRuntime();
  return [
    tie,
    step("close", [slot("runtime's end")], "the socket to the runtime: its end of it isn't the child's"),
    check,
    step("close_range", [3, 0xffffffff, CLOSE_RANGE_CLOEXEC], "no file of the runtime's reaches the command"),
    ...[0, 1, 2].map((fd) =>
      step("fcntl", [fd, F_SETFD, 0], "but its standard files do: Node had marked them close-on-exec", {
        optional: true,
      }),
    ),
    ...[SIGPIPE, SIGXFSZ].map((signal) =>
      step(
        "rt_sigaction",
        [signal, DEFAULT_ACTION, null, SIGSET_SIZE],
        "Node ignores it; the command shouldn't",
      ),
    ),
    ...steps,
  ];
}

/** The kernel forgets the first of these two when a process changes its user: then they are needed again. prctl(2). */
export const endWithRuntime = (): [Step, Step] => [
  step("prctl_signal", [PR_SET_PDEATHSIG, SIGKILL], "however the runtime ends, the child ends with it"),
  step(
    "write",
    [slot("socket"), new Uint8Array(1), 1],
    "EPIPE if the runtime ended before that could matter",
  ),
];

/** The child stops here until `letChildGo`; what the runtime does for it from outside comes between the two. */
export const waitForRuntime = (): Step[] => {
  const [, check] = endWithRuntime();
  return [
    step("read", [slot("socket"), new Uint8Array(1), 1], "wait for what the runtime does from outside"),
    check,
  ];
};

/** A step of the runtime's. */
export const letChildGo = (): Step =>
  step("write", [slot("runtime's end"), new Uint8Array(1), 1], "the child may go on");

/**
 * For what a step of the runtime's own can't do, since it would change the runtime: a process with all of its rights, outside of
 * the container, that does the steps and ends. The runtime waits for it.
 */
export function helper(steps: readonly Step[], why: string): Step[] {
  const helping = clone(0, [...steps, step("exit_group", [0], "that was all")], why);
  return [helping, step("wait4", [helping, null, 0, null], "until that is done")];
}

/**
 * For a child that others of its user namespace can see: who may trace it has the right to its files as soon as its memory is
 * the new program's, and execve(2) closes what is marked a moment later. Only the socket has to stay until then.
 */
export const closeFiles = (): Step[] => [
  step("close_range", [3, slot("below the socket"), 0], "no file of the runtime's, not even for a moment", {
    optional: true, // Where there are none.
  }),
  step("close_range", [slot("above the socket"), 0xffffffff, 0], "but the socket to the runtime"),
];

/** A clone3 inside a list; its child has a list of its own. */
export function clone(flags: number, list: readonly Step[], why: string, cgroup?: Step): Step {
  // Signals that Node has handlers for would call them in the child; the flags don't fit into 32 bits.
  const all = BigInt(flags | CLONE_VM) + BigInt(CLONE_CLEAR_SIGHAND) + BigInt(cgroup ? CLONE_INTO_CGROUP : 0);
  // A sibling ends with its cloner's signal.
  const exit_signal = flags & CLONE_PARENT ? undefined : SIGCHLD;
  return step("clone3", [{ flags: all, exit_signal, cgroup }, CLONE_ARGS_SIZE, list], why);
}

/** Signals were blocked around the clone, so that none runs a handler of Node's in the child. */
export const restoreSignals = (): Step =>
  step("rt_sigprocmask", [SIG_SETMASK, runtimeMask, null, SIGSET_SIZE], "signals may come from here on");

/** What is known when the command runs. */
export interface Executed {
  /** The fd that the child sent (its terminal), if it did. */
  readonly received: number | undefined;
  /** What each step returned; an execve that succeeded returns nothing (NOT_RUN). */
  readonly results: ReadonlyMap<Item, bigint>;
}

export interface Launched {
  /** As the runtime's PID namespace counts. */
  readonly pid: number;
  /** Resolves when the command runs; rejects with a UserError when a step failed. */
  readonly executed: Promise<Executed>;
  /** What wait4(2) says of the child: see `exitStatus`. It always resolves. */
  readonly exited: Promise<number>;
  /** Sends a signal; one that comes too late is no error. */
  kill(signal: number): void;
}

let launcher: ((list: number) => number) | undefined;

/**
 * Runs a program: a `child`, and around it what the runtime itself does, on its main thread: steps, and behind the child
 * also acts. `slots` are values for the program's slots.
 */
export function launch(original: readonly Item[], slots: Readonly<Record<string, number>> = {}): Launched {
  // The child is in other namespaces while it shares this memory: nobody there may read it by ptrace or /proc.
  if (!launcher) syscall("prctl", [PR_SET_DUMPABLE, 0]);
  launcher ??= load((process.arch === "arm64" ? arm64 : x64).launch);

  const faulty = withFault(original);
  const [ours, theirs] = socketPair();
  const values = {
    ...slots,
    ...faulty.slots,
    "runtime's end": ours,
    socket: theirs,
    "below the socket": theirs - 1,
    "above the socket": theirs + 1,
  };
  const encoded = new Encoded(new Memory(), values, faulty.broken);
  const block = step(
    "rt_sigprocmask",
    [SIG_SETMASK, ALL_SIGNALS, runtimeMask, SIGSET_SIZE],
    "no handler there",
  );
  const at = faulty.program.findIndex(isClone);
  const first = faulty.program[at] as Step;
  const container = flatten([first]).find(isChild) as Step;
  // With `childAmong` the first one is a helper, and behind it the runtime waits for that.
  const wait = first === container ? [] : (faulty.program.slice(at + 1, at + 2) as Step[]);
  // What the first steps return may stand in the clone's arguments, so they have to run before that is written.
  const prepared = launcher(encoded.list(faulty.program.slice(0, at) as Step[])) === 0;
  if (prepared) {
    launcher(encoded.list([block, first, ...wait]));
    syscall("rt_sigprocmask", [SIG_SETMASK, runtimeMask, null, SIGSET_SIZE]);
  }
  closeSync(theirs);

  const pid = prepared ? Number(encoded.resultOf(container)) : -1;
  if (pid < 0) {
    closeSync(ours);
    const error = failure(original, encoded.allResults());
    encoded.memory.release();
    throw error ?? helperKilled();
  }
  const pidfd =
    first === container
      ? Number(encoded.memory.getWord(encoded.pidfd as number))
      : syscall("pidfd_open", [pid, 0]);
  const child: Child = {
    pid,
    pidfd,
    resultOf: (each) => Number(encoded.resultOf(faulty.copyOf(each))),
    slots: Object.assign(values, { child: pidfd }),
  };
  const served = serve(child, faulty.program.slice(at + 1 + wait.length), encoded, faulty.broken);
  // A child's child may have been too slow to notice that its parent has ended.
  if (!served.done) for (const each of new Set([pidfd, child.pidfd])) sendSignal(each, SIGKILL);
  const executed = whenExecuted(ours, encoded, original, served);
  executed.then(faulty.executed, () => {});
  let running = true;
  const exited = whenExited(pidfd, pid, () => {
    running = false;
  });
  const kill = (signal: number) => {
    if (running) sendSignal(pidfd, signal);
  };
  return { pid, executed, exited, kill };
}

/** What came of the items behind the child. */
interface Served {
  readonly done: boolean;
  /** Of the acts: 0, or -errno. */
  readonly results: ReadonlyMap<Item, bigint>;
  /** What an act threw. */
  readonly thrown?: unknown;
}

/** What the runtime does when there is a child, up to the first failure. */
function serve(child: Child, items: readonly Item[], encoded: Encoded, broken: Item | undefined): Served {
  const results = new Map<Item, bigint>();
  for (const each of items) {
    try {
      if (!isAct(each)) {
        const done = launcher?.(encoded.list([each])) === 0;
        if (each.call === "wait4") checkHelper(each, encoded, done);
        if (!done) return { done, results };
        continue;
      }
      if (each !== broken) each.run(child);
      results.set(each, each === broken ? BigInt(-constants.errno.ENOSYS) : 0n);
    } catch (error) {
      if (error instanceof SyscallError) results.set(each, BigInt(-error.errno));
      return { done: false, results, thrown: error };
    }
    if (results.get(each) !== 0n) return { done: false, results };
  }
  return { done: true, results };
}

/** A helper may have failed, or have been killed: then the child mustn't go on. Without a child it has nothing to do. */
function checkHelper(wait: Step, encoded: Encoded, waited: boolean): void {
  const helping = wait.args[0] as Step;
  if (!waited) syscall("wait4", [encoded.resultOf(helping), null, 0, null]);
  const list = helping.args.find(isList) ?? [];
  const done = list.every(
    (each) => each.call === "exit_group" || each.optional || encoded.resultOf(each) >= 0,
  );
  if (!done) throw helperKilled();
}

const helperKilled = (): UserError =>
  new UserError("a helper of the runtime's was killed", { hint: "try again" });

/** Reads the child's socket until its end: when all of its copies are closed, by execve or by the child's end. */
function whenExecuted(
  socket: number,
  encoded: Encoded,
  program: readonly Item[],
  served: Served,
): Promise<Executed> {
  return new Promise((resolve, reject) => {
    let received: number | undefined;
    const told: bigint[] = [];
    const stop = whenReadable(socket, () => {
      const message = receive(socket);
      received ??= message.fd;
      if (message.error !== undefined) told.push(BigInt(message.error));
      if (message.length > 0) return; // The next message, or the end, calls this again.
      stop();
      closeSync(socket);
      // A program between the child and its command does those steps for it, and says what came of them.
      const tries = flatten(program).filter((each) => !isAct(each) && each.call === "execve");
      const tried = tries.slice(0, told.length).map((each, i) => [each, told[i] ?? 0n] as const);
      const results = new Map([...encoded.allResults(), ...served.results, ...tried]);
      encoded.memory.release();
      const error = failure(program, results, served.thrown) ?? served.thrown;
      if (!error) return resolve({ received, results });
      if (received !== undefined) closeSync(received);
      reject(error);
    });
  });
}

interface Message {
  /** 0 is the end. */
  readonly length: number;
  /** That it carries, if any: unix(7), SCM_RIGHTS. */
  readonly fd: number | undefined;
  /** Of an execve, as the kernel returned it. */
  readonly error: number | undefined;
}

function receive(socket: number): Message {
  const control = new Int32Array(6);
  const word = new Int32Array(1);
  const message = {
    msg_iov: { iov_base: new Uint8Array(word.buffer), iov_len: word.byteLength },
    msg_iovlen: 1,
    msg_control: new Uint8Array(control.buffer),
    msg_controllen: control.byteLength,
  };
  const length = trySyscall("recvmsg", [socket, message, MSG_CMSG_CLOEXEC]);
  // The end as well: of a child that hadn't read yet that it may go on. unix(7) doesn't tell of it.
  if (length === -constants.errno.ECONNRESET) return { length: 0, fd: undefined, error: undefined };
  if (length < 0) throw new SyscallError("recvmsg", [socket, message, MSG_CMSG_CLOEXEC], -length);
  // cmsghdr: the length as 64 bits, the level, the type; then the fds. Without one, nothing was written here.
  return {
    length,
    fd: control[0] === 0 ? undefined : control[4],
    error: length === word.byteLength ? word[0] : undefined,
  };
}

/** In milliseconds: how often is asked for a process that another one of its namespace holds by ptrace(2). */
const HELD = 20;

/** `ended` is called at the moment in which the pidfd becomes invalid. */
function whenExited(pidfd: number, pid: number, ended: () => void): Promise<number> {
  return new Promise((resolve) => {
    const status = new Int32Array(1);
    const reap = () => {
      // 0: it has ended, but who traces it is told first, however long that takes.
      if (syscall("wait4", [pid, new Uint8Array(status.buffer), WNOHANG, null]) === 0)
        return void setTimeout(reap, HELD);
      closeSync(pidfd);
      ended();
      resolve(status[0] as number);
    };
    const stop = whenReadable(pidfd, () => {
      stop();
      reap();
    });
  });
}

function sendSignal(pidfd: number, signal: number): void {
  try {
    syscall("pidfd_send_signal", [pidfd, signal, null, 0]);
  } catch (error) {
    if (!(error instanceof SyscallError && error.errno === constants.errno.ESRCH)) throw error;
  }
}

/** What wait4(2) tells, as a shell's exit status: 0–255, or 128 + n where signal n ended the process. */
export function exitStatus(waitStatus: number): number {
  const signal = waitStatus & 0x7f;
  return signal ? 128 + signal : (waitStatus >> 8) & 0xff;
}
