/** The socket at which a container's monitor serves those who attach: unix(7), SOCK_SEQPACKET, which keeps messages apart. */
import { closeSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { UserError } from "../common/errors.ts";
import { runFolder } from "../common/home.ts";
import { AF_UNIX, SOCK_CLOEXEC, SOCK_SEQPACKET } from "../syscall/constants.ts";
import { syscall } from "../syscall/syscall.ts";

/** Those who wait to be accepted, at most. */
const BACKLOG = 16;
/** `sun_path` has 108 bytes, the last of which is a NUL. */
const LONGEST_PATH = 107;

export const attachSocket = (id: string): string => path.join(runFolder(), "attach", id);

/** A socket that listens there; who connects has to be able to write the file. Throws a SyscallError. */
export function listen(file: string): number {
  const address = socketAddress(file);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  rmSync(file, { force: true });
  const fd = syscall("socket", [AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0]);
  try {
    syscall("bind", [fd, address, address.length]);
    syscall("listen", [fd, BACKLOG]);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** `struct sockaddr_un`: the family with 16 bits, then the path. Throws a UserError where that is too long. */
export function socketAddress(file: string): Uint8Array {
  if (Buffer.byteLength(file) > LONGEST_PATH) {
    throw new UserError(`${file}: a socket's path may have ${LONGEST_PATH} bytes`, {
      hint: "FT_DOCKER_HOME=DIR, a shorter one",
    });
  }
  return Buffer.concat([Buffer.from(Uint16Array.of(AF_UNIX).buffer), Buffer.from(`${file}\0`)]);
}
