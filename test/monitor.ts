/** Starts a container's monitor as the runtime does, but with a shell as its parent: for tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Connection, connect, type Message } from "../containers/connection.ts";
import { listen } from "../containers/listener.ts";
import * as arm64 from "../syscall/bytes/monitor-arm64.ts";
import * as x64 from "../syscall/bytes/monitor-x64.ts";
import {
  AF_UNIX,
  O_NOCTTY,
  O_RDWR,
  SOCK_CLOEXEC,
  SOCK_SEQPACKET,
  TIOCGPTN,
  TIOCSPTLCK,
} from "../syscall/constants.ts";
import { syscall } from "../syscall/syscall.ts";
import { tempDir } from "./harness.ts";

export interface Monitored {
  readonly pid: number;
  /** Where log, log.1 and exit are. */
  readonly directory: string;
  readonly socket: string;
  /** Resolves with the monitor's own exit status: that of the command that it becomes. */
  readonly done: Promise<number | null>;
}

export interface MonitorOptions {
  readonly tty?: boolean;
  readonly input?: boolean;
  /** In bytes. */
  readonly logMax?: number;
  /** What the monitor becomes: a shell's command. It finds `directory` in $DIRECTORY. */
  readonly ended?: string;
  readonly directory?: string;
  /** Of files that it writes: ulimit -f 1. */
  readonly limited?: boolean;
  /** The monitor begins when the container has ended. */
  readonly behindContainer?: boolean;
  /** A program in place of the shell that would run `ended`. */
  readonly becomes?: string;
  /** With `tty`: the socket ends, and no terminal has come. */
  readonly withoutTerminal?: boolean;
  readonly arch?: "x64" | "arm64";
}

/** The monitors of a failed test end with it, and their containers, which are in the same process group. */
const running = new Set<number>();
process.on("exit", () => {
  for (const pid of running) process.kill(-pid, "SIGKILL");
});

/** The monitor's program as a file. */
export function monitorFile(arch: "x64" | "arm64" = process.arch === "arm64" ? "arm64" : "x64"): string {
  const file = path.join(mkdtempSync(path.join(tempDir(), "monitor-")), "monitor");
  writeFileSync(file, { x64, arm64 }[arch].monitor, { mode: 0o755 });
  return file;
}

/** `command` is the container: a shell's command, the monitor's child. */
export function startMonitor(command: string, options: MonitorOptions = {}): Monitored {
  const { tty = false, input = false, logMax = 1 << 20, ended = "true", arch } = options;
  const directory = options.directory ?? tempDir();
  const socket = path.join(tempDir(), "attach");
  const files = tty ? terminalFiles(!options.withoutTerminal) : pipes(input);
  const fds = [...files, openSync(directory, "r"), listen(socket)];
  const emulator = arch === "arm64" && process.arch !== "arm64" ? ["qemu-aarch64"] : [];
  const words = [tty ? 1 : 0, input ? 1 : 0, logMax, "--", options.becomes ?? "/bin/sh", "-c", ended].map(
    String,
  );
  const only = [3, 4, 5, 6, 7, 8].map((fd) => `${fd}>&-`).join(" ");
  // The container has the lock's file open, and with its end it is given to who waits.
  const lock = path.join(directory, "lock");
  const hold = options.behindContainer ? `exec 9>${lock}; flock 9;` : "";
  const wait = options.behindContainer ? ["flock", "--no-fork", lock] : [];
  const terminal = tty && !options.withoutTerminal ? "setsid --ctty" : "";
  const child: ChildProcess = spawn(
    "sh",
    [
      "-c",
      // A shell gives /dev/null to what runs beside it as its fd 0, whatever that was.
      `${options.limited ? "ulimit -f 1;" : ""} ${hold} exec 8<&0; ${terminal} sh -c "$CONTAINER" <&8 ${only} & exec 0</dev/null 1>&0 2>&0 8>&- 9>&-; exec "$@"`,
      "sh",
      ...wait,
      ...emulator,
      monitorFile(arch),
      ...words,
    ],
    { stdio: fds, env: { ...process.env, CONTAINER: command, DIRECTORY: directory }, detached: true },
  );
  for (const fd of new Set(fds)) closeSync(fd);
  const pid = child.pid ?? -1;
  running.add(pid);
  const done = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("exit", resolve);
  }).finally(() => running.delete(pid));
  return { pid, directory, socket, done };
}

/** Standard input, output and errors of the container; then the monitor's input, output and errors. */
function pipes(input: boolean): number[] {
  const [inRead, inWrite] = input ? pipe() : [openSync("/dev/null", "r"), openSync("/dev/null", "r")];
  const [outRead, outWrite] = pipe();
  const [errRead, errWrite] = pipe();
  return [inRead, outWrite, errWrite, inWrite, outRead, errRead];
}

function pipe(): [number, number] {
  return pairOf((fds) => syscall("pipe2", [fds, SOCK_CLOEXEC]));
}

/** What the kernel writes two fds for. */
function pairOf(make: (fds: Uint8Array) => void): [number, number] {
  const pair = new Int32Array(2);
  make(new Uint8Array(pair.buffer));
  return [pair[0] as number, pair[1] as number];
}

/** The master goes over a socket, as the container's own child sends it. */
function terminalFiles(sent: boolean): number[] {
  const master = openSync("/dev/ptmx", O_RDWR | O_NOCTTY);
  const number = new Int32Array(1);
  syscall("ioctl", [master, TIOCSPTLCK, new Uint8Array(4)]);
  syscall("ioctl", [master, TIOCGPTN, new Uint8Array(number.buffer)]);
  const slave = openSync(`/dev/pts/${number[0]}`, O_RDWR | O_NOCTTY);
  const [ours, theirs] = pairOf((fds) => syscall("socketpair", [AF_UNIX, SOCK_SEQPACKET, 0, fds]));
  const control = new Int32Array([20, 0, 1, 1, master, 0]);
  const message = {
    msg_iov: { iov_base: new Uint8Array(1), iov_len: 1 },
    msg_iovlen: 1,
    msg_control: new Uint8Array(control.buffer),
    msg_controllen: control.byteLength,
  };
  if (sent) syscall("sendmsg", [ours, message, 0]);
  closeSync(ours);
  closeSync(master);
  const nothing = openSync("/dev/null", "r");
  return [slave, slave, slave, nothing, theirs, nothing];
}

export interface Client {
  readonly connection: Connection;
  /** What has come: by kind, and the wait status. */
  readonly text: { o: string; e: string };
  readonly status: number | undefined;
  /** It was refused. */
  readonly full: boolean;
  /** Resolves when what has come matches; rejects when the monitor goes before that. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Takes no more messages, until `resume`. */
  pause(): void;
  resume(): void;
  /** Resolves when the monitor is gone. */
  readonly end: Promise<void>;
}

/** Connects, and collects all that comes. */
export function client(socket: string): Client {
  const connection = connect(socket);
  if (!connection) throw new Error(`nobody listens at ${socket}`);
  const text = { o: "", e: "" };
  let status: number | undefined;
  let full = false;
  let stop = () => {};
  let finished = () => {};
  const end = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const waiting = new Set<() => void>();
  const got = (message: Message | undefined) => {
    if (!message) {
      connection.close();
      return finished();
    }
    if (message.kind === "x") status = message.bytes.readInt32LE();
    else if (message.kind === "f") full = true;
    else text[message.kind] += message.bytes.toString("latin1");
    for (const check of waiting) check();
  };
  const resume = () => {
    stop = connection.listen(got);
  };
  resume();
  return {
    connection,
    text,
    get status() {
      return status;
    },
    get full() {
      return full;
    },
    end,
    pause: () => stop(),
    resume,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const match = pattern.exec(`${text.o}\n${text.e}`);
          if (!match) return;
          waiting.delete(check);
          resolve(match);
        };
        waiting.add(check);
        check();
        end.then(() => reject(new Error(`gone before ${pattern} came: ${text.o}${text.e}`)));
      }),
  };
}

/** The resident memory of a process in KiB: proc(5). */
export function residentMemory(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
