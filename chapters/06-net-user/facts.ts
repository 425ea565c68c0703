/** What the commands that tell of containers ask the chapter: what its addresses, ports and limits are in words and numbers. */
import type { Facts } from "../../containers/facts.ts";
import { gatewayOf, ipv4Text, ipv6Text, mac, PREFIX_LENGTH } from "./addresses.ts";
import { parseLimits } from "./limits.ts";
import { addressBytes, parsePublish } from "./publish.ts";

export const facts: Facts = {
  addresses: ({ address }) => ({
    ipv4: ipv4Text(address),
    ipv6: ipv6Text(address),
    gateway: ipv4Text(gatewayOf(address)),
    mac: Buffer.from(mac(address))
      .toString("hex")
      .replace(/..(?=.)/g, "$&:"),
    prefixLength: PREFIX_LENGTH.ipv4,
  }),
  published: (texts) =>
    texts.flatMap(parsePublish).map(({ ip, host, container, protocol }) => ({
      ip: ipText(addressBytes(ip)),
      host,
      container,
      protocol,
    })),
  limits: ({ memory, cpus, "pids-limit": pids }) => parseLimits({ memory, cpus, "pids-limit": pids }),
};

function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Buffer.from(bytes)
    .toString("hex")
    .replace(/....(?=.)/g, "$&:");
  // The one writer of IPv6's short form that Node has.
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}
