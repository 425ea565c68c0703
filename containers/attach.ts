/** Our standard files as those of a container that runs: by messages with its monitor, until it ends or we leave. */
import { UserError } from "../common/errors.ts";
import { Ledger } from "../common/ledger.ts";
import { makeRaw } from "../common/relay.ts";
import { getWindowSize, isTerminal } from "../common/termios.ts";
import { exitStatus } from "../syscall/launch.ts";
import { type Connection, connect, MESSAGE_SIZE } from "./connection.ts";
import { DetachKeys } from "./detach-keys.ts";
import { write } from "./output.ts";

export interface AttachOptions {
  /** The monitor's socket: attachSocket(id). */
  readonly socket: string;
  /** The container has a terminal. */
  readonly tty: boolean;
  /** What is typed goes to the container. */
  readonly stdin: boolean;
  /** The keys by which one leaves: parseKeys. They count where the container has a terminal, as with Docker. */
  readonly keys: Buffer;
  /** What becomes of signals that are sent to us; without it they end us, and the container goes on. */
  readonly signal: ((signal: number) => void) | undefined;
}

/** How it came to its end: by the detach keys, by a signal, by the container's own end with this exit status; the monitor didn't tell. */
export type Attached =
  | { readonly detached: true }
  | { readonly signal: number }
  | { readonly status: number }
  | { readonly lost: true };

/** An attachment that has begun: all that the container writes from now on is shown. */
export interface Attachment {
  readonly ended: Promise<Attached>;
}

/** How long to wait, in milliseconds, when the monitor doesn't take what is typed. */
const RETRY = 20;

/** The signals that reach the container; with a terminal its keys do that. */
const PROXIED = [
  ...(["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"] as const),
  ...(["SIGUSR1", "SIGUSR2", "SIGCONT", "SIGTSTP"] as const),
];
/** Those that end us, where none are passed on. */
const ENDING = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"] as const;

/** Throws a UserError where no monitor is there. Its socket may be there before: then nothing is missed. */
export function beginAttach(options: AttachOptions): Attachment {
  const connection = connect(options.socket);
  if (!connection) {
    throw new UserError("attach: the container doesn't run", { hint: "'ps -a' says what has become of it" });
  }
  return { ended: follow(connection, options) };
}

async function follow(connection: Connection, options: AttachOptions): Promise<Attached> {
  const ledger = new Ledger();
  const undo = () => ledger.close();
  process.once("exit", undo);
  const endings: (() => void)[] = [];
  try {
    return await new Promise<Attached>((resolve, reject) => {
      // First: a signal may come at once, and mustn't leave the terminal as it is then.
      endings.push(listenToSignals(options.signal, resolve));
      endings.push(carryOutput(connection, resolve, reject));
      if (options.tty) endings.push(followWindow(connection));
      if (options.stdin && options.tty && isTerminal(0)) makeRaw(ledger);
      if (options.stdin) endings.push(carryInput(connection, options, () => resolve({ detached: true })));
    });
  } finally {
    for (const end of endings) end();
    connection.close();
    undo();
    process.off("exit", undo);
  }
}

/** From the container to stdout and stderr, no faster than they are read. Returns what ends it. */
function carryOutput(
  connection: Connection,
  resolve: (how: Attached) => void,
  reject: (error: unknown) => void,
): () => void {
  let status: number | undefined;
  let stop = () => {};
  // After one message the next is only taken when this one is written.
  let written = Promise.resolve();
  const listen = () => {
    stop = connection.listen((message) => {
      stop();
      if (message?.kind === "x") status = exitStatus(message.bytes.readInt32LE());
      if (message?.kind === "f") {
        return reject(
          new UserError("attach: the container has as many clients as it takes", {
            hint: "leave another one",
          }),
        );
      }
      const end = message === undefined;
      written = written
        .then(async () => {
          if (message?.kind === "o" || message?.kind === "e")
            await write(message.kind === "o" ? 1 : 2, message.bytes);
          if (end) resolve(status === undefined ? { lost: true } : { status });
          else listen();
        })
        .catch(reject);
    });
  };
  listen();
  return () => stop();
}

/** The container's window is as large as ours. */
function followWindow(connection: Connection): () => void {
  const resize = () => {
    if (!isTerminal(1) || connection.send("w", getWindowSize(1))) return;
    setTimeout(resize, RETRY).unref();
  };
  process.on("SIGWINCH", resize);
  resize();
  return () => process.off("SIGWINCH", resize);
}

/** From stdin to the container, no faster than the monitor takes it. Returns what ends it. */
function carryInput(connection: Connection, { tty, keys }: AttachOptions, detach: () => void): () => void {
  const { stdin } = process;
  const detachKeys = tty ? new DetachKeys(keys) : undefined;
  let waiting: NodeJS.Timeout | undefined;
  const send = (kind: "i" | "q", bytes: Buffer, done: () => void) => {
    const part = bytes.subarray(0, MESSAGE_SIZE);
    if (!connection.send(kind, part)) {
      waiting = setTimeout(send, RETRY, kind, bytes, done);
    } else if (part.length < bytes.length) {
      send(kind, bytes.subarray(part.length), done);
    } else done();
  };
  const typed = (bytes: Buffer) => {
    const { pass, detached } = detachKeys?.feed(bytes) ?? { pass: bytes, detached: false };
    const done = () => (detached ? detach() : stdin.resume());
    stdin.pause();
    if (pass.length > 0) send("i", pass, done);
    else done();
  };
  const end = () => send("q", Buffer.alloc(0), () => {});
  stdin.on("data", typed).on("end", end).on("error", end);
  return () => {
    clearTimeout(waiting);
    stdin.off("data", typed).off("end", end).pause();
  };
}

function listenToSignals(
  proxy: ((signal: number) => void) | undefined,
  resolve: (how: Attached) => void,
): () => void {
  const listen = (_name: NodeJS.Signals, signal: number) => {
    if (proxy) proxy(signal);
    else resolve({ signal });
  };
  const names = proxy ? PROXIED : ENDING;
  for (const name of names) process.on(name, listen);
  return () => {
    for (const name of names) process.off(name, listen);
  };
}
