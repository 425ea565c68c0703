/**
 * Which network a container is in: one of its own, joined to others by a bridge, or with nothing but a loopback; the host's;
 * or another container's. What a network namespace isolates: links, addresses, routes, ports, and abstract Unix sockets.
 * Files are as before, and so are the sockets that have names in the file system.
 */
import { closeSync, openSync } from "node:fs";
import type { Flags, Values } from "../../common/cli.ts";
import { say } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { home } from "../../common/home.ts";
import { Ledger } from "../../common/ledger.ts";
import type { Bridge, Lease } from "../../common/network.ts";
import { isOrdinary } from "../../common/rootless.ts";
import { BRIDGE_PREFIX, forgetNote } from "../../common/switches.ts";
import type { Change } from "../../common/undo.ts";
import { findRunning } from "../../containers/find.ts";
import { containerFolder } from "../../containers/record.ts";
import { isAlive } from "../../containers/state.ts";
import { AF_UNIX, CLONE_NEWNET, SIOCSIFFLAGS, SOCK_CLOEXEC, SOCK_DGRAM } from "../../syscall/constants.ts";
import { type Act, act, type Step, slot, step } from "../../syscall/program.ts";
import { syscall } from "../../syscall/syscall.ts";
import { chooseAddress, ipv4Text, ipv6Text, PREFIX_LENGTH } from "./addresses.ts";
import { filterBridge, lacksNftables } from "./firewall.ts";
import { planBridge, switchOn, wasClosed } from "./forwarding.ts";
import { bringLoopbackUp, configure, connect, inNetworkOf } from "./links.ts";
import { checkDns, hostsFile, type Names, nameMounts, parseAddHost, writeNames } from "./names.ts";
import { Ports } from "./ports.ts";
import { DNS, findRouter, Router } from "./router.ts";
import type { Volume } from "./volumes.ts";

export const NETWORK_FLAGS: Flags = {
  network: {
    value: "bridge|none|host|container:NAME",
    help: "the container's network (default: bridge, which leads out and to other containers; without root by pasta or slirp4netns, else none)",
  },
  publish: {
    short: "p",
    value: "[IP:]HOST:CONTAINER[/udp]",
    multiple: true,
    help: "a port of the host's that leads to one of the container's",
  },
  dns: { value: "ADDRESS", multiple: true, help: "a name server (default: the host's)" },
  "add-host": { value: "NAME:ADDRESS", multiple: true, help: "a line of the container's /etc/hosts" },
};

const IFF_UP = 1;

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

// #region choose
export function chooseNetwork(values: Values, self: Self): Network {
  const router = isOrdinary() ? findRouter() : undefined;
  const asked = values.network?.[0] ?? (values.publish ? "bridge" : undefined);
  const mode = asked ?? (router && "lack" in router ? "none" : "bridge");
  if (mode === "bridge" && router && "lack" in router) {
    throw new UserError(
      `${values.publish ? "-p" : "--network bridge"}: only root may change the host's network, and ${router.lack}`,
      { hint: `${router.hint}; or --network none, --network host, or run it with sudo` },
    );
  }
  const ports = new Ports(values.publish ?? []);
  const names: Names = {
    directory: self.directory,
    hostname: self.hostname,
    owner: self.owner,
    dns: (values.dns ?? []).map(checkDns),
    addHost: (values["add-host"] ?? []).map(parseAddHost),
  };
  if (mode !== "bridge" && ports.publications.length > 0) {
    throw new UserError(`-p ${values.publish?.[0]}: with --network ${mode} there is nothing to publish`, {
      hint: "--network bridge",
    });
  }
  if (mode === "bridge" && router instanceof Router) return routed(self, names, ports, router, { asked });
  if (mode === "bridge") return bridged(self, names, ports);
  if (mode === "none") return alone(names);
  if (mode === "host") return { ...NOTHING, acts: [nameAct(names)], mounts: nameMounts(names.directory) };
  const [, other] = /^container:(.+)$/.exec(mode) ?? [];
  if (other) return joined(other, self);
  throw new UserError(`--network ${mode}: no such network`, {
    hint: "--network bridge, none, host or container:NAME",
  });
}
// #endregion choose

const NOTHING: Network = {
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

const nameAct = (names: Names, lease?: () => Lease | undefined): Act =>
  act("write hosts, hostname, resolv.conf", "for the container's /etc", () => writeNames(names, lease?.()));

function alone(names: Names): Network {
  const loopback = act("RTM_NEWLINK lo up", "a process can talk to itself, and to nobody else", ({ pidfd }) =>
    inNetworkOf(pidfd, bringLoopbackUp),
  );
  return {
    ...NOTHING,
    flags: CLONE_NEWNET,
    // An ordinary user's runtime could go to that namespace, but not back.
    acts: isOrdinary() ? [nameAct(names)] : [nameAct(names), loopback],
    inside: isOrdinary() ? loopbackUp() : [],
    mounts: nameMounts(names.directory),
  };
}

// #region routed
/** Where nobody has asked for it, a container of a host without any way out has no network, and that is no failure. */
function routed(
  self: Self,
  names: Names,
  ports: Ports,
  router: Router,
  { asked }: { readonly asked: string | undefined },
): Network {
  const does = router.explain(ports.publications);
  const start = act(does, "a program of the user's hands on what comes and goes", ({ pid }) => {
    try {
      ports.check();
      router.start(pid, self.directory, ports.publications);
    } catch (error) {
      if (asked || !(error instanceof UserError)) throw error;
      say(`note: ${error.message}: the container has no way out`);
    }
  });
  const dns = names.dns.length > 0 ? names.dns : [DNS];
  return {
    ...NOTHING,
    flags: CLONE_NEWNET,
    acts: [nameAct({ ...names, dns }), start],
    inside: loopbackUp(),
    mounts: nameMounts(names.directory),
    held: () => router.held(),
    release: () => router.release(),
  };
}
// #endregion routed

/** As the child does it by itself: netdevice(7), `struct ifreq` has the name in its first 16 bytes, then the flags. */
function loopbackUp(): Step[] {
  const request = Buffer.alloc(40);
  request.write("lo");
  request.writeUInt16LE(IFF_UP, 16);
  const socket = step("socket", [AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0], "any socket will do");
  return [
    socket,
    step("ioctl", [socket, SIOCSIFFLAGS, request], "a process can talk to itself, and to nobody else"),
  ];
}

/** Another FT_DOCKER_HOME has other ledgers, and so a bridge of its own. */
function bridgeName(): string {
  if (!process.env.FT_DOCKER_HOME) return `${BRIDGE_PREFIX}0`;
  let hash = 0;
  for (const byte of Buffer.from(home())) hash = (hash * 31 + byte) >>> 0;
  return BRIDGE_PREFIX + (hash & 0xffffff).toString(16).padStart(6, "0");
}

/** It is the process's, not one run's: the kernel takes long to remove it, and another run may follow. */
let held: Ledger | undefined;
let bridge: Bridge | undefined;

function holdBridge(name: string): Bridge {
  if (!held) {
    const ledger = new Ledger();
    ledger.claim((others) => {
      forgetNote(name);
      bridge = planBridge(name, others);
      return [bridge];
    });
    held = ledger;
    process.once("exit", () => ledger.close());
  }
  return bridge as Bridge;
}

// #region bridge
function bridged(self: Self, names: Names, ports: Ports): Network {
  const name = bridgeName();
  const veth = `ft${self.id}`;
  // Where it is only explained, this is what a host would be given that has no other.
  let address = self.explained ? chooseAddress(self.id, name, []) : undefined;
  const shown = address
    ? `${ipv4Text(address)}/${PREFIX_LENGTH.ipv4}, ${ipv6Text(address)}/${PREFIX_LENGTH.ipv6}`
    : "its addresses";
  let lease: Lease | undefined;
  const known = () => lease as Lease;
  const change = self.explained ? undefined : holdBridge(name);
  return {
    ...NOTHING,
    flags: CLONE_NEWNET,
    acts: [
      act(`nftables: table inet ${name}`, "out with the host's address, in by published ports alone", () =>
        filter(change as Bridge, ports),
      ),
      act("write /proc/sys/net/…/forwarding: 1", "the host hands on what isn't for itself", () =>
        switchOn(change as Bridge),
      ),
      act(
        `RTM_NEWLINK bridge ${name}, veth ${veth} and eth0`,
        "a cable from the bridge into the container",
        ({ pid }) => connect(name, veth, known().address, pid),
      ),
      act(`RTM_NEWADDR eth0 ${shown}`, "addresses, and the way out over the bridge", ({ pidfd }) =>
        inNetworkOf(pidfd, () => configure(known().address)),
      ),
      nameAct(names, known),
      ...ports.acts(name, self.id, known),
    ],
    mounts: nameMounts(names.directory),
    claims: (others) => {
      address = chooseAddress(self.id, name, others);
      const all = [...new Set([self.hostname, ...(self.name ? [self.name] : []), self.id])];
      lease = { kind: "lease", bridge: name, address, names: all, hosts: hostsFile(self.directory) };
      return self.detached ? [change as Bridge, lease] : [lease];
    },
    held: () => ports.held(),
    release: () => ports.release(),
  };
}
// #endregion bridge

/** A bridge without filter still joins the containers. */
function filter(bridge: Bridge, ports: Ports): void {
  try {
    filterBridge(bridge.bridge, { closed: wasClosed(bridge) });
  } catch (error) {
    if (!lacksNftables(error)) throw error;
    const hint = "a kernel with CONFIG_NF_TABLES_INET, NFT_CT, NFT_NAT, NFT_MASQ and NFT_FIB_INET";
    if (ports.publications.length > 0) {
      throw new UserError(
        `-p ${ports.publications[0]?.text}: this kernel has no nftables, or not all of it`,
        { hint },
      );
    }
    say("note: this kernel has no nftables: the container reaches others and the host, and nothing outside");
  }
}

/** The runtime goes into the other's network for the clone, and back: the child alone has no rights over it. */
function joined(other: string, self: Self): Network {
  const { config, state } = findRunning("--network", other);
  const enter = step("setns", [slot(THEIR_NETWORK), CLONE_NEWNET], `the network of ${config.name}`);
  const back = step("setns", [slot(OWN_NETWORK), CLONE_NEWNET], "the runtime's own network again");
  const parts = { before: [enter], after: [back], mounts: nameMounts(containerFolder(config.id)) };
  if (self.explained) return { ...NOTHING, ...parts };
  const first = state.process;
  const own = openSync("/proc/thread-self/ns/net", "r");
  const theirs = first && openNetwork(first.pid);
  if (theirs === undefined || !isAlive(first, state.boot)) {
    closeSync(own);
    throw new UserError(`--network container:${other}: it has ended, or only begins`, { hint: "try again" });
  }
  return {
    ...NOTHING,
    ...parts,
    slots: { [THEIR_NETWORK]: theirs, [OWN_NETWORK]: own },
    release: () => {
      // If the clone failed, the step that leads back hasn't run.
      syscall("setns", [own, CLONE_NEWNET]);
      for (const fd of [own, theirs]) closeSync(fd);
    },
  };
}

const THEIR_NETWORK = "their network";
const OWN_NETWORK = "own network";

function openNetwork(pid: number): number | undefined {
  try {
    return openSync(`/proc/${pid}/ns/net`, "r");
  } catch {
    return undefined;
  }
}
