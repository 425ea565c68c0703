/** Taking away what containers share in the host's network, and telling their neighbours that one of them has gone. */
import {
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { constants } from "node:os";
import { batch, converse, NETLINK_NETFILTER, NETLINK_ROUTE, nftables } from "../syscall/netlink.ts";
import { leaveBridge } from "./switches.ts";
import type { Change } from "./undo.ts";

/** A file below /proc/sys with what it said before, and what it says while it is needed. */
export interface Sysctl {
  readonly file: string;
  readonly was: string;
  readonly set: string;
}

export type Bridge = Extract<Change, { kind: "bridge" }>;
export type Lease = Extract<Change, { kind: "lease" }>;

/** The number of the network namespace that the thread is in: `net:[4026531840]`. */
export const ownNetwork = (): string => readlinkSync("/proc/thread-self/ns/net");

export const isSameBridge = ({ namespace, bridge }: Bridge, other: Change): other is Bridge =>
  other.kind === "bridge" && other.bridge === bridge && other.namespace === namespace;

const RTM_DELLINK = 17;
const IFLA_IFNAME = 3;
const NFT_MSG_DELTABLE = 2;
const NFTA_TABLE_NAME = 1;
const { ENODEV, ENOENT, EPROTONOSUPPORT, EOPNOTSUPP } = constants.errno;

/** A bridge of another network namespace can't be reached by its number: with the namespace it ends by itself. */
export function removeBridge({ namespace, bridge, sysctls }: Bridge): void {
  if (namespace !== ownNetwork()) return;
  leaveBridge(bridge, { sysctls, tables: [bridge] }, (all) => {
    for (const { file, was } of [...all.sysctls].reverse()) restore(file, was);
    for (const table of all.tables) removeTable(table);
    removeLink(bridge);
  });
}

function removeTable(name: string): void {
  const what = `removing the table ${name} of nftables`;
  const message = nftables(NFT_MSG_DELTABLE, { what, unless: ENOENT, attributes: [[NFTA_TABLE_NAME, name]] });
  try {
    converse(NETLINK_NETFILTER, (netlink) => netlink.send(batch([message])));
  } catch (error) {
    // The kernel has no nftables: then it has no table.
    if (![EPROTONOSUPPORT, EOPNOTSUPP].includes((error as { errno?: number }).errno ?? 0)) throw error;
  }
}

function removeLink(name: string): void {
  const what = `removing the link ${name}`;
  const header = new Uint8Array(16);
  const message = {
    what,
    unless: ENODEV,
    type: RTM_DELLINK,
    header,
    attributes: [[IFLA_IFNAME, name]] as const,
  };
  converse(NETLINK_ROUTE, (netlink) => netlink.send([message]));
}

/** A link's own settings go with the link. */
function restore(file: string, was: string): void {
  try {
    writeFileSync(file, was);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** The line of /etc/hosts by which a container's neighbours find it: hosts(5). */
export const hostsLine = (address: string, names: readonly string[]): string =>
  `${address}\t${names.join(" ")}\n`;

/** Takes the container's names out of its neighbours' files. */
export function forgetNames({ bridge, names }: Lease, others: readonly Change[]): void {
  const ending = `\t${names.join(" ")}`;
  for (const other of others) {
    if (other.kind === "lease" && other.bridge === bridge) removeLines(other.hosts, ending);
  }
}

/** In place, since the file is mounted: first all that stays, then shorter, so that a reader misses nothing. */
function removeLines(file: string, ending: string): void {
  const text = readText(file);
  const lines = text.split("\n").filter((line) => !line.endsWith(ending));
  const rest = lines.join("\n");
  if (rest.length === text.length) return;
  const fd = openSync(file, "r+");
  try {
    ftruncateSync(fd, writeSync(fd, rest, 0));
  } finally {
    closeSync(fd);
  }
}

/** Empty for a container that has ended, or hasn't got its file yet. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
