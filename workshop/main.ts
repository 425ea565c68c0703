/** `npm run workshop -- COMMAND`: learning by doing, on one's own code. */
import path from "node:path";
import { type Command, main, report } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { asRoot, canBeRoot, foreground, node, noRootError } from "../scripts/root.ts";
import { check, watch } from "./check.ts";
import { diff, hint, list, reset, solution, start } from "./commands.ts";
import { readCourse } from "./course.ts";
import { folderOf } from "./mine.ts";
import { inStandIn } from "./stand-in.ts";

const command = (
  usage: string,
  help: string,
  run: (words: readonly string[]) => number | Promise<number>,
): Command => ({
  usage,
  help,
  flags: {},
  run: (_values, words) => run(words),
});

function tryOut(words: readonly string[]): Promise<number> {
  const { chapter } = readCourse();
  if (!canBeRoot()) throw noRootError("run");
  const runner = node(path.join(import.meta.dirname, "runner.ts"), [folderOf(chapter), "run", ...words]);
  return foreground(asRoot(inStandIn(runner)));
}

const COMMANDS: Readonly<Record<string, Command>> = {
  start: command(
    "CHAPTER",
    "hand out a chapter's code, in mine/CHAPTER, and go on where you are in it",
    start,
  ),
  check: command("", "tell what your code does, and what is missing", check),
  hint: command("", "a hint for the exercise at work: the idea, then the call, then the lines", hint),
  watch: command("", "check whenever you save", watch),
  run: command("[flags] COMMAND [ARG…]", "your runtime's own 'run', in a stand-in for the host", tryOut),
  diff: command("", "what your code lacks to the solution", diff),
  solution: command("", "write the solution of the exercise at work; your code is kept", solution),
  reset: command("[CHAPTER]", "begin the exercise, or the chapter, again; your code is kept", reset),
  list: command("", "the exercises, and which of them are done", list),
  bundle: command("DIRECTORY", "fill a USB stick for a room without a network", (words) =>
    foreground(node(path.join(import.meta.dirname, "make-bundle.ts"), words)),
  ),
  serve: command("[PORT]", "the book, the exercise and a terminal in your browser", async (words) =>
    (await import("./serve/serve.ts")).serve(words),
  ),
};

/** Files of root's would be in the learner's way. */
if (process.env.SUDO_UID !== undefined)
  process.exit(
    report(
      new UserError("workshop: not with sudo", {
        hint: "npm run workshop: it becomes root by itself where it has to",
      }),
    ),
  );

// All that stands behind `run` is for the runtime.
const [first, ...rest] = process.argv.slice(2);
if (first === "run" && rest[0] !== "--help") process.argv.splice(3, 0, "--");
await main("FT_DOCKER's workshop", COMMANDS);
