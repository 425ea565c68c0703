/**
 * `npm run test:escapes`: tries every known way out of a container, and prints what came of it and in which container it
 * worked instead. With `-- --record` the site shows that from now on. `-- --json` prints it as JSON alone: what only another
 * kernel has is tried in a guest, and recorded here by `-- --record FILE`.
 */
import { readFileSync } from "node:fs";
import { report, say } from "../../common/cli.ts";
import { bundleChapters } from "../../scripts/bundles.ts";
import { asRoot, canBeRoot, foreground, isRoot, node, noRootError } from "../../scripts/root.ts";
import { STARTS } from "./before.ts";
import { CONTAINERS } from "./guards.ts";
import { type Recording, writeRecording } from "./recording.ts";
import { attackAll, lack, problems, type Recorded, recorded } from "./results.ts";
import { ATTACKS } from "./starts.ts";
import { ATTEMPTS } from "./table.ts";
import { makeWorld, type World } from "./world.ts";

async function main(argv: readonly string[]): Promise<number> {
  const [first, file] = argv;
  if (first === "--record" && file) return record(JSON.parse(readFileSync(file, "utf8")) as Recording);
  if (!isRoot() && !canBeRoot()) throw noRootError("npm run test:escapes");
  if (!isRoot()) return foreground(asRoot(node(import.meta.filename, argv)));
  process.env.FT_DOCKER_BUNDLES ??= await bundleChapters([
    ...new Set(CONTAINERS.flatMap(({ chapter }) => chapter ?? [])),
  ]);
  const world = await makeWorld(ATTEMPTS);
  const found: Record<string, Recorded> = {};
  const wrong = [...tryInside(world, found), ...tryStarts(world, found)];
  world.end();
  if (first === "--json") console.log(JSON.stringify(found));
  else
    for (const [name, { outcome, works }] of Object.entries(found))
      line(name, outcome, works[0] ?? "nowhere");
  for (const problem of wrong) say(problem);
  if (wrong.length > 0) return 1;
  return first === "--record" ? record(found) : 0;
}

const line = (name: string, outcome: string, works: string) =>
  console.log(`${name.padEnd(32)}${outcome.padEnd(16)}works: ${works || "by default"}`);

function tryInside(world: World, found: Record<string, Recorded>): string[] {
  return [...attackAll(world, ATTEMPTS)].flatMap(([attempt, outcomes]) => {
    const lacking = lack(attempt, outcomes);
    if (lacking !== undefined) say(`skipped: ${attempt.name}: ${lacking}`);
    else found[attempt.name] = recorded(outcomes);
    return lacking ? [] : problems(attempt, outcomes).map((problem) => `${attempt.name}: ${problem}`);
  });
}

function tryStarts(world: World, found: Record<string, Recorded>): string[] {
  return Object.entries(ATTACKS).flatMap(([key, { attack, attackNaive }]) => {
    const { name, refused, naive } = STARTS[key as keyof typeof STARTS];
    const [outcome, works] = [attack(world), attackNaive(world) === "works"];
    found[name] = { outcome, works: works ? [naive] : [] };
    return [
      ...(outcome === refused ? [] : [`${name}: ${outcome}, not ${refused}`]),
      ...(works ? [] : [`${name}: nothing shows that it can work`]),
    ];
  });
}

function record(found: Recording): number {
  writeRecording(
    [...ATTEMPTS, ...Object.values(STARTS)].map(({ name }) => name),
    found,
  );
  return 0;
}

process.exit(await main(process.argv.slice(2)).catch(report));
