/** Removes what nobody needs any more, and tells of it. */
import path from "node:path";
import { diskUsage } from "../common/disk-usage.ts";
import { UserError } from "../common/errors.ts";
import { home } from "../common/home.ts";
import { keptContainers } from "../common/kept.ts";
import { liveChanges } from "../common/ledger.ts";
import { collectGarbage } from "../images/garbage.ts";
import { listImages, usedDiffIds } from "../images/images.ts";
import { sweepLayers } from "../images/layers.ts";
import { openStore, type Store } from "../images/store.ts";
import { removeImage } from "../images/tags.ts";
import { allContainers, type Container } from "./find.ts";
import { removeStopped } from "./lifecycle.ts";
import { sweepContainers } from "./sweep.ts";

/** `run -d` makes a container, and starts it then. In milliseconds. */
const FRESH = 1000 * 10;

/** Those that neither run nor are about to. */
const isStopped = ({ config, state }: Container): boolean =>
  state.status === "exited" ||
  (state.status === "created" && Date.now() - Date.parse(config.created) > FRESH);

/** Returns the names of those that it has removed. */
export function pruneContainers(): string[] {
  const removed = allContainers()
    .filter(isStopped)
    .filter(({ config }) => succeeds(() => removeStopped(config)))
    .map(({ config }) => config.name);
  sweepContainers();
  return removed;
}

/** Images without a tag that no container was made from; then blobs and layers that no image has. Returns their digests. */
export function pruneImages(): { images: string[]; layers: string[] } {
  const store = openStore();
  const images = danglingImages(store).filter((id) =>
    succeeds(() => removeImage(store, id, { force: true })),
  );
  collectGarbage(store);
  return { images, layers: sweepLayers(usedDiffIds(store)) };
}

function danglingImages(store: Store): string[] {
  const used = new Set([
    ...keptContainers().map(({ imageId }) => imageId),
    ...liveChanges().map((change) => (change.kind === "container" ? change.image : undefined)),
  ]);
  const all = listImages(store);
  const tagged = new Set(
    all.filter(({ reference }) => reference && !reference.digest).map(({ image }) => image.id),
  );
  return [...new Set(all.map(({ image }) => image.id))].filter((id) => !tagged.has(id) && !used.has(id));
}

/** Somebody else may have removed it, or started it, in the meantime. */
function succeeds(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** Of all that pruning may take from, in bytes on the disk. */
export const prunable = (): number =>
  ["records", "containers", "images", "layers"].reduce(
    (sum, name) => sum + diskUsage(path.join(home(), name)),
    0,
  );
