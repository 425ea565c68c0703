/** `--network bridge`: a switch that the host's kernel is, with a cable to each container, and the host as their way out. */
import { say } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { home } from "../../common/home.ts";
import { Ledger } from "../../common/ledger.ts";
import type { Bridge, Lease } from "../../common/network.ts";
import { BRIDGE_PREFIX, forgetNote } from "../../common/switches.ts";
import { CLONE_NEWNET } from "../../syscall/constants.ts";
import { act } from "../../syscall/program.ts";
import { chooseAddress, ipv4Text, ipv6Text, PREFIX_LENGTH } from "./addresses.ts";
import { filterBridge, lacksNftables } from "./firewall.ts";
import { planBridge, switchOn, wasClosed } from "./forwarding.ts";
import { configure, connect, inNetworkOf } from "./links.ts";
import { hostsFile, type Names, nameMounts } from "./names.ts";
import { type Network, NOTHING, nameAct, type Self } from "./network-parts.ts";
import type { Ports } from "./ports.ts";

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
export function bridged(self: Self, names: Names, ports: Ports): Network {
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
