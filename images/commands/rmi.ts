import { isSet, print, report, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { keptContainers } from "../../common/kept.ts";
import { liveChanges } from "../../common/ledger.ts";
import { findImage, usedDiffIds } from "../images.ts";
import { sweepLayers } from "../layers.ts";
import { openStore, type Store } from "../store.ts";
import { removeImage } from "../tags.ts";
import { takeWords } from "./words.ts";

/** One that can't be removed doesn't keep the others. */
export async function rmi(values: Values, words: readonly string[]): Promise<number> {
  const store = openStore();
  let status = 0;
  for (const text of takeWords("rmi", words, "IMAGE…", { min: 1, max: Number.POSITIVE_INFINITY })) {
    try {
      refuseUsed(store, text);
      const { untagged, deleted } = removeImage(store, text, { force: isSet(values, "force") });
      for (const name of untagged) print(1, `Untagged: ${name}`);
      for (const digest of deleted) print(1, `Deleted: ${digest}`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      status = report(error);
    }
  }
  sweepLayers(usedDiffIds(store));
  return status;
}

/** A container needs the image's config for `commit`, and its layers in any case: to run, or to be started again. */
function refuseUsed(store: Store, text: string): void {
  const id = idOf(store, text);
  if (id === undefined) return;
  const user = liveChanges().find((change) => change.kind === "container" && change.image === id);
  const refuse = (container: string, does: string, hint: string) =>
    new UserError(`rmi ${text}: the container ${container} ${does}`, { hint });
  if (user?.kind === "container") throw refuse(user.id, "runs from it", "end that container first");
  const kept = keptContainers().find(({ imageId }) => imageId === id);
  if (kept) throw refuse(kept.name, "was made from it", `rm ${kept.name}`);
}

/** A damaged image has none, and no container; that it can't be read is no reason to keep it. */
function idOf(store: Store, text: string): string | undefined {
  try {
    return findImage(store, text)?.id;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
