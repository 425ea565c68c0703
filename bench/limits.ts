/** What cgroups cost: a start with limits next to one without a group, and a look at the accounts of running containers. */
import { spawn } from "node:child_process";
import path from "node:path";
import { generation } from "../chapters/04-cgroups/cgroups.ts";
import { node } from "../scripts/root.ts";
import type { Chapter } from "./chapter.ts";
import type { Contender } from "./measure.ts";

const LIMITS = { memory: ["64m"], cpus: ["0.5"], "pids-limit": ["50"] };

/** Without a group, in a group, in a group with limits. */
export function compareLimits(without: Chapter, withLimits: Chapter): [Contender, Contender, Contender] {
  return [
    { name: `${without.name}: no group`, run: () => without.run() },
    { name: `${withLimits.name}: a group`, run: () => withLimits.run() },
    { name: `${withLimits.name}: -m 64m --cpus 0.5 --pids-limit 50`, run: () => withLimits.run(LIMITS) },
  ];
}

const CONTAINERS = 10;

/** Prints how long one look takes, and what part of a processor `stats` uses by one look a second. */
export async function measureStats(chapter: string, runs: number): Promise<void> {
  const main = path.join(import.meta.dirname, "../chapters", chapter, "main.ts");
  const [file = "", ...args] = node(main, ["run", "--init", "sleep", "1000"]);
  const before = generation().running();
  const children = Array.from({ length: CONTAINERS }, () => spawn(file, args, { stdio: "ignore" }));
  const ours = () =>
    generation()
      .running()
      .filter((id) => !before.includes(id));
  while (ours().length < CONTAINERS && children.every(({ exitCode }) => exitCode === null))
    await new Promise((resolve) => setTimeout(resolve, 50));
  const times = Array.from({ length: runs }, () => {
    const started = performance.now();
    const groups = generation();
    for (const id of groups.running()) groups.usage(id);
    return performance.now() - started;
  }).sort((a, b) => a - b);
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(children.map((child) => new Promise((resolve) => child.on("close", resolve))));
  const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
  const share = `${((100 * median) / 1000).toFixed(2)}% of one processor, at one look a second`;
  console.log(`  stats: a look at ${CONTAINERS} containers takes ${median.toFixed(2)} ms: ${share}`);
}
