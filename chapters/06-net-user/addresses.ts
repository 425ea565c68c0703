/**
 * Addresses of a bridge. Each container has a number from 2 on (the bridge itself is 1), and all of its addresses are made of
 * it: 10.BLOCK.0.2, fd66:7464:6f63:BLOCK::2, and the link's own 02:42:0a:…. The numbers in use are those that stand in the
 * ledgers of the runs that go on: one that was killed has none.
 */
import { existsSync, readFileSync } from "node:fs";
import type { Lease } from "../../common/network.ts";
import type { Change } from "../../common/undo.ts";

export interface Address {
  /** The second byte of the IPv4 addresses: one of BLOCKS. */
  readonly block: number;
  /** From 1 (the bridge) to 65534. */
  readonly host: number;
}

export const PREFIX_LENGTH = { ipv4: 16, ipv6: 64 } as const;

export const gatewayOf = ({ block }: Address): Address => ({ block, host: 1 });

const low = (host: number): [number, number] => [host >> 8, host & 0xff];

export const ipv4 = ({ block, host }: Address): Uint8Array => Uint8Array.of(10, block, ...low(host));

/** Unique local addresses, RFC 4193: like IPv4's private ones, nobody routes them on the internet. */
export const ipv6 = ({ block, host }: Address): Uint8Array =>
  Uint8Array.of(0xfd, 0x66, 0x74, 0x64, 0x6f, 0x63, 0, block, 0, 0, 0, 0, 0, 0, ...low(host));

/** Of the same number, so that an address which is given again has no other neighbour's link in anybody's cache. */
export const mac = (address: Address): Uint8Array => Uint8Array.of(0x02, 0x42, ...ipv4(address));

export const ipv4Text = (address: Address): string => ipv4(address).join(".");
export const ipv6Text = ({ block, host }: Address): string =>
  `fd66:7464:6f63:${block.toString(16)}::${host.toString(16)}`;

/** Whether links get IPv6 addresses here. */
export function hasIPv6(): boolean {
  const file = "/proc/sys/net/ipv6/conf/default/disable_ipv6";
  return existsSync(file) && readFileSync(file, "latin1").trim() === "0";
}

/** 10.88.0.0/16 to 10.127.0.0/16 */
const BLOCKS = Array.from({ length: 40 }, (_, i) => 88 + i);
const HOSTS = 65534;

export const leasesOf = (bridge: string, changes: readonly Change[]): Lease[] =>
  changes.filter((each): each is Lease => each.kind === "lease" && each.bridge === bridge);

// #region pool
/** An address that no other run has; where to begin is chosen by the id, so that one isn't given again at once. */
export function chooseAddress(id: string, bridge: string, others: readonly Change[]): Address {
  const leases = leasesOf(bridge, others);
  const taken = new Set(leases.map(({ address }) => address.host));
  const block = leases[0]?.address.block ?? freeBlock(bridge);
  let host = 2 + (Number.parseInt(id.slice(-6), 16) % (HOSTS - 1));
  while (taken.has(host)) host = host === HOSTS ? 2 : host + 1;
  return { block, host };
}
// #endregion pool

/** The first block that no route of the host's leads to. */
function freeBlock(bridge: string): number {
  const routes = hostRoutes().filter((route) => route.link !== bridge && route.mask !== 0);
  const free = BLOCKS.find((block) =>
    routes.every(({ destination, mask }) => {
      const common = mask & 0xffff0000;
      return (((10 << 24) | (block << 16)) & common) !== (destination & common);
    }),
  );
  return free ?? (BLOCKS[0] as number);
}

/** /proc/net/route has IPv4's, as hexadecimal numbers of the machine's byte order. */
function hostRoutes(): { link: string; destination: number; mask: number }[] {
  const lines = readFileSync("/proc/thread-self/net/route", "latin1").trimEnd().split("\n").slice(1);
  return lines.map((line) => {
    const [link = "", destination = "", , , , , , mask = ""] = line.split("\t");
    const number = (text: string) => Buffer.from(text, "hex").readInt32LE();
    return { link, destination: number(destination), mask: number(mask) };
  });
}
