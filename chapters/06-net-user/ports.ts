/**
 * A container's ports are its network namespace's, and nobody outside can reach them. A published port is one of the host's:
 * packets to it get the container's address as their destination (DNAT), from outside as well as from the host itself. The
 * host's port is held by a socket that nobody is served at, so that no other program takes it. What isolates stays as it is.
 */
import { closeSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { UserError } from "../../common/errors.ts";
import type { Lease } from "../../common/network.ts";
import { AF_INET, AF_INET6, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_STREAM } from "../../syscall/constants.ts";
import { batch, NETLINK_NETFILTER, Netlink } from "../../syscall/netlink.ts";
import { type Act, act } from "../../syscall/program.ts";
import { SyscallError, syscall } from "../../syscall/syscall.ts";
import { ipv4, ipv6 } from "./addresses.ts";
import { NFPROTO_IPV4, NFPROTO_IPV6 } from "./firewall.ts";
import * as nft from "./nftables.ts";
import { addressBytes, be16, type Publication, parsePublish } from "./publish.ts";

const IPPROTO = { tcp: 6, udp: 17 } as const;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;

/** What the runtime holds for the published ports of a container: with these sockets the ports and their rules are gone. */
export class Ports {
  private readonly sockets: number[] = [];
  private table: Netlink | undefined;
  readonly publications: readonly Publication[];

  constructor(texts: readonly string[]) {
    this.publications = texts.flatMap(parsePublish);
  }

  acts(bridge: string, id: string, lease: () => Lease): Act[] {
    if (this.publications.length === 0) return [];
    const shown = [...new Set(this.publications.map(({ text }) => text))].join(", ");
    return [
      act(`bind the host's ports of ${shown}`, "they are the container's: no other program gets them", () => {
        for (const each of this.publications) this.sockets.push(hold(each));
      }),
      act(`nftables: table inet ${bridge}-${id}`, "packets to these ports go to the container", () => {
        writeFileSync(`/proc/sys/net/ipv4/conf/${bridge}/route_localnet`, "1");
        this.table = new Netlink(NETLINK_NETFILTER);
        this.table.send(batch(nft.table(`${bridge}-${id}`, chains(this.publications, lease()), nft.OWNED)));
      }),
    ];
  }

  /** Throws a UserError for one that is taken: whoever serves them doesn't always say so. */
  check(): void {
    for (const each of this.publications) closeSync(hold(each));
  }

  /** The sockets that hold all of this. */
  held(): number[] {
    return [...this.sockets, ...(this.table ? [this.table.fd] : [])];
  }

  release(): void {
    this.table?.close();
    this.table = undefined;
    for (const socket of this.sockets.splice(0)) closeSync(socket);
  }
}

/** Binds a socket to the port; throws a UserError where that is somebody else's. */
function hold({ text, ip, protocol, host }: Publication): number {
  const bytes = addressBytes(ip);
  const family = bytes.length === 4 ? AF_INET : AF_INET6;
  const type = (protocol === "tcp" ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC;
  const socket = syscall("socket", [family, type, 0]);
  try {
    // IPv4 has a socket of its own.
    if (family === AF_INET6)
      syscall("setsockopt", [socket, IPPROTO_IPV6, IPV6_V6ONLY, new Uint8Array(Int32Array.of(1).buffer), 4]);
    const address = socketAddress(family, bytes, host);
    syscall("bind", [socket, address, address.length]);
    return socket;
  } catch (error) {
    closeSync(socket);
    if (!(error instanceof SyscallError)) throw error;
    const { EACCES, EADDRINUSE, EADDRNOTAVAIL } = constants.errno;
    if (error.errno === EADDRINUSE)
      throw new UserError(`-p ${text}: port ${host}/${protocol} of the host is taken`, {
        hint: `another one, or: ss --listening --processes '( sport = :${host} )'`,
      });
    if (error.errno === EADDRNOTAVAIL)
      throw new UserError(`-p ${text}: that isn't an address of the host's`, { hint: "ip address" });
    if (error.errno === EACCES)
      throw new UserError(`-p ${text}: port ${host} is for root alone`, {
        hint: `a higher one, or: sudo sysctl -w net.ipv4.ip_unprivileged_port_start=${host}`,
      });
    throw error;
  }
}

/** ip(7), `struct sockaddr_in`; ipv6(7), `struct sockaddr_in6` */
function socketAddress(family: number, ip: Uint8Array, port: number): Uint8Array {
  const bytes = new Uint8Array(family === AF_INET ? 16 : 28);
  bytes.set([family, 0, port >> 8, port & 0xff]);
  bytes.set(ip, family === AF_INET ? 4 : 8);
  return bytes;
}

// #region rules
/** What comes for an address of the host's, and what the host itself sends to one, goes through the chain of the ports. */
function chains(publications: readonly Publication[], { address }: Lease): nft.Chain[] {
  const local = [
    nft.destinationType,
    nft.is(new Uint8Array(Uint32Array.of(RTN_LOCAL).buffer)),
    nft.jump("ports"),
  ];
  return [
    { name: "ports", rules: publications.map((each) => redirect(each, address)) },
    { name: "prerouting", hook: nft.HOOKS.natPrerouting, rules: [local] },
    { name: "output", hook: nft.HOOKS.natOutput, rules: [local] },
  ];
}

/** `linux/rtnetlink.h`: an address of the host's own */
const RTN_LOCAL = 2;

function redirect({ ip, protocol, host, container }: Publication, address: Lease["address"]): nft.Rule {
  const bytes = addressBytes(ip);
  const isV4 = bytes.length === 4;
  const family = isV4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
  const theirs = isV4 ? nft.ipv4Destination : nft.ipv6Destination;
  const any = bytes.every((byte) => byte === 0);
  const notLoopback = isV4 ? [] : [theirs, nft.isNot(addressBytes("::1"))];
  return [
    ...[nft.family, nft.is(Uint8Array.of(family))],
    ...[nft.protocol, nft.is(Uint8Array.of(IPPROTO[protocol]))],
    ...[nft.destinationPort, nft.is(be16(host))],
    ...(any ? notLoopback : [theirs, nft.is(bytes)]),
    ...nft.destination(family, isV4 ? ipv4(address) : ipv6(address), be16(container)),
  ];
}
// #endregion rules
