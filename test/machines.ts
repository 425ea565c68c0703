/** Machines that are nothing but a network namespace each, with cables between them: nothing of it touches the machine's own network. */
import { execFileSync, spawnSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { assert, findTool, need, type Running, run, start, tool } from "./harness.ts";

export interface Machine {
  readonly pid: number;
  /** The words as a command on it. */
  on(...words: string[]): string[];
  /** Runs a script there to its end, and returns what it wrote; throws where it fails. */
  sh(script: string): string;
}

export const machineTools = [tool("ip"), tool("nsenter"), tool("socat"), tool("unshare")];

/** It ends with the test's file. */
export async function machine(): Promise<Machine> {
  const process = start(["unshare", "--net", "sh", "-c", "echo ready; exec sleep 1000"]);
  await process.waitFor(/ready/);
  const { pid } = process;
  assert.is.not(readlinkSync(`/proc/${pid}/ns/net`), readlinkSync("/proc/self/ns/net"));
  const on = (...words: string[]) => ["nsenter", "--net", "--target", `${pid}`, ...words];
  const sh = (script: string): string => {
    const [file = "", ...args] = on("sh", "-ec", script);
    return execFileSync(file, args, { encoding: "utf8" });
  };
  sh("ip link set lo up");
  return { pid, on, sh };
}

/** A cable from a link of one machine's to the other's `uplink`: 198.51.NET.1 and .2, 2001:db8:NET::1 and ::2. */
export function cable(from: Machine, link: string, to: Machine, net: number): void {
  from.sh(`ip link add ${link} type veth peer name uplink netns ${to.pid}; ip link set ${link} up
    ip address add 198.51.${net}.1/24 dev ${link}; ip address add 2001:db8:${net}::1/64 dev ${link} nodad`);
  to.sh(`ip link set uplink up
    ip address add 198.51.${net}.2/24 dev uplink; ip address add 2001:db8:${net}::2/64 dev uplink nodad
    ip route add default via 198.51.${net}.1; ip route add default via 2001:db8:${net}::1`);
}

export const nft = need("needs nft and nftables in the kernel", () => {
  const rules = "add table inet t; add chain inet t c { type nat hook output priority 0; }";
  return findTool("nft") !== undefined && spawnSync("unshare", ["--net", "nft", rules]).status === 0;
});

const bracketed = (address: string): string => (address.includes(":") ? `[${address}]` : address);

/**
 * Says who asks, at a port of both families; it is there when the script goes on. It reads first: socat ends without the answer
 * where it can't write the question.
 */
export const server = (protocol: "TCP" | "UDP", port: number): string =>
  `socat ${protocol}6-LISTEN:${port},ipv6only=0,fork,reuseaddr SYSTEM:'read -r line; echo "peer $SOCAT_PEERADDR"' </dev/null & servers="$servers $!"
   until grep -q :${port.toString(16).toUpperCase().padStart(4, "0")} /proc/net/${protocol.toLowerCase()}6; do sleep 0.01; done`;

const serving = new Map<Machine, Running>();

/** A machine's servers, until `end`, or until it gets others: a failed test ends none. */
export async function serve(where: Machine, script: string): Promise<{ end(): Promise<void> }> {
  const before = serving.get(where);
  if (before) await endOf(before);
  const ending = "for server in $servers; do kill $server; done";
  const servers = start(where.on("sh", "-c", `${script}; echo ready; read -r line; ${ending}`));
  serving.set(where, servers);
  await servers.waitFor(/ready/);
  return { end: () => endOf(servers) };
}

/** Ends what waits for a line. */
export async function endOf(waiting: Running): Promise<void> {
  waiting.child.stdin?.end();
  await waiting.done;
}

export const ask = (from: Machine, protocol: "TCP" | "UDP", address: string, port: number) =>
  run(from.on("timeout", "3", "socat", "-T1", "-t0.5", "-", `${protocol}:${bracketed(address)}:${port}`), {
    input: "hello\n",
  });

/** For where an answer must come: one may be late while the machine is busy. */
export async function answer(...question: Parameters<typeof ask>): Promise<string> {
  for (let tries = 1; ; tries++) {
    const { stdout } = await ask(...question);
    if (stdout !== "" || tries === 5) return stdout;
  }
}

/** The same as a script, for inside of a container. */
export const asking = (protocol: "TCP" | "UDP", address: string, port: number): string =>
  `for try in 1 2 3 4 5; do echo hi | timeout 5 socat -T1 -t0.5 - ${protocol}:${bracketed(address)}:${port} | grep . && break; done`;
