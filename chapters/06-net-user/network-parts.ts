/** What every kind of network is made of: see network.ts, which chooses one. */
import type { Lease } from "../../common/network.ts";
import type { Change } from "../../common/undo.ts";
import { AF_UNIX, SIOCSIFFLAGS, SOCK_CLOEXEC, SOCK_DGRAM } from "../../syscall/constants.ts";
import { type Act, act, type Step, step } from "../../syscall/program.ts";
import { type Names, writeNames } from "./names.ts";
import type { Volume } from "./volumes.ts";

// #region network
export interface Network {
  /** For the clone. */
  readonly flags: number;
  /** The runtime's own steps directly before the clone, and directly behind it. */
  readonly before: readonly Step[];
  readonly after: readonly Step[];
  /** The runtime's while the child waits, before the volumes are mounted. */
  readonly acts: readonly Act[];
  /** The child's own. */
  readonly inside: readonly Step[];
  readonly mounts: readonly Volume[];
  /** For `run`. */
  readonly slots: Readonly<Record<string, number>>;
  readonly claims: ((others: readonly Change[]) => readonly Change[]) | undefined;
  /** Files that the runtime holds for the container, and what gives them back. */
  held(): readonly number[];
  release(): void;
}
// #endregion network

export interface Self {
  readonly id: string;
  /** Another one by which its neighbours find it. */
  readonly name: string | undefined;
  readonly hostname: string;
  /** The container's own directory. */
  readonly directory: string;
  /** The host's id of the container's root. */
  readonly owner: number;
  readonly explained: boolean;
  /** It doesn't end with this command. */
  readonly detached: boolean;
}

export const NOTHING: Network = {
  flags: 0,
  before: [],
  after: [],
  acts: [],
  inside: [],
  mounts: [],
  slots: {},
  claims: undefined,
  held: () => [],
  release: () => {},
};

export const nameAct = (names: Names, lease?: () => Lease | undefined): Act =>
  act("write hosts, hostname, resolv.conf", "for the container's /etc", () => writeNames(names, lease?.()));

const IFF_UP = 1;

/** As the child does it by itself: netdevice(7), `struct ifreq` has the name in its first 16 bytes, then the flags. */
export function loopbackUp(): Step[] {
  const request = Buffer.alloc(40);
  request.write("lo");
  request.writeUInt16LE(IFF_UP, 16);
  const socket = step("socket", [AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0], "any socket will do");
  return [
    socket,
    step("ioctl", [socket, SIOCSIFFLAGS, request], "a process can talk to itself, and to nobody else"),
  ];
}
