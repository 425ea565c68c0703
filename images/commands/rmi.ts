import { print, report, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { openStore } from "../store.ts";
import { removeImage } from "../tags.ts";
import { isSet } from "./table.ts";
import { takeWords } from "./words.ts";

/** One that can't be removed doesn't keep the others. */
export async function rmi(values: Values, words: readonly string[]): Promise<number> {
  const store = openStore();
  let status = 0;
  for (const text of takeWords("rmi", words, "IMAGE…", { min: 1, max: Number.POSITIVE_INFINITY })) {
    try {
      const { untagged, deleted } = removeImage(store, text, { force: isSet(values, "force") });
      for (const name of untagged) print(1, `Untagged: ${name}`);
      for (const digest of deleted) print(1, `Deleted: ${digest}`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      status = report(error);
    }
  }
  return status;
}
