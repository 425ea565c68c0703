/**
 * nftables is the kernel's packet filter: tables hold chains, a chain that has a hook sees each packet at that point of its
 * way, and a rule is a list of small expressions: load something into a register, compare it, decide. A table is made by one
 * batch of netlink messages, or not at all. This is what the command `nft` sends. `linux/netfilter/nf_tables.h`.
 */
import { constants } from "node:os";
import {
  type Attributes,
  type Message,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  nftables,
} from "../../syscall/netlink.ts";

const NFT_MSG = { NEWTABLE: 0, GETTABLE: 1, NEWCHAIN: 3, NEWRULE: 6 } as const;

/** An expression's name and attributes. */
export type Expression = readonly [name: string, attributes: Attributes];
export type Rule = readonly Expression[];

/** The point on a packet's way, and the order among the chains there. */
export interface Hook {
  readonly type: "filter" | "nat";
  readonly at: number;
  readonly priority: number;
}

/** `linux/netfilter.h`: NF_INET_…; `linux/netfilter_ipv4.h`: NF_IP_PRI_… */
export const HOOKS = {
  rawPrerouting: { type: "filter", at: 0, priority: -300 },
  natPrerouting: { type: "nat", at: 0, priority: -100 },
  forward: { type: "filter", at: 2, priority: 0 },
  natOutput: { type: "nat", at: 3, priority: -100 },
  natPostrouting: { type: "nat", at: 4, priority: 100 },
} as const satisfies Record<string, Hook>;

/** Without a hook a chain is one that others jump to; it has to come before them. */
export interface Chain {
  readonly name: string;
  readonly hook?: Hook;
  readonly rules: readonly Rule[];
}

/** NFT_TABLE_F_OWNER: the table is the socket's that makes it, and ends with it, however that comes. */
export const OWNED = 2;

/** The messages that make a table for IPv4 and IPv6. They fail together, with EEXIST, where it is there already. */
export function table(name: string, chains: readonly Chain[], flags = 0): Message[] {
  const what = `the table ${name} of nftables`;
  return [
    nftables(NFT_MSG.NEWTABLE, {
      what,
      flags: NLM_F_CREATE | NLM_F_EXCL,
      attributes: [
        [1, name],
        [2, be32(flags)],
      ],
    }),
    ...chains.flatMap((chain) => [
      newChain(name, chain),
      ...chain.rules.map((rule) => newRule(name, chain.name, rule)),
    ]),
  ];
}

/** It is answered where there is such a table. */
export const findTable = (name: string): Message =>
  nftables(NFT_MSG.GETTABLE, {
    what: "nftables",
    unless: constants.errno.ENOENT,
    attributes: [[1, name]],
  });

/** NFTA_CHAIN_TABLE, _NAME, _HOOK (NFTA_HOOK_HOOKNUM, _PRIORITY), _TYPE */
function newChain(table: string, { name, hook }: Chain): Message {
  const base: Attributes = hook
    ? [
        [
          4,
          [
            [1, be32(hook.at)],
            [2, be32(hook.priority)],
          ],
        ],
        [7, hook.type],
      ]
    : [];
  const attributes: Attributes = [[1, table], [3, name], ...base];
  return nftables(NFT_MSG.NEWCHAIN, {
    what: `the chain ${name} of nftables`,
    flags: NLM_F_CREATE,
    attributes,
  });
}

/** NFTA_RULE_TABLE, _CHAIN, _EXPRESSIONS, and in these NFTA_LIST_ELEM, NFTA_EXPR_NAME, _DATA */
function newRule(table: string, chain: string, rule: Rule): Message {
  const expressions = rule.map(
    ([name, data]) =>
      [
        1,
        [
          [1, name],
          [2, data],
        ],
      ] as const,
  );
  return nftables(NFT_MSG.NEWRULE, {
    what: `a rule of the chain ${chain} of nftables`,
    flags: NLM_F_CREATE | NLM_F_APPEND,
    attributes: [
      [1, table],
      [2, chain],
      [4, expressions],
    ],
  });
}

/** Numbers of nftables are in the network's order. */
export function be32(value: number): Uint8Array {
  return Uint8Array.of(value >> 24, value >> 16, value >> 8, value);
}

/** Each of these loads something into register 1. */
const load = (name: string, ...attributes: Attributes): Expression => [name, [[1, be32(1)], ...attributes]];
/** NFTA_META_KEY */
const meta = (key: number) => load("meta", [2, be32(key)]);
/** NFTA_PAYLOAD_BASE (1: the network header, 2: the transport header), _OFFSET, _LEN; in bytes */
const payload = (base: number, offset: number, length: number) =>
  load("payload", [2, be32(base)], [3, be32(offset)], [4, be32(length)]);

export const inputLink = meta(6);
export const outputLink = meta(7);
/** NFPROTO_IPV4 or NFPROTO_IPV6, one byte */
export const family = meta(15);
/** IPPROTO_TCP or IPPROTO_UDP, one byte */
export const protocol = meta(16);
export const ipv4Destination = payload(1, 16, 4);
export const ipv4Source = payload(1, 12, 4);
export const ipv6Destination = payload(1, 24, 16);
export const destinationPort = payload(2, 2, 2);
/** NFTA_CT_KEY: whether the packet belongs to a connection, and what is done to that. */
export const connectionState = load("ct", [2, be32(0)]);
export const connectionStatus = load("ct", [2, be32(2)]);
/** NFTA_FIB_RESULT (NFT_FIB_RESULT_ADDRTYPE), _FLAGS (NFTA_FIB_F_DADDR): RTN_LOCAL for an address of the host's own. */
export const destinationType = load("fib", [2, be32(3)], [3, be32(2)]);

const compare = (operator: number, value: Uint8Array): Expression => [
  "cmp",
  [
    [1, be32(1)],
    [2, be32(operator)],
    [3, [[1, value]]],
  ],
];
export const is = (value: Uint8Array): Expression => compare(0, value);
export const isNot = (value: Uint8Array): Expression => compare(1, value);
/** A link's name as the kernel compares it, in IFNAMSIZ bytes. */
export const linkName = (name: string): Uint8Array => Buffer.from(name.padEnd(16, "\0"));
/** NFTA_BITWISE_SREG, _DREG, _LEN, _MASK, _XOR: keeps what the mask has. */
export const masked = (mask: Uint8Array): Expression => [
  "bitwise",
  [
    [1, be32(1)],
    [2, be32(1)],
    [3, be32(mask.length)],
    [4, [[1, mask]]],
    [5, [[1, new Uint8Array(mask.length)]]],
  ],
];
/** One of the bits of a number in the machine's order is set. */
export const hasBit = (bits: number): Expression[] => [
  masked(new Uint8Array(Uint32Array.of(bits).buffer)),
  isNot(new Uint8Array(4)),
];

/** NFTA_IMMEDIATE_DREG, _DATA: NFTA_DATA_VALUE, or NFTA_DATA_VERDICT (_CODE, _CHAIN) for register 0. */
const immediate = (register: number, data: Attributes): Expression => [
  "immediate",
  [
    [1, be32(register)],
    [2, data],
  ],
];
const verdict = (code: number, ...chain: Attributes) => immediate(0, [[2, [[1, be32(code)], ...chain]]]);

export const drop = verdict(0);
export const accept = verdict(1);
export const jump = (chain: string): Expression => verdict(-3, [2, chain]);
/** The packet leaves with the address of the link that it leaves by, and what answers comes back. */
export const masquerade: Expression = ["masq", []];
/** NFTA_NAT_TYPE, _FAMILY, _REG_ADDR_MIN, _REG_PROTO_MIN: another destination, from registers 1 and 2. */
export function destination(family: number, address: Uint8Array, port: Uint8Array): Expression[] {
  const nat: Attributes = [
    [1, be32(1)],
    [2, be32(family)],
    [3, be32(1)],
    [5, be32(2)],
  ];
  return [immediate(1, [[1, address]]), immediate(2, [[1, port]]), ["nat", nat]];
}
