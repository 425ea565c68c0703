import { readSync, writeSync } from "node:fs";
import { restoreBlocking } from "../../common/blocking.ts";
import { isSet, print, say, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { isTerminal } from "../../common/termios.ts";
import { takeWords } from "../../images/commands/words.ts";
import { formatSize } from "../../images/units.ts";
import { prunable, pruneContainers, pruneImages } from "../prune.ts";

const REMOVED = {
  containers: "all containers that don't run, with what they have written",
  images: "all images without a tag that no container needs, and layers that no image has",
} as const;

type What = keyof typeof REMOVED;

/** `name`: of the command. Says how much room there is now that wasn't there before. */
export function prune(name: string, what: readonly What[], values: Values, words: readonly string[]): number {
  takeWords(name, words, "[-f]", { min: 0, max: 0 });
  if (!isSet(values, "force") && !confirmed(name, what)) return 1;
  const before = prunable();
  const list = (title: string, lines: readonly string[]) => {
    if (lines.length > 0) print(1, [`Deleted ${title}:`, ...lines, ""].join("\n"));
  };
  if (what.includes("containers")) list("containers", pruneContainers());
  if (what.includes("images")) {
    const { images, layers } = pruneImages();
    list("images", images);
    list("layers", layers);
  }
  print(1, `Total reclaimed space: ${formatSize(Math.max(0, before - prunable()))}`);
  return 0;
}

function confirmed(name: string, what: readonly What[]): boolean {
  if (!isTerminal(0))
    throw new UserError(`${name}: there is nobody to ask whether that is meant`, { hint: `${name} -f` });
  say(`This removes:\n${what.map((each) => `  - ${REMOVED[each]}`).join("\n")}`);
  restoreBlocking();
  writeSync(2, "Go on? [y/N] ");
  const answer = Buffer.alloc(100);
  return /^y(es)?$/i.test(answer.toString("utf8", 0, readSync(0, answer)).trim());
}
