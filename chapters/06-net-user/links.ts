/**
 * A network namespace has links, addresses, routes, ports and packet filters of its own; a new one has only a loopback that
 * is down. A veth is a pair of links: what goes into one end comes out of the other, and each end may be in a namespace of
 * its own. A bridge is a switch: the host's ends are its ports. It isolates nothing by itself: who is on it, meets.
 */
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import { AF_INET, AF_INET6, CLONE_NEWNET } from "../../syscall/constants.ts";
import {
  type Attributes,
  converse,
  type Message,
  NETLINK_ROUTE,
  type Netlink,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
} from "../../syscall/netlink.ts";
import { syscall } from "../../syscall/syscall.ts";
import { type Address, gatewayOf, hasIPv6, ipv4, ipv6, mac, PREFIX_LENGTH } from "./addresses.ts";

/** `linux/rtnetlink.h`, `linux/if_link.h`, `linux/if_addr.h`, `linux/veth.h` */
const RTM = { NEWLINK: 16, GETLINK: 18, NEWADDR: 20, NEWROUTE: 24 } as const;
const IFLA = { ADDRESS: 1, IFNAME: 3, MASTER: 10, LINKINFO: 18, NET_NS_PID: 19 } as const;
const IFLA_INFO = { KIND: 1, DATA: 2 } as const;
const VETH_INFO_PEER = 1;
const IFA = { ADDRESS: 1, LOCAL: 2 } as const;
/** Without it an IPv6 address could be used only a second later, when nobody else has laid claim to it. */
const IFA_F_NODAD = 2;
const RTA_GATEWAY = 5;
const RTPROT_BOOT = 3;
const RTN_UNICAST = 1;
const RT_TABLE_MAIN = 254;
const IFF_UP = 1;
/** The first link of every network namespace. */
const LOOPBACK = 1;

// #region namespace
/** Does it in the network namespace of a pidfd, or of an open /proc/PID/ns/net. setns(2) moves this thread, and back. */
export function inNetworkOf<T>(namespace: number, action: () => T): T {
  const own = openSync("/proc/thread-self/ns/net", "r");
  try {
    syscall("setns", [namespace, CLONE_NEWNET]);
    try {
      return action();
    } finally {
      syscall("setns", [own, CLONE_NEWNET]);
    }
  } finally {
    closeSync(own);
  }
}
// #endregion namespace

// #region host
/** In the host's namespace: the bridge, if it isn't there, and a veth from it to `eth0` in the child's. */
export function connect(bridge: string, veth: string, address: Address, pid: number): void {
  const gateway = gatewayOf(address);
  converse(NETLINK_ROUTE, (netlink) => {
    const index = makeBridge(netlink, bridge, gateway);
    netlink.send([...giveAddresses(bridge, index, gateway), vethPair(veth, index, address, pid)]);
  });
}

/** Returns its number. */
function makeBridge(netlink: Netlink, name: string, gateway: Address): number {
  const make = newLink(`the bridge ${name}`, 0, IFF_UP, [
    [IFLA.IFNAME, name],
    // One of its own: else it would take over a port's, and change with it.
    [IFLA.ADDRESS, mac(gateway)],
    [IFLA.LINKINFO, [[IFLA_INFO.KIND, "bridge"]]],
  ]);
  return indexOf(netlink, name, [{ ...make, unless: constants.errno.EEXIST }]);
}

/** One message makes both ends: the host's, which is up, as a port of the bridge, and the other where it belongs. */
function vethPair(name: string, bridge: number, address: Address, pid: number): Message {
  const peer: Attributes = [
    [IFLA.IFNAME, "eth0"],
    [IFLA.ADDRESS, mac(address)],
    [IFLA.NET_NS_PID, pid],
  ];
  const data: Attributes = [[VETH_INFO_PEER, { header: linkHeader(0, 0), attributes: peer }]];
  return newLink(`the veth ${name}`, 0, IFF_UP, [
    [IFLA.IFNAME, name],
    [IFLA.MASTER, bridge],
    [
      IFLA.LINKINFO,
      [
        [IFLA_INFO.KIND, "veth"],
        [IFLA_INFO.DATA, data],
      ],
    ],
  ]);
}
// #endregion host

// #region container
/** In the child's namespace: addresses for `eth0`, and the way out over the bridge. */
export function configure(address: Address): void {
  const gateway = gatewayOf(address);
  converse(NETLINK_ROUTE, (netlink) => {
    const eth0 = indexOf(netlink, "eth0", [bringUp("lo", LOOPBACK)]);
    netlink.send([
      bringUp("eth0", eth0),
      ...giveAddresses("eth0", eth0, address),
      defaultRoute(AF_INET, ipv4(gateway)),
      ...(hasIPv6() ? [defaultRoute(AF_INET6, ipv6(gateway))] : []),
    ]);
  });
}

/** In a namespace that nothing leads out of, a process can still talk to itself. */
export const bringLoopbackUp = (): void =>
  converse(NETLINK_ROUTE, (netlink) => void netlink.send([bringUp("lo", LOOPBACK)]));
// #endregion container

const bringUp = (name: string, index: number): Message => ({
  what: `the link ${name}`,
  type: RTM.NEWLINK,
  header: linkHeader(index, IFF_UP),
});

const newLink = (what: string, index: number, flags: number, attributes: Attributes): Message => ({
  what,
  type: RTM.NEWLINK,
  flags: NLM_F_CREATE | NLM_F_EXCL,
  header: linkHeader(index, flags),
  attributes,
});

/** `struct ifinfomsg`: family, type, index, flags, and which of the flags are meant. */
function linkHeader(index: number, flags: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(0, index, flags, flags).buffer);
}

/** Sends the messages, and asks for a link's number. */
function indexOf(netlink: Netlink, name: string, messages: readonly Message[]): number {
  const attributes: Attributes = [[IFLA.IFNAME, name]];
  const ask = { what: `the link ${name}`, type: RTM.GETLINK, header: linkHeader(0, 0), attributes };
  const [link] = netlink.send([...messages, ask]);
  return link?.body.readInt32LE(4) ?? 0;
}

function giveAddresses(link: string, index: number, address: Address): Message[] {
  const v4 = giveAddress(link, index, AF_INET, PREFIX_LENGTH.ipv4, ipv4(address));
  return hasIPv6() ? [v4, giveAddress(link, index, AF_INET6, PREFIX_LENGTH.ipv6, ipv6(address))] : [v4];
}

/** `struct ifaddrmsg`: family, length of the prefix, flags, scope, index. */
function giveAddress(
  link: string,
  index: number,
  family: number,
  prefix: number,
  bytes: Uint8Array,
): Message {
  const header = new Uint8Array(8);
  header.set([family, prefix, family === AF_INET6 ? IFA_F_NODAD : 0, 0]);
  header.set(new Uint8Array(Uint32Array.of(index).buffer), 4);
  return {
    what: `an address of ${link}`,
    type: RTM.NEWADDR,
    flags: NLM_F_CREATE | NLM_F_REPLACE,
    header,
    attributes: [
      [IFA.LOCAL, bytes],
      [IFA.ADDRESS, bytes],
    ],
  };
}

/** `struct rtmsg`: family, length of destination and source prefix, TOS, table, protocol, scope, type, flags. */
function defaultRoute(family: number, gateway: Uint8Array): Message {
  return {
    what: "the default route",
    type: RTM.NEWROUTE,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    header: Uint8Array.of(family, 0, 0, 0, RT_TABLE_MAIN, RTPROT_BOOT, 0, RTN_UNICAST, 0, 0, 0, 0),
    attributes: [[RTA_GATEWAY, gateway]],
  };
}
