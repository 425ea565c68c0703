/** `npm start`: a shell in a container of the newest chapter; `npm start -- 03 run …`: any chapter's command line. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { closestMatch } from "leven";
import { report, say } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { asRoot, canBeRoot, foreground, node, noRootError } from "./root.ts";

const folder = path.join(import.meta.dirname, "..", "chapters");

async function start(args: readonly string[]): Promise<number> {
  const chapters = readdirSync(folder).sort();
  const [first = ""] = args;
  const named = /^\d/.test(first);
  const chapter = named
    ? chapters.find((name) => name === first || name.split("-")[0] === first)
    : chapters.at(-1);
  if (!chapter) {
    const near = closestMatch(first, chapters) ?? chapters.at(-1);
    throw new UserError(`${first}: there is no such chapter`, {
      hint: `did you mean ${near}? There are: ${chapters.join(", ")}`,
    });
  }
  const words = named ? args.slice(1) : args;
  const command = node(path.join(folder, chapter, "main.ts"), words.length > 0 ? words : ["run", "/bin/sh"]);
  if (canBeRoot()) return foreground(asRoot(command));
  // Chapter 01 needs no root, and neither do --help and --explain; what does says so.
  const { message, hint } = noRootError("most of what containers do");
  say(`note: ${message}\nhint: ${hint}`);
  return foreground(command);
}

process.exit(await start(process.argv.slice(2)).catch(report));
