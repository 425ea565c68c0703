/** What commands that were killed have left of containers: halves of records, and directories without any. */
import { existsSync, lstatSync, unlinkSync } from "node:fs";
import path from "node:path";
import { namesIn } from "../common/directory.ts";
import { liveChanges } from "../common/ledger.ts";
import { locked } from "../common/lock.ts";
import { removeTree } from "../common/remove.ts";
import { removeContainer } from "../common/undo.ts";
import { allContainers, type Container } from "./find.ts";
import { removeStopped } from "./lifecycle.ts";
import { holderOf, namesFolder } from "./names.ts";
import { containerFolder, containersFolder, recordFolder, recordsFolder } from "./record.ts";

/** A name is taken shortly before its record is written. In milliseconds. */
const FRESH = 1000 * 60;

/** Removes them; returns how many containers that were. */
export function sweepContainers(): number {
  if (!existsSync(recordsFolder())) return 0;
  const dead = locked(recordsFolder(), undefined, () => {
    const halves = namesIn(recordsFolder()).filter((name) => /\.(new|gone)$/.test(name));
    for (const name of halves) removeTree(path.join(recordsFolder(), name));
    const running = new Set(liveChanges().map((change) => change.kind === "container" && change.id));
    return namesIn(containersFolder()).filter((id) => !existsSync(recordFolder(id)) && !running.has(id));
  });
  for (const id of dead) removeContainer(containerFolder(id));
  for (const container of allContainers().filter(isForgotten)) removeStopped(container.config);
  for (const name of namesIn(namesFolder())) forget(name);
  return dead.length;
}

/** It was to go with its end, but its runtime was killed before the ledger said so. */
function isForgotten({ config, state }: Container): boolean {
  const isNew = Date.now() - Date.parse(config.created) < FRESH;
  return config.remove && (state.status === "exited" || (state.status === "created" && !isNew));
}

/** One that leads to no record. */
function forget(name: string): void {
  locked(namesFolder(), 0o700, () => {
    const age =
      Date.now() -
      (lstatSync(path.join(namesFolder(), name), { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    const id = holderOf(name);
    if (age > FRESH && id !== undefined && !existsSync(recordFolder(id)))
      unlinkSync(path.join(namesFolder(), name));
  });
}
