/** Records in which namespaces a chapter's container is, beside those of the host: what /proc/PID/ns says, seen from the host. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { node } from "../../scripts/root.ts";
import { findProcess, start } from "../../test/harness.ts";
import type { Namespaces, Sides } from "../recordings.ts";

/** Seconds that nobody else sleeps. */
const SLEEP = "161803";

export async function recordNamespaces(chapter: string): Promise<Sides> {
  const main = path.join("chapters", chapter, "main.ts");
  const runtime = start([...node(main, []), "run", "--tty=false", "sleep", SLEEP], { input: "" });
  try {
    const pid = await Promise.race([findProcess(new RegExp(`^sleep ${SLEEP}$`)), runtime.done.then(fail)]);
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const numbers = /^NSpid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/).map(Number) ?? [pid];
    return {
      host: namespacesOf("self"),
      container: namespacesOf(String(pid)),
      pid,
      inside: numbers.at(-1) ?? pid,
    };
  } finally {
    runtime.child.kill("SIGKILL");
    await runtime.done;
  }
}

function fail({ stderr }: { stderr: string }): never {
  throw new Error(`the container ended: ${stderr}`);
}

/** "uts" → the number in "uts:[4026531838]"; without the entries for children. */
function namespacesOf(pid: string): Namespaces {
  const folder = `/proc/${pid}/ns`;
  const types = readdirSync(folder).filter((type) => !type.endsWith("_for_children"));
  return Object.fromEntries(
    types.map((type) => [type, Number(/\d+/.exec(readlinkSync(`${folder}/${type}`))?.[0])]),
  );
}

/** What is the host's, what is the container's own: the numbers themselves are others on each machine. */
export const samePattern = (a: Sides, b: Sides): boolean =>
  JSON.stringify(pattern(a)) === JSON.stringify(pattern(b));

const pattern = ({ host, container, pid, inside }: Sides) => [
  Object.keys(container).map((type) => [type, host[type] === container[type]]),
  pid === inside,
];
