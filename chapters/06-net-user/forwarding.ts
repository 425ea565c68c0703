/**
 * A host hands packets from one link to another only if it is told to: forwarding is off by default. It is switched on for a
 * bridge where it is off, and off again with the last container; meanwhile the bridge's table lets nobody else's packets
 * pass. `Documentation/networking/ip-sysctl.rst` of the kernel.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Bridge, isSameBridge, ownNetwork, type Sysctl } from "../../common/network.ts";
import type { Change } from "../../common/undo.ts";

const IPV4 = "/proc/sys/net/ipv4/ip_forward";
const IPV6 = "/proc/sys/net/ipv6/conf";

/** What has to be set for the bridge; what another run of ours has set already is among it, for the last one to undo. */
export function planBridge(bridge: string, others: readonly Change[]): Bridge {
  const planned = { kind: "bridge", namespace: ownNetwork(), bridge, sysctls: [] } as const;
  const same = others.find((other) => isSameBridge(planned, other)) as Bridge | undefined;
  return { ...planned, sysctls: same?.sysctls ?? [...ipv4Forwarding(), ...ipv6Forwarding()] };
}

function ipv4Forwarding(): Sysctl[] {
  return read(IPV4) === "0" ? [{ file: IPV4, was: "0", set: "1" }] : [];
}

/** A host that forwards believes no router's announcements any more, and loses its own way out, unless accept_ra is 2. */
function ipv6Forwarding(): Sysctl[] {
  const forwarding = path.join(IPV6, "all/forwarding");
  if (!existsSync(forwarding) || read(forwarding) !== "0" || !hasGlobalAddress()) return [];
  const files = readdirSync(IPV6).map((link) => path.join(IPV6, link, "accept_ra"));
  const announced = files.filter((file) => read(file) === "1");
  return [
    ...announced.map((file) => ({ file, was: "1", set: "2" })),
    { file: forwarding, was: "0", set: "1" },
  ];
}

/** Else nothing of IPv6 leads out. /proc/net/if_inet6: address, index, length of the prefix, scope (00: global), flags, link */
function hasGlobalAddress(): boolean {
  const lines = readFileSync("/proc/thread-self/net/if_inet6", "latin1").split("\n");
  return lines.map((line) => line.split(/ +/)).some(([, , , scope]) => scope === "00");
}

const read = (file: string): string => readFileSync(file, "latin1").trim();

export function switchOn({ sysctls }: Bridge): void {
  for (const { file, set } of sysctls) if (read(file) !== set) writeFileSync(file, set);
}

/** Whether the host has forwarded nothing before. */
export const wasClosed = ({ sysctls }: Bridge): boolean => sysctls.some(({ file }) => file === IPV4);
