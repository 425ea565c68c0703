import { createReadStream } from "node:fs";
import { print, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { isTerminal } from "../../common/termios.ts";
import { loadImages } from "../load.ts";
import { familiar } from "../reference.ts";
import { openStore } from "../store.ts";
import { takeWords } from "./words.ts";

/** Prints the names of what it has loaded. */
export async function load(values: Values, words: readonly string[]): Promise<number> {
  takeWords("load", words, "[-i FILE]", { min: 0, max: 0 });
  const [file] = values.input ?? [];
  if (file === undefined && isTerminal(0))
    throw new UserError("load: a terminal has no archive", { hint: "load -i FILE" });
  const source = createReadStream(file ?? "", { ...(file ? {} : { fd: 0 }), highWaterMark: 1024 * 256 });
  try {
    for (const { reference, image } of await loadImages(openStore(), source))
      print(1, reference ? `Loaded image: ${familiar(reference)}` : `Loaded image ID: ${image.id}`);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    throw syscall === "open" || syscall === "read"
      ? new UserError(`load -i ${file ?? "stdin"}: ${code}`, { hint: "name an archive of images" })
      : error;
  }
  return 0;
}
