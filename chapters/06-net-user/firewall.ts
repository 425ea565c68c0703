/**
 * The rules for a bridge. Its containers may go out, with the host's address in place of theirs (masquerading: private
 * addresses mean nothing outside); nobody comes in but by what answers them and by ports that are published. Two bridges are
 * two networks: neither's containers reach the other's.
 */
import { constants } from "node:os";
import { BRIDGE_PREFIX } from "../../common/switches.ts";
import { batch, converse, NETLINK_NETFILTER } from "../../syscall/netlink.ts";
import { SyscallError } from "../../syscall/syscall.ts";
import {
  accept,
  type Chain,
  connectionState,
  connectionStatus,
  drop,
  family,
  findTable,
  HOOKS,
  hasBit,
  inputLink,
  ipv4Destination,
  ipv4Source,
  is,
  isNot,
  linkName,
  masked,
  masquerade,
  outputLink,
  type Rule,
  table,
} from "./nftables.ts";

// #region rules
export const NFPROTO_IPV4 = 2;
export const NFPROTO_IPV6 = 10;
const CT_STATE_ESTABLISHED = 2;
const CT_STATE_RELATED = 4;
/** `linux/netfilter/nf_conntrack_common.h`, IPS_DST_NAT */
const CT_STATUS_DNAT = 32;

/** 127.0.0.0/8 */
const loopback = (address: Rule[number]): Rule => [
  family,
  is(Uint8Array.of(NFPROTO_IPV4)),
  address,
  masked(Uint8Array.of(255, 0, 0, 0)),
  is(Uint8Array.of(127, 0, 0, 0)),
];

/** With `closed` the host forwards for bridges of ours alone: it forwarded nothing before. */
function bridgeChains(bridge: string, { closed }: { readonly closed: boolean }): Chain[] {
  const from = [inputLink, is(linkName(bridge))];
  const to = [outputLink, is(linkName(bridge))];
  const notTo = [outputLink, isNot(linkName(bridge))];
  const published = [connectionStatus, ...hasBit(CT_STATUS_DNAT)];
  const ours = Buffer.from(BRIDGE_PREFIX);
  return [
    {
      name: "forward",
      hook: HOOKS.forward,
      rules: [
        ...(closed ? [[inputLink, isNot(ours), outputLink, isNot(ours), drop]] : []),
        [...notTo, accept],
        [...from, accept],
        [connectionState, ...hasBit(CT_STATE_ESTABLISHED | CT_STATE_RELATED), accept],
        [...published, accept],
        [drop],
      ],
    },
    {
      name: "postrouting",
      hook: HOOKS.natPostrouting,
      rules: [
        [...from, ...notTo, masquerade],
        // A published port of a neighbour's, or its own: what answers has to come by the host, as the question did.
        [...from, ...to, ...published, masquerade],
        [...to, ...loopback(ipv4Source), masquerade],
      ],
    },
    {
      // The host's own services may trust who comes from 127.0.0.1, and the ports published there are for the host alone.
      name: "prerouting",
      hook: HOOKS.rawPrerouting,
      rules: [[inputLink, isNot(linkName("lo")), ...loopback(ipv4Destination), drop]],
    },
  ];
}
// #endregion rules

/** Makes the bridge's table, unless it is there. Throws a NetlinkError where the kernel can't: see lacksNftables. */
export function filterBridge(bridge: string, options: { readonly closed: boolean }): void {
  converse(NETLINK_NETFILTER, (netlink) => {
    // To ask is quick; a batch that fails waits for all processors.
    if (netlink.send([findTable(bridge)]).length > 0) return;
    try {
      netlink.send(batch(table(bridge, bridgeChains(bridge, options))));
    } catch (error) {
      // Another run has made it meanwhile.
      if (!(error instanceof SyscallError && error.errno === constants.errno.EEXIST)) throw error;
    }
  });
}

/** What a kernel says that was built without nftables, or without a part of it. */
export function lacksNftables(error: unknown): boolean {
  const { EPROTONOSUPPORT, EAFNOSUPPORT, EOPNOTSUPP, ENOENT } = constants.errno;
  const lacks = [EPROTONOSUPPORT, EAFNOSUPPORT, EOPNOTSUPP, ENOENT];
  return error instanceof SyscallError && lacks.includes(error.errno);
}
