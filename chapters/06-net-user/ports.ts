/**
 * A container's ports are its network namespace's, and nobody outside can reach them. A published port is one of the host's:
 * packets to it get the container's address as their destination (DNAT), from outside as well as from the host itself. The
 * host's port is held by a socket that nobody is served at, so that no other program takes it. What isolates stays as it is.
 */
import { closeSync, writeFileSync } from "node:fs";
import { isIPv4, isIPv6 } from "node:net";
import { constants } from "node:os";
import { UserError } from "../../common/errors.ts";
import type { Lease } from "../../common/network.ts";
import { AF_INET, AF_INET6, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_STREAM } from "../../syscall/constants.ts";
import { batch, NETLINK_NETFILTER, Netlink } from "../../syscall/netlink.ts";
import { type Act, act } from "../../syscall/program.ts";
import { SyscallError, syscall } from "../../syscall/syscall.ts";
import { hasIPv6, ipv4, ipv6 } from "./addresses.ts";
import { NFPROTO_IPV4, NFPROTO_IPV6 } from "./firewall.ts";
import * as nft from "./nftables.ts";

/** One port of one address family. */
interface Publication {
  /** As it was typed. */
  readonly text: string;
  /** Bytes of an IPv4 or IPv6 address; all zero for any. */
  readonly ip: Uint8Array;
  readonly protocol: "tcp" | "udp";
  readonly host: number;
  readonly container: number;
}

const IPPROTO = { tcp: 6, udp: 17 } as const;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;

/** What `-p` says, a publication for each port and address family. Throws a UserError. */
export function parsePublish(text: string): Publication[] {
  const refuse = (
    why: string,
    hint = "-p 8080:80, -p 127.0.0.1:8080:80, -p '[::]:53:53/udp', -p 8000-8010:8000-8010",
  ) => new UserError(`-p ${text}: ${why}`, { hint });
  const match = /^(?:(\[[^\]]+\]|[^:[\]]+):)?(\d+)(?:-(\d+))?:(\d+)(?:-(\d+))?(?:\/(tcp|udp))?$/.exec(text);
  if (!match) throw refuse("not [IP:]HOST:CONTAINER[/udp]");
  const [, ip, first, last = first, inside, insideLast = inside, protocol = "tcp"] = match;
  const [from, to, container, end] = [first, last, inside, insideLast].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  if ([from, to, container, end].some((port) => port < 1 || port > 65535))
    throw refuse("a port is 1 to 65535");
  if (to < from || to - from !== end - container) throw refuse("the two ranges aren't of the same length");
  const ips = ip === undefined ? ["0.0.0.0", ...(hasIPv6() ? ["::"] : [])] : [ip.replace(/^\[|\]$/g, "")];
  return ips.flatMap((address) => {
    if (!isIPv4(address) && !isIPv6(address)) throw refuse(`${address} isn't an IP address`);
    const bytes = addressBytes(address);
    if (isLoopback6(bytes))
      throw refuse("packets to IPv6's loopback can't leave it", "127.0.0.1 instead, or [::]");
    const ports = Array.from({ length: to - from + 1 }, (_, i) => ({
      host: from + i,
      container: container + i,
    }));
    return ports.map((port) => ({ text, ip: bytes, protocol: protocol as "tcp" | "udp", ...port }));
  });
}

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
  const family = ip.length === 4 ? AF_INET : AF_INET6;
  const type = (protocol === "tcp" ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC;
  const socket = syscall("socket", [family, type, 0]);
  try {
    // IPv4 has a socket of its own.
    if (family === AF_INET6)
      syscall("setsockopt", [socket, IPPROTO_IPV6, IPV6_V6ONLY, new Uint8Array(Int32Array.of(1).buffer), 4]);
    const address = socketAddress(family, ip, host);
    syscall("bind", [socket, address, address.length]);
    return socket;
  } catch (error) {
    closeSync(socket);
    if (!(error instanceof SyscallError)) throw error;
    const { EADDRINUSE, EADDRNOTAVAIL } = constants.errno;
    if (error.errno === EADDRINUSE)
      throw new UserError(`-p ${text}: port ${host}/${protocol} of the host is taken`, {
        hint: `another one, or: ss --listening --processes '( sport = :${host} )'`,
      });
    if (error.errno === EADDRNOTAVAIL)
      throw new UserError(`-p ${text}: that isn't an address of the host's`, { hint: "ip address" });
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
  const isV4 = ip.length === 4;
  const family = isV4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
  const theirs = isV4 ? nft.ipv4Destination : nft.ipv6Destination;
  const any = ip.every((byte) => byte === 0);
  const notLoopback = isV4 ? [] : [theirs, nft.isNot(addressBytes("::1"))];
  return [
    ...[nft.family, nft.is(Uint8Array.of(family))],
    ...[nft.protocol, nft.is(Uint8Array.of(IPPROTO[protocol]))],
    ...[nft.destinationPort, nft.is(be16(host))],
    ...(any ? notLoopback : [theirs, nft.is(ip)]),
    ...nft.destination(family, isV4 ? ipv4(address) : ipv6(address), be16(container)),
  ];
}
// #endregion rules

const be16 = (port: number): Uint8Array => Uint8Array.of(port >> 8, port & 0xff);

const isLoopback6 = (ip: Uint8Array): boolean =>
  ip.length === 16 && ip.every((byte, i) => byte === (i === 15 ? 1 : 0));

/** Of a valid IPv4 or IPv6 address. */
function addressBytes(text: string): Uint8Array {
  if (isIPv4(text)) return Uint8Array.from(text.split("."), Number);
  const [head = "", tail] = text.split("::");
  const groups = (part: string) =>
    part === "" ? [] : part.split(":").flatMap((group) => [...be16(Number.parseInt(group, 16))]);
  const bytes = new Uint8Array(16);
  bytes.set(groups(head));
  const end = groups(tail ?? "");
  bytes.set(end, 16 - end.length);
  return bytes;
}
