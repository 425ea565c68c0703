/** slirp4netns(1) is told of ports while it runs: one question in JSON on a Unix socket, one answer. */
import { closeSync } from "node:fs";
import { isIPv6 } from "node:net";
import { UserError } from "../../common/errors.ts";
import { AF_UNIX, SOCK_CLOEXEC, SOCK_STREAM } from "../../syscall/constants.ts";
import { syscall } from "../../syscall/syscall.ts";
import type { Publication } from "./publish.ts";

/** Asks for a port of the host's that leads to one of the container's `address`. Throws a UserError. */
export function addForwarding(socket: string, address: string, publication: Publication): void {
  const { text, ip, everywhere, protocol, host, container } = publication;
  if (isIPv6(ip)) {
    if (everywhere) return; // IPv4 has one of its own.
    throw new UserError(`-p ${text}: slirp4netns has no ports of IPv6`, {
      hint: "sudo apt-get install passt",
    });
  }
  const where = { host_addr: ip, host_port: host, guest_addr: address, guest_port: container };
  const answer = ask(socket, { execute: "add_hostfwd", arguments: { proto: protocol, ...where } });
  const { error } = JSON.parse(answer) as { error?: { desc?: string } };
  if (error) throw new UserError(`-p ${text}: slirp4netns: ${error.desc}`, { hint: "another port" });
}

/** unix(7), `struct sockaddr_un`. The answer is short, and ends with the connection. */
function ask(file: string, question: object): string {
  const fd = syscall("socket", [AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0]);
  try {
    const address = Buffer.concat([Uint8Array.of(AF_UNIX, 0), Buffer.from(`${file}\0`)]);
    syscall("connect", [fd, address, address.length]);
    const text = Buffer.from(JSON.stringify(question));
    syscall("sendto", [fd, text, text.length, 0, null, 0]);
    const parts: Buffer[] = [];
    for (;;) {
      const part = Buffer.alloc(4096);
      const length = syscall("recvfrom", [fd, part, part.length, 0, null, null]);
      if (length === 0) return Buffer.concat(parts).toString();
      parts.push(part.subarray(0, length));
    }
  } finally {
    closeSync(fd);
  }
}
