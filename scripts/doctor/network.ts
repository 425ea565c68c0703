/** What a container's network of its own needs, and one that is made without root. */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { isRoot } from "../root.ts";
import { type Finding, findCommand, LAST, lacks, ok, warning } from "./finding.ts";

const CHAPTERS = [6, LAST] as const;

export const network = (): Finding[] => [nftables(), rootless()];

function nftables(): Finding {
  const nft = findCommand("nft");
  if (!nft) return lacks(CHAPTERS, "nftables: there is no nft", "sudo apt-get install nftables");
  if (!isRoot()) return ok(CHAPTERS, `nftables: ${nft} (as root this command would ask the kernel)`);
  const { status, stderr } = spawnSync(nft, ["list", "tables"], { encoding: "utf8" });
  if (status === 0) return ok(CHAPTERS, `nftables: ${nft}`);
  const why = stderr.trim().split("\n")[0];
  return lacks(
    CHAPTERS,
    `nftables: the kernel refuses: ${why}`,
    "sudo modprobe nf_tables, or a kernel that has it",
  );
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
