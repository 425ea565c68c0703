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

/** What the monitor says: standard output, standard error, the end with its wait status. */
export interface Message {
  readonly kind: "o" | "e" | "x";
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
  if (result === 0) return { send: send(fd), listen: listen(fd), close: () => closeSync(fd) };
  closeSync(fd);
  if (result === -ENOENT || result === -ECONNREFUSED) return undefined;
  throw new SyscallError("connect", [fd, address, address.length], -result);
}

const send =
  (fd: number): Connection["send"] =>
  (kind, bytes) => {
    const message = Buffer.concat([Buffer.from(kind), bytes]);
    const args = [fd, message, message.length, MSG_DONTWAIT, null, 0] as const;
    const result = trySyscall("sendto", args);
    if (result === -EAGAIN || result === -EINTR) return false;
    // Who isn't there any more takes anything; that it has gone is told by `listen`.
    if (result < 0 && result !== -EPIPE && result !== -ECONNRESET) {
      throw new SyscallError("sendto", args, -result);
    }
    return true;
  };

const listen =
  (fd: number): Connection["listen"] =>
  (got) => {
    const buffer = Buffer.alloc(1 + MESSAGE_SIZE);
    const stop = whenReadable(fd, () => {
      const length = trySyscall("recvfrom", [fd, buffer, buffer.length, MSG_DONTWAIT, null, null]);
      if (length === -EAGAIN || length === -EINTR) return;
      // It went without having read all that was sent to it; what it has said comes yet, and then the end.
      if (length === -ECONNRESET) return;
      if (length < 0) throw new SyscallError("recvfrom", [fd, buffer, buffer.length, 0, null, null], -length);
      if (length === 0) return got(undefined);
      const kind = String.fromCharCode(buffer[0] as number) as Message["kind"];
      got({ kind, bytes: Buffer.from(buffer.subarray(1, length)) });
    });
    return stop;
  };
