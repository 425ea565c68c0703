/** What chapter 06 adds to a start, how fast its bridge is, and many containers at once: in a network namespace of the bench's own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readlinkSync } from "node:fs";
import path from "node:path";
import { bringLoopbackUp } from "../chapters/06-net-user/links.ts";
import { node } from "../scripts/root.ts";
import { CLONE_NEWNET } from "../syscall/constants.ts";
import { syscall } from "../syscall/syscall.ts";
import type { Chapter } from "./chapter.ts";
import { type Contender, command } from "./measure.ts";
import { findTool } from "./peers.ts";

/** From here on this process and what it starts are in a network that nothing leads out of. */
export function ownNetwork(): void {
  syscall("unshare", [CLONE_NEWNET]);
  bringLoopbackUp();
}

/** Chapter 05's start, and chapter 06's with more and more of what it adds. */
export const starts = (without: Chapter, withAll: Chapter): Contender[] => [
  { name: without.name, run: () => without.run() },
  {
    name: `${withAll.name}: --network host --userns host`,
    run: () => withAll.run({ network: ["host"], userns: ["host"] }),
  },
  { name: `${withAll.name}: --network host`, run: () => withAll.run({ network: ["host"] }) },
  { name: `${withAll.name}: --network none`, run: () => withAll.run({ network: ["none"] }) },
  { name: `${withAll.name}: everything`, run: () => withAll.run() },
];

export const AT_ONCE = 100;

/** Returns how many milliseconds it takes until all have ended; throws where one fails. */
export async function atOnce(chapter: Chapter): Promise<number> {
  process.setMaxListeners(10 * AT_ONCE); // Each run forwards signals.
  const started = performance.now();
  const statuses = await Promise.all(Array.from({ length: AT_ONCE }, () => chapter.run()));
  if (statuses.some((status) => status !== 0)) throw new Error(`exit statuses: ${new Set(statuses)}`);
  return performance.now() - started;
}

/** What goes through a link in one run. */
export const BYTES = 256 * 1024 ** 2;
const PORT = 5001;
const SINK = `exec socat -u -b 131072 TCP-LISTEN:${PORT},fork,reuseaddr OPEN:/dev/null`;

/** A transfer to the other end of a plain veth, and one to a container; `end` ends both ends. */
export async function transfers(
  chapter: string,
): Promise<{ contenders: Contender[]; end: () => Promise<void> }> {
  const plain = spawn("unshare", ["--net", "sh", "-c", `ip link set lo up; ${SINK}`], { stdio: "ignore" });
  const main = path.join(import.meta.dirname, "../chapters", chapter, "main.ts");
  const [file = "", ...words] = node(main, [
    "run",
    "--tty=false",
    "--init",
    "-v",
    "/usr:/usr:ro",
    "sh",
    "-c",
    `hostname -i; ${SINK}`,
  ]);
  const container = spawn(file, words, { stdio: ["ignore", "pipe", "inherit"] });
  const address = new Promise<string>((resolve, reject) => {
    container.stdout.once("data", (text: Buffer) =>
      resolve(text.toString().trim().split(/\s+/).at(-1) ?? ""),
    );
    container.once("close", () => reject(new Error("the container has ended")));
  });
  await isApart(plain);
  const ip = (...args: string[]) => execFileSync("ip", args);
  ip("link", "add", "plain", "type", "veth", "peer", "name", "eth0", "netns", `${plain.pid}`);
  ip("address", "add", "192.0.2.1/24", "dev", "plain");
  ip("link", "set", "plain", "up");
  for (const args of ["address add 192.0.2.2/24 dev eth0", "link set eth0 up"])
    execFileSync("nsenter", ["--net", "--target", `${plain.pid}`, "ip", ...args.split(" ")]);
  const contenders = [
    transfer("a plain veth", "192.0.2.2"),
    transfer(`${chapter}: the bridge`, await address),
  ];
  const end = async () => {
    plain.kill("SIGKILL");
    const ended = once(container, "close");
    container.kill("SIGTERM");
    await ended;
  };
  return { contenders, end };
}

function transfer(name: string, address: string): Contender {
  const script = `head -c ${BYTES} /dev/zero | socat -u -b 131072 - TCP:${address}:${PORT},retry=50,interval=0.1`;
  return command(name, [findTool("sh") ?? "/bin/sh", "-c", script]);
}

async function isApart({ pid }: ChildProcess): Promise<void> {
  const link = `/proc/${pid}/ns/net`;
  while (existsSync(link) && readlinkSync(link) === readlinkSync("/proc/thread-self/ns/net"))
    await new Promise((resolve) => setTimeout(resolve, 5));
}
