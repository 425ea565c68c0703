/** `npm run clean`: undoes what killed runs left on the host, root's runs as well as the user's own. */
import { existsSync } from "node:fs";
import path from "node:path";
import { print, report, say } from "../common/cli.ts";
import { home } from "../common/home.ts";
import { cleanUp } from "../common/ledger.ts";
import { asRoot, canBeRoot, foreground, isRoot, node, noRootError } from "./root.ts";

const ROOTS_LEDGER = "/run/ft-docker/ledger";

async function clean(): Promise<number> {
  const { runs, errors } = cleanUp();
  const { sweepContainers } = await import("../containers/sweep.ts");
  sweepContainers();
  await sweepImages();
  if (isRoot()) (await import("../workshop/home.ts")).sweepChecks();
  const none = "nothing to clean: no run was left half-way";
  print(1, runs === 0 ? none : `cleaned up after ${runs} run(s) that had died`);
  for (const error of errors) say(`error: not undone: ${error instanceof Error ? error.message : error}`);
  return errors.length > 0 ? 1 : 0;
}

async function cleanAll(): Promise<number> {
  const status = isRoot() || !existsSync(home()) ? await clean() : await cleanOwn();
  if (status !== 0 || isRoot() || process.env.FT_DOCKER_HOME || !existsSync(ROOTS_LEDGER)) return status;
  if (!canBeRoot()) throw noRootError("cleaning up after root's runs");
  return foreground(asRoot(node(import.meta.filename, [])));
}

/** Files of an ordinary user's containers have several owners: root of that user's namespace can remove them. */
async function cleanOwn(): Promise<number> {
  const { isBlocked, startAgain } = await import("../chapters/06-net-user/rootless.ts");
  return isBlocked() ? clean() : startAgain();
}

/** What killed pulls and loads have left, and the layers that no image refers to. */
async function sweepImages(): Promise<void> {
  const folder = path.join(home(), "images");
  if (!existsSync(folder)) return;
  const { collectGarbage } = await import("../images/garbage.ts");
  const { usedDiffIds } = await import("../images/images.ts");
  const { sweepLayers } = await import("../images/layers.ts");
  const { openStore } = await import("../images/store.ts");
  const store = openStore(folder);
  collectGarbage(store);
  sweepLayers(usedDiffIds(store));
}

process.exitCode = await cleanAll().catch(report);
