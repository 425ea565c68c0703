/** What the commands that tell of containers ask the chapter, and a container's place in the network. */
import type { Values } from "../common/cli.ts";
import { liveChanges } from "../common/ledger.ts";
import type { Lease } from "../common/network.ts";
import type { Config } from "./record.ts";

export interface Addresses {
  readonly ipv4: string;
  readonly ipv6: string;
  /** The bridge's. */
  readonly gateway: string;
  readonly mac: string;
  /** Of the IPv4 address, in bits. */
  readonly prefixLength: number;
}

/** A port of the container's, and the one of the host's that leads to it. */
export interface PublishedPort {
  readonly ip: string;
  readonly host: number;
  readonly container: number;
  readonly protocol: "tcp" | "udp";
}

export interface Facts {
  addresses(lease: Lease): Addresses;
  /** What the texts of `-p` come to. */
  published(texts: readonly string[]): PublishedPort[];
  /** Of `run`'s flags: bytes, processors, and processes, Infinity for any number. */
  limits(flags: Values): {
    readonly memory: number | undefined;
    readonly cpus: number | undefined;
    readonly pids: number | undefined;
  };
}

/** `bridge`, `none`, `host` or `container:ID`. */
export const networkOf = ({ flags }: Config, ordinary: boolean): string =>
  flags.network?.[0] ?? (ordinary && !flags.publish ? "none" : "bridge");

/** The container's number on a bridge, while it runs. */
export const leaseOf = (id: string): Lease | undefined =>
  liveChanges().find((change): change is Lease => change.kind === "lease" && change.names.includes(id));

/** As Docker's `ps` has it: `0.0.0.0:8080->80/tcp`. */
export const formatPort = ({ ip, host, container, protocol }: PublishedPort): string =>
  `${formatHost({ ip, host })}->${container}/${protocol}`;

export const formatHost = ({ ip, host }: Pick<PublishedPort, "ip" | "host">): string =>
  `${ip.includes(":") ? `[${ip}]` : ip}:${host}`;
