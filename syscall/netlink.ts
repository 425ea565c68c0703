/**
 * Netlink: messages to and from the kernel on a socket, netlink(7). A message is a header, a struct that depends on its type,
 * and attributes: (length, type, value), each of which may hold further ones. A socket speaks for the network namespace in
 * which it was opened, whoever uses it later.
 */
import { closeSync } from "node:fs";
import { AF_NETLINK, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_RAW } from "./constants.ts";
import { Cell, direct } from "./direct.ts";
import { formatErrno } from "./format.ts";
import { SyscallError } from "./syscall.ts";

/** The protocols of a netlink socket: links, addresses and routes; the packet filter. */
export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;

/** `linux/netlink.h`: flags of a message. */
export const NLM_F_REQUEST = 1;
export const NLM_F_ACK = 4;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;

/** A 32-bit number in the machine's order, a text (with its NUL), bytes as they are, or attributes (behind a struct, or alone). */
export type Value = number | string | Uint8Array | Nested | Attributes;
export interface Nested {
  readonly header: Uint8Array;
  readonly attributes: Attributes;
}
export type Attributes = readonly (readonly [type: number, value: Value])[];

export interface Message {
  /** As an error says it: "the link eth0". */
  readonly what: string;
  readonly type: number;
  /** Besides NLM_F_REQUEST. */
  readonly flags?: number;
  readonly header: Uint8Array;
  readonly attributes?: Attributes;
  /** This errno is no failure: EEXIST for what may be there already. */
  readonly unless?: number;
  /** It begins or ends a batch: the kernel doesn't answer to it. */
  readonly frame?: boolean;
}

/** What the kernel has answered to a message: a struct and attributes again. */
export interface Reply {
  readonly type: number;
  readonly body: Buffer;
}

/** The kernel's refusal, with its own words where it has some (NETLINK_EXT_ACK). */
export class NetlinkError extends SyscallError {
  override name = "NetlinkError";

  constructor(what: string, code: number, words: string) {
    super("sendto", [], code);
    this.message = `${what}: ${formatErrno(code)}${words === "" ? "" : `: ${words}`}`;
  }
}

const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NLMSG_ERROR = 2;
const HEADER = 16;
/** An answer's error number, and the header of the message that it is about, come before the kernel's words. */
const ERROR = 4 + HEADER;
const NLM_F_ACK_TLVS = 0x200;
const NLMSGERR_ATTR_MSG = 1;
const NLA_F_NESTED = 0x8000;

let shared: Cell | undefined;
/** All sockets use it in turn: a conversation is over before another begins. */
const cell = (): Cell => {
  shared ??= new Cell(1 << 16);
  return shared;
};

export class Netlink {
  readonly fd: number;
  private sequence = 0;

  /** Opens a socket in the network namespace that the thread is in now. Throws a SyscallError. */
  constructor(protocol: number) {
    this.fd = check(direct("socket", AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
    cell().bytes.writeUInt32LE(1);
    for (const option of [NETLINK_CAP_ACK, NETLINK_EXT_ACK])
      check(direct("setsockopt", this.fd, SOL_NETLINK, option, cell().address, 4));
  }

  /**
   * Sends the messages at once, and returns what the kernel has answered, in its order. It goes through all of them before
   * the call returns; throws a NetlinkError for the first that it refused.
   */
  send(messages: readonly Message[]): Reply[] {
    const first = this.sequence;
    const last = messages.findLastIndex(({ frame }) => !frame);
    const writer = new Writer(cell().bytes);
    for (const [i, each] of messages.entries()) {
      const ack = i === last ? NLM_F_ACK : 0;
      writer.message(each, NLM_F_REQUEST | ack | (each.flags ?? 0), this.sequence++);
    }
    check(direct("sendto", this.fd, cell().address, writer.at, 0));
    return this.receive(messages, first, first + last);
  }

  /** The kernel has answered already, so nothing is waited for. */
  private receive(messages: readonly Message[], first: number, last: number): Reply[] {
    const replies: Reply[] = [];
    for (;;) {
      const length = check(direct("recvfrom", this.fd, cell().address, cell().bytes.length, MSG_DONTWAIT));
      for (const each of read(cell().bytes.subarray(0, length))) {
        if (each.type !== NLMSG_ERROR) {
          replies.push({ type: each.type, body: Buffer.from(each.body) });
          continue;
        }
        const about = messages[each.sequence - first];
        const code = -each.body.readInt32LE();
        if (code !== 0 && code !== about?.unless)
          throw this.refused(new NetlinkError(about?.what ?? "netlink", code, wordsOf(each)));
        if (each.sequence === last) return replies;
      }
    }
  }

  /** What else the kernel has answered is of no interest any more. */
  private refused(error: NetlinkError): NetlinkError {
    while (direct("recvfrom", this.fd, cell().address, cell().bytes.length, MSG_DONTWAIT) > 0);
    return error;
  }

  close(): void {
    closeSync(this.fd);
  }
}

function check(result: number): number {
  if (result < 0) throw new NetlinkError("a netlink socket", -result, "");
  return result;
}

const aligned = (length: number): number => (length + 3) & ~3;

/** Messages, one after the other. */
class Writer {
  at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** `struct nlmsghdr`: length, type, flags, sequence number, the sender's port. */
  message(message: Message, flags: number, sequence: number): void {
    const start = this.at;
    this.at += HEADER;
    this.raw(message.header);
    for (const [type, value] of message.attributes ?? []) this.attribute(type, value);
    this.bytes.writeUInt32LE(this.at - start, start);
    this.bytes.writeUInt16LE(message.type, start + 4);
    this.bytes.writeUInt16LE(flags, start + 6);
    this.bytes.writeUInt32LE(sequence, start + 8);
    this.bytes.writeUInt32LE(0, start + 12);
  }

  private attribute(type: number, value: Value): void {
    const start = this.at;
    this.at += 4;
    const plain = plainBytes(value);
    if (plain) this.raw(plain);
    else this.nested(value as Nested | Attributes);
    this.bytes.writeUInt16LE(plain ? 4 + plain.length : this.at - start, start);
    this.bytes.writeUInt16LE(plain ? type : type | NLA_F_NESTED, start + 2);
  }

  private nested(value: Nested | Attributes): void {
    const behind = "header" in value ? value : undefined;
    if (behind) this.raw(behind.header);
    for (const [type, each] of behind?.attributes ?? (value as Attributes)) this.attribute(type, each);
  }

  /** The bytes, and zeros up to where the next may begin. */
  private raw(bytes: Uint8Array): void {
    const end = this.at + aligned(bytes.length);
    if (end > this.bytes.length) throw new RangeError(`more than ${this.bytes.length} bytes for netlink`);
    this.bytes.set(bytes, this.at);
    this.bytes.fill(0, this.at + bytes.length, end);
    this.at = end;
  }
}

function plainBytes(value: Value): Uint8Array | undefined {
  if (typeof value === "number") return new Uint8Array(Uint32Array.of(value).buffer);
  if (typeof value === "string") return Buffer.from(`${value}\0`);
  return value instanceof Uint8Array ? value : undefined;
}

interface Received {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly body: Buffer;
}

function read(bytes: Buffer): Received[] {
  const messages: Received[] = [];
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    messages.push({
      type: bytes.readUInt16LE(at + 4),
      flags: bytes.readUInt16LE(at + 6),
      sequence: bytes.readUInt32LE(at + 8),
      body: bytes.subarray(at + HEADER, at + length),
    });
    at += aligned(length);
  }
  return messages;
}

function wordsOf({ flags, body }: Received): string {
  if ((flags & NLM_F_ACK_TLVS) === 0) return "";
  return (
    readAttributes(body.subarray(ERROR)).get(NLMSGERR_ATTR_MSG)?.toString("latin1").replace(/\0$/, "") ?? ""
  );
}

/** The attributes by type; each as its bytes. */
export function readAttributes(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    if (length < 4) break;
    found.set(bytes.readUInt16LE(at + 2) & 0x3fff, bytes.subarray(at + 4, at + length));
    at += aligned(length);
  }
  return found;
}

/** `linux/netfilter/nfnetlink.h` */
const NFNL_MSG_BATCH_BEGIN = 16;
const NFNL_MSG_BATCH_END = 17;
const NFNL_SUBSYS_NFTABLES = 10;
/** `linux/netfilter.h`: both IPv4 and IPv6. */
export const NFPROTO_INET = 1;

/** A change to nftables; `type` as NFT_MSG_NEWTABLE and the others number it. */
export const nftables = (type: number, message: Omit<Message, "type" | "header">): Message => ({
  ...message,
  type: (NFNL_SUBSYS_NFTABLES << 8) | type,
  header: Uint8Array.of(NFPROTO_INET, 0, 0, 0),
});

/** The packet filter changes as a whole, or not at all: its messages stand between these two. */
export function batch(messages: readonly Message[]): Message[] {
  const header = Uint8Array.of(0, 0, 0, NFNL_SUBSYS_NFTABLES);
  const frame = (type: number): Message => ({ what: "a batch", type, header, frame: true });
  return [frame(NFNL_MSG_BATCH_BEGIN), ...messages, frame(NFNL_MSG_BATCH_END)];
}

/** Opens a socket, has the conversation, and closes it. */
export function converse<T>(protocol: number, action: (netlink: Netlink) => T): T {
  const netlink = new Netlink(protocol);
  try {
    return action(netlink);
  } finally {
    netlink.close();
  }
}
