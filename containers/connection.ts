/** The messages between a container's monitor and its clients, one byte that says what it is before each: see syscall/native/monitor.c. */
import { closeSync } from "node:fs";
import { constants } from "node:os";
import { AF_UNIX, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_SEQPACKET } from "../syscall/constants.ts";
import { whenReadable } from "../syscall/native.ts";
import { SyscallError, syscall, trySyscall } from "../syscall/syscall.ts";
import { socketAddress } from "./listener.ts";

/** How many bytes a message has at most, beside the first. */
export const MESSAGE_SIZE = 16384;

const { EAGAIN, ECONNREFUSED, ECONNRESET, EINTR, ENOENT, EPIPE } = constants.errno;

/** What the monitor says: standard output, standard error, the end with its wait status; that it has as many clients as it takes. */
export interface Message {
  readonly kind: "o" | "e" | "x" | "f";
  readonly bytes: Buffer;
}

export interface Connection {
  /** Input, the end of input, the window's size (`struct winsize`); false where the monitor doesn't take it now. */
  send(kind: "i" | "q" | "w", bytes: Uint8Array): boolean;
  /** Calls `got` with each message, and with undefined at the end; returns what interrupts that. */
  listen(got: (message: Message | undefined) => void): () => void;
  close(): void;
}

/** Connects to the monitor that listens at this path; undefined where there is none (any more). */
export function connect(file: string): Connection | undefined {
  const address = socketAddress(file);
  const fd = syscall("socket", [AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0]);
  const result = trySyscall("connect", [fd, address, address.length]);
  if (result < 0) closeSync(fd);
  if (result === -ENOENT || result === -ECONNREFUSED) return undefined;
  if (result < 0) throw new SyscallError("connect", [fd, address, address.length], -result);
  let stop = () => {};
  return {
    send: (kind, bytes) => send(fd, Buffer.concat([Buffer.from(kind), bytes])),
    listen: (got) => {
      stop = listen(fd, got);
      return stop;
    },
    close: () => {
      stop();
      closeSync(fd);
    },
  };
}

function send(fd: number, message: Buffer): boolean {
  const args = [fd, message, message.length, MSG_DONTWAIT, null, 0] as const;
  const result = trySyscall("sendto", args);
  if (result === -EAGAIN || result === -EINTR) return false;
  // Who isn't there any more takes anything; that it has gone is told by `listen`.
  if (result < 0 && result !== -EPIPE && result !== -ECONNRESET) {
    throw new SyscallError("sendto", args, -result);
  }
  return true;
}

function listen(fd: number, got: (message: Message | undefined) => void): () => void {
  const buffer = Buffer.alloc(1 + MESSAGE_SIZE);
  const args = [fd, buffer, buffer.length, MSG_DONTWAIT, null, null] as const;
  return whenReadable(fd, () => {
    // ECONNRESET: it went without having read all. What it has said comes yet, but this isn't called for that again.
    for (let gone = false; ; ) {
      const length = trySyscall("recvfrom", args);
      if (length === -EAGAIN || length === -EINTR) return;
      if (length < 0 && length !== -ECONNRESET) throw new SyscallError("recvfrom", args, -length);
      gone ||= length < 0;
      if (length >= 0) got(length === 0 ? undefined : messageOf(buffer.subarray(0, length)));
      if (length === 0 || !gone) return;
    }
  });
}

const messageOf = (bytes: Buffer): Message => ({
  kind: String.fromCharCode(bytes[0] as number) as Message["kind"],
  bytes: Buffer.from(bytes.subarray(1)),
});
