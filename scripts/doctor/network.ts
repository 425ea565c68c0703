/** What a container's network of its own needs, and one that is made without root. */
import { statSync } from "node:fs";
import { isRoot } from "../root.ts";
import { type Finding, findCommand, LAST, lacks, ok, readText, warning } from "./finding.ts";

const CHAPTERS = [6, LAST] as const;

export const network = async (): Promise<Finding[]> => [await nftables(), nft(), ...ipv6(), rootless()];

const FILTER = "nftables, for a network with a way out and for -p";

/** The very rules of a bridge, in a network that nobody else sees. */
async function nftables(): Promise<Finding> {
  if (!isRoot()) return ok(CHAPTERS, `${FILTER} (as root this would be tried)`);
  const { tryIn } = await import("./trial.ts");
  const { CLONE_NEWNET } = await import("../../syscall/constants.ts");
  const { filterBridge } = await import("../../chapters/06-net-user/firewall.ts");
  const { inNetworkOf } = await import("../../chapters/06-net-user/links.ts");
  const error = await tryIn(CLONE_NEWNET, ({ pidfd }) =>
    inNetworkOf(pidfd, () => filterBridge("ft-doctor", { closed: true })),
  );
  if (!error) return ok(CHAPTERS, FILTER);
  const fix =
    "sudo modprobe nf_tables, or a kernel with CONFIG_NF_TABLES_INET, NFT_CT, NFT_NAT, NFT_MASQ and NFT_FIB_INET";
  return lacks(CHAPTERS, `${FILTER}: ${error}`, fix);
}

/** The runtime speaks to the kernel itself; a reader wants to see the rules. */
function nft(): Finding {
  const found = findCommand("nft");
  if (found) return ok(CHAPTERS, `${found} shows a network's rules`);
  return warning(CHAPTERS, "there is no nft to look at a network's rules", "sudo apt-get install nftables");
}

function ipv6(): Finding[] {
  const file = "/proc/sys/net/ipv6/conf/default/disable_ipv6";
  const value = readText(file);
  if (value === "0") return [];
  const fix =
    value === undefined ? "a kernel with CONFIG_IPV6" : "sudo sysctl -w net.ipv6.conf.default.disable_ipv6=0";
  return [warning(CHAPTERS, "IPv6 is off: containers have IPv4 alone", fix)];
}

function rootless(): Finding {
  const found = ["pasta", "slirp4netns"].find((name) => findCommand(name));
  if (found && !mayOpen(TUN))
    return warning(CHAPTERS, `network without root: ${found} may not open ${TUN}`, `sudo chmod 666 ${TUN}`);
  if (found) return ok(CHAPTERS, `network without root: ${found}`);
  return warning(
    CHAPTERS,
    "network without root: neither pasta nor slirp4netns",
    "sudo apt-get install passt",
  );
}

const TUN = "/dev/net/tun";

/** Whether everybody may. */
const mayOpen = (file: string): boolean =>
  ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o006) === 0o006;
