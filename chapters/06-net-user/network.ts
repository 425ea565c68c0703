/**
 * Which network a container is in: one of its own, joined to others by a bridge, or with nothing but a loopback; the host's;
 * or another container's. What a network namespace isolates: links, addresses, routes, ports, and abstract Unix sockets.
 * Files are as before, and so are the sockets that have names in the file system.
 */
import type { Flags, Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { isOrdinary } from "../../common/rootless.ts";
import { CLONE_NEWNET } from "../../syscall/constants.ts";
import { act } from "../../syscall/program.ts";
import { bridged } from "./bridge.ts";
import { joined } from "./join-network.ts";
import { bringLoopbackUp, inNetworkOf } from "./links.ts";
import { checkDns, type Names, nameMounts, parseAddHost } from "./names.ts";
import { loopbackUp, type Network, NOTHING, nameAct, type Self } from "./network-parts.ts";
import { Ports } from "./ports.ts";
import { routed } from "./routed.ts";
import { findRouter, Router } from "./router.ts";

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
