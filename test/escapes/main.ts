/**
 * `npm run test:escapes [-- --record]`: tries every known way out of a container, and prints what came of it and in which
 * container it worked instead. With --record the site shows that from now on.
 */
import { report } from "../../common/cli.ts";
import { asRoot, canBeRoot, foreground, isRoot, node, noRootError } from "../../scripts/root.ts";
import { writeRecording } from "./recording.ts";
import { attackAll, lack, problems, recorded } from "./results.ts";
import { ATTEMPTS } from "./table.ts";
import { makeWorld } from "./world.ts";

async function main(argv: readonly string[]): Promise<number> {
  if (!isRoot() && !canBeRoot()) throw noRootError("npm run test:escapes");
  if (!isRoot()) return foreground(asRoot(node(import.meta.filename, argv)));
  const world = await makeWorld(ATTEMPTS);
  const results = attackAll(world, ATTEMPTS);
  world.end();
  const tried = [...results].filter(([attempt, found]) => lack(attempt, found) === undefined);
  for (const [attempt, found] of results) {
    const { outcome, works } = recorded(found);
    console.log(
      `${attempt.name.padEnd(28)}${lack(attempt, found) ?? `${outcome.padEnd(14)}works: ${works[0]}`}`,
    );
  }
  const wrong = tried.flatMap(([attempt, found]) =>
    problems(attempt, found).map((problem) => `${attempt.name}: ${problem}`),
  );
  for (const line of wrong) console.log(line);
  if (wrong.length > 0) return 1;
  if (argv.includes("--record")) {
    writeRecording(
      ATTEMPTS.map(({ name }) => name),
      Object.fromEntries(tried.map(([attempt, found]) => [attempt.name, recorded(found)])),
    );
  }
  return 0;
}

process.exit(await main(process.argv.slice(2)).catch(report));
