/** File descriptors that come two at a time. All are close-on-exec. */
import { AF_UNIX, O_CLOEXEC, SOCK_CLOEXEC, SOCK_SEQPACKET } from "./constants.ts";
import { syscall } from "./syscall.ts";

/** pipe(2) */
export const pipe = (): [read: number, write: number] => pairOf((fds) => syscall("pipe2", [fds, O_CLOEXEC]));

/** socketpair(2). With SOCK_SEQPACKET each message arrives whole, and the end is a message of 0 bytes. */
export const socketPair = (): [number, number] =>
  pairOf((fds) => syscall("socketpair", [AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds]));

function pairOf(make: (fds: Uint8Array) => void): [number, number] {
  const pair = new Int32Array(2);
  make(new Uint8Array(pair.buffer));
  return [pair[0] as number, pair[1] as number];
}
