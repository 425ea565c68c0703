import { parseReference } from "../reference.ts";
import { openStore } from "../store.ts";
import { tagImage } from "../tags.ts";
import { takeWords } from "./words.ts";

export async function tag(words: readonly string[]): Promise<number> {
  const [image = "", name = ""] = takeWords("tag", words, "IMAGE NAME[:TAG]", { min: 2, max: 2 });
  tagImage(openStore(), image, parseReference(name));
  return 0;
}
