import { print, report, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { takeWords } from "../../images/commands/words.ts";
import { findImage } from "../../images/images.ts";
import { openStore } from "../../images/store.ts";
import type { Facts } from "../facts.ts";
import { findContainer } from "../find.ts";
import { inspectContainer } from "../inspect.ts";
import { inspectImage } from "../inspect-image.ts";

/** An array of all that were found, as Docker prints it; those that weren't are told of behind it. */
export function inspect(values: Values, words: readonly string[], facts: Facts): number {
  const names = takeWords("inspect", words, "NAME…", {
    min: 1,
    max: Number.POSITIVE_INFINITY,
    what: "container",
  });
  const [format] = values.format ?? [];
  if (format !== undefined && format !== "json")
    throw new UserError(`--format ${format}: no such format`, { hint: "--format json" });
  const found: unknown[] = [];
  const missing: UserError[] = [];
  for (const name of names) {
    try {
      found.push(inspectOne(name, facts));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      missing.push(error);
    }
  }
  if (format === "json") for (const each of found) print(1, JSON.stringify(each));
  else print(1, JSON.stringify(found, undefined, 4));
  return missing.reduce((_status, error) => report(error), 0);
}

/** A container, or else an image. */
function inspectOne(name: string, facts: Facts): unknown {
  try {
    return inspectContainer(findContainer("inspect", name), facts);
  } catch (error) {
    const image = error instanceof UserError ? imageOf(name) : undefined;
    if (image === undefined) throw error;
    return image;
  }
}

/** What isn't a name of an image either is no mistake: it wasn't meant as one. */
function imageOf(name: string): unknown {
  const store = openStore();
  try {
    const image = findImage(store, name);
    return image && inspectImage(store, image);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
