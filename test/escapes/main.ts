/**
 * `npm run test:escapes [-- --record]`: tries every known way out of a container, and prints what came of it and in which
 * container it worked instead. With --record the site shows that from now on.
 */
import { report } from "../../common/cli.ts";
import { asRoot, canBeRoot, foreground, isRoot, node, noRootError } from "../../scripts/root.ts";
import { type Recording, writeRecording } from "./recording.ts";
import { attackAll, lack, problems, recorded } from "./results.ts";
import { STARTS } from "./starts.ts";
import { ATTEMPTS } from "./table.ts";
import { makeWorld } from "./world.ts";

async function main(argv: readonly string[]): Promise<number> {
  if (!isRoot() && !canBeRoot()) throw noRootError("npm run test:escapes");
  if (!isRoot()) return foreground(asRoot(node(import.meta.filename, argv)));
  const world = await makeWorld(ATTEMPTS);
  const found: Record<string, Recording[string]> = {};
  const wrong: string[] = [];
  const line = (name: string, text: string) => console.log(`${name.padEnd(32)}${text}`);
  const keep = (name: string, entry: Recording[string]) => {
    found[name] = entry;
    line(name, `${entry.outcome.padEnd(16)}works: ${entry.works[0] ?? "nowhere"}`);
  };
  for (const [attempt, outcomes] of attackAll(world, ATTEMPTS)) {
    const lacking = lack(attempt, outcomes);
    if (lacking !== undefined) {
      line(attempt.name, `skipped: ${lacking}`);
      continue;
    }
    keep(attempt.name, recorded(outcomes));
    wrong.push(...problems(attempt, outcomes).map((problem) => `${attempt.name}: ${problem}`));
  }
  for (const { name, refused, naive, attack, attackNaive } of STARTS) {
    const outcome = attack(world);
    const works = attackNaive(world) === "works";
    keep(name, { outcome, works: works ? [naive] : [] });
    if (outcome !== refused) wrong.push(`${name}: ${outcome}, not ${refused}`);
    if (!works) wrong.push(`${name}: nothing shows that it can work`);
  }
  world.end();
  for (const problem of wrong) console.log(problem);
  if (wrong.length > 0) return 1;
  if (argv.includes("--record")) {
    const names = [...ATTEMPTS, ...STARTS].map(({ name }) => name);
    writeRecording(names, found);
  }
  return 0;
}

process.exit(await main(process.argv.slice(2)).catch(report));
