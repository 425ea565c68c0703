import { isSet, print, type Values } from "../../common/cli.ts";
import { type PullOptions, pullImage } from "../pull.ts";
import { canonical, parseReference } from "../reference.ts";
import { openStore } from "../store.ts";
import { takeWords } from "./words.ts";

export const pullOptions = (values: Values): PullOptions => ({
  insecure: isSet(values, "insecure"),
  mirrors: values.mirror ?? [],
  quiet: isSet(values, "quiet"),
});

/** Prints the image's name in full. */
export async function pull(values: Values, words: readonly string[]): Promise<number> {
  const [name = ""] = takeWords("pull", words, "NAME[:TAG|@DIGEST]", { min: 1, max: 1 });
  const reference = parseReference(name);
  await pullImage(openStore(), reference, pullOptions(values));
  print(1, canonical(reference));
  return 0;
}
