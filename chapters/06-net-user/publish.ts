/** Published ports as they are typed: `-p [IP:]HOST:CONTAINER[/udp]`, with ranges of the same length on both sides. */
import { isIPv4, isIPv6 } from "node:net";
import { UserError } from "../../common/errors.ts";
import { hasIPv6 } from "./addresses.ts";

/** One port of one address family. */
export interface Publication {
  /** As it was typed. */
  readonly text: string;
  /** The host's address; 0.0.0.0 or :: for any. */
  readonly ip: string;
  /** No address was typed: each family has a publication. */
  readonly everywhere: boolean;
  readonly protocol: "tcp" | "udp";
  readonly host: number;
  readonly container: number;
}

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
    if (isLoopback6(address))
      throw refuse("packets to IPv6's loopback can't leave it", "127.0.0.1 instead, or [::]");
    const ports = Array.from({ length: to - from + 1 }, (_, i) => ({
      host: from + i,
      container: container + i,
    }));
    const everywhere = ip === undefined;
    return ports.map((port) => ({
      text,
      ip: address,
      everywhere,
      protocol: protocol as "tcp" | "udp",
      ...port,
    }));
  });
}

/** A number of 16 bits in the network's order. */
export const be16 = (port: number): Uint8Array => Uint8Array.of(port >> 8, port & 0xff);

const isLoopback6 = (ip: string): boolean =>
  isIPv6(ip) && addressBytes(ip).every((byte, i) => byte === (i === 15 ? 1 : 0));

/** The 4 or 16 bytes of a valid address. */
export function addressBytes(text: string): Uint8Array {
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
