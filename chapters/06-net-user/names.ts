/**
 * Names aren't the kernel's: a program looks into /etc/hosts, and asks the servers that /etc/resolv.conf lists. Both are files
 * of the runtime's that are mounted into the container, so that it may write to them, and so that the runtime can add who
 * comes to the bridge, and take out who goes, while the container runs. Nothing is isolated by that. hosts(5), resolv.conf(5).
 */
import { appendFileSync, chownSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import { withAll } from "../../common/ledger.ts";
import { hostsLine, type Lease } from "../../common/network.ts";
import { gatewayOf, ipv4Text, ipv6Text, leasesOf } from "./addresses.ts";
import type { Volume } from "./volumes.ts";

export interface Names {
  /** The container's own directory: its files are there. */
  readonly directory: string;
  readonly hostname: string;
  /** Addresses of name servers; none for the host's. */
  readonly dns: readonly string[];
  readonly addHost: readonly (readonly [name: string, address: string])[];
  /** The host's id of the container's root, to whom the files belong. */
  readonly owner: number;
}

/** `--dns`: an address. Throws a UserError. */
export function checkDns(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new UserError(`--dns ${text}: not an IP address`, { hint: "--dns 192.0.2.53" });
}

/** `--add-host NAME:ADDRESS`, where `host-gateway` is the bridge, which is the host's. Throws a UserError. */
export function parseAddHost(text: string): [name: string, address: string] {
  const [, name = "", address = ""] = /^([^:=\s]+)[:=](.+)$/.exec(text) ?? [];
  const bare = address.replace(/^\[(.*)\]$/, "$1");
  if (name !== "" && (isIP(bare) !== 0 || bare === "host-gateway")) return [name, bare];
  throw new UserError(`--add-host ${text}: not NAME:ADDRESS`, { hint: "--add-host db:192.0.2.7" });
}

const FILES = ["hosts", "hostname", "resolv.conf"];

/** Where they are in the container. */
export const NAME_TARGETS = FILES.map((name) => `/etc/${name}`);

export const hostsFile = (directory: string): string => path.join(directory, "hosts");

/** The files as they are mounted into the container. */
export const nameMounts = (directory: string): Volume[] =>
  FILES.map((name) => ({
    source: path.join(directory, name),
    target: `/etc/${name}`,
    readOnly: false,
    idmap: false,
    isDirectory: false,
  }));

// #region files
/** Writes them; with a `lease` the neighbours on its bridge are told, and are in the file. */
export function writeNames(names: Names, lease: Lease | undefined): void {
  const host = lease === undefined ? undefined : ipv4Text(gatewayOf(lease.address));
  write(names, "hostname", `${names.hostname}\n`);
  write(names, "resolv.conf", resolvers(names.dns));
  const added = names.addHost.map(([name, address]) =>
    hostsLine(address === "host-gateway" ? (host ?? "127.0.0.1") : address, [name]),
  );
  const first = ["127.0.0.1\tlocalhost\n", "::1\tlocalhost ip6-localhost ip6-loopback\n", ...added];
  if (!lease) {
    write(names, "hosts", [...first, hostsLine("127.0.1.1", [names.hostname])].join(""));
    return;
  }
  withAll((all) => {
    const leases = leasesOf(lease.bridge, all);
    write(names, "hosts", [...first, ...leases.map(linesOf)].join(""));
    for (const { hosts } of leases)
      if (hosts !== lease.hosts && existsSync(hosts)) appendFileSync(hosts, linesOf(lease));
  });
}

const linesOf = ({ address, names }: Lease): string =>
  hostsLine(ipv4Text(address), names) + hostsLine(ipv6Text(address), names);
// #endregion files

function write({ directory, owner }: Names, name: string, text: string): void {
  const file = path.join(directory, name);
  writeFileSync(file, text, { mode: 0o644 });
  if (owner !== 0) chownSync(file, owner, owner);
}

/** systemd's resolver listens on the host's loopback, which isn't the container's; this file has those that it asks. */
const UPSTREAM = "/run/systemd/resolve/resolv.conf";

function resolvers(dns: readonly string[]): string {
  const lines = hostResolvers();
  const others = lines.filter((line) => !line.startsWith("nameserver"));
  if (dns.length > 0) return text([...others, ...dns.map((address) => `nameserver ${address}`)]);
  const outside = lines.filter((line) => !isLoopback(line));
  return text(outside.some((line) => line.startsWith("nameserver")) ? outside : others);
}

function hostResolvers(): string[] {
  const lines = linesIn("/etc/resolv.conf");
  const onlyLoopback = lines.every((line) => !line.startsWith("nameserver") || isLoopback(line));
  return onlyLoopback && existsSync(UPSTREAM) ? linesIn(UPSTREAM) : lines;
}

const isLoopback = (line: string): boolean => /^nameserver\s+(127\.|::1\s*$)/.test(line);

const linesIn = (file: string): string[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => /^[a-z]/.test(line))
    : [];

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
