/**
 * `npm run site:record [-- 03] [-- --check]`: runs the commands of the texts as a reader would, and keeps what the terminals
 * show; what is the same but for what varies stays as it was. With --check it keeps nothing, and fails on a difference.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { createTwoFilesPatch } from "diff";
import { report, say } from "../common/cli.ts";
import { asRoot, canBeRoot, foreground, noRootError } from "../scripts/root.ts";
import { findTool } from "../test/harness.ts";
import { chapters, readText } from "../test/texts.ts";
import { recordNamespaces, samePattern } from "./record/namespaces.ts";
import { normalise } from "./record/normalise.ts";
import { makeCommands, sandboxed } from "./record/sandbox.ts";
import { record } from "./record/transcript.ts";
import { keyOf, type Recordings, readRecordings, recordingsFile, type Transcript } from "./recordings.ts";

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { check: { type: "boolean", default: false }, inside: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  if (!values.inside) {
    if (!canBeRoot()) throw noRootError("recording containers");
    return foreground(
      asRoot(sandboxed(path.relative(process.cwd(), import.meta.filename), [...argv, "--inside"])),
    );
  }
  makeCommands();
  let differences = 0;
  for (const chapter of chapters()) {
    if (positionals.length === 0 || positionals.some((word) => chapter.startsWith(word)))
      differences += await recordChapter(chapter, values.check);
  }
  return values.check && differences > 0 ? 1 : 0;
}

/** Records a chapter, and keeps it unless it is only checked; returns how many recordings aren't what is kept. */
async function recordChapter(chapter: string, check: boolean): Promise<number> {
  const kept = readRecordings(chapter);
  const { transcripts, differences } = await recordTerminals(chapter, kept?.transcripts ?? []);
  const sides = await recordNamespaces(chapter);
  const sameSides = kept !== undefined && samePattern(kept.namespaces, sides);
  const all = differences + (sameSides ? 0 : 1);
  const cgroups = existsSync("/sys/fs/cgroup/cgroup.controllers") ? "v2" : "v1";
  console.log(
    `${chapter}: ${transcripts.length} terminals and the namespaces: ${all} ${check ? "differ" : "new"}`,
  );
  if (check && all > 0 && kept && kept.cgroups !== cgroups) {
    say(`${chapter} was recorded with cgroup ${kept.cgroups}, and here is ${cgroups}: that may be why`);
    return 0;
  }
  if (!check && all > 0)
    write(chapter, { cgroups, namespaces: sameSides ? kept.namespaces : sides, transcripts });
  return all;
}

async function recordTerminals(chapter: string, before: readonly Transcript[]) {
  const kept = new Map(before.map((each) => [keyOf(each.command, each.type), each]));
  const { elements } = await readText(chapter);
  const recorded = new Map<string, Transcript>();
  let differences = 0;
  for (const { attributes } of elements.filter(({ name }) => name === "Run")) {
    const { command = "", type, needs } = attributes;
    const key = keyOf(command, type);
    const old = kept.get(key);
    const lack = needs?.split(" ").find((name) => !findTool(name));
    if (lack) say(`${chapter}: ${command}: not recorded, since there is no ${lack} here`);
    const now = lack ? old : await record({ command, type });
    if (!now) continue;
    const same = old !== undefined && normalise(old) === normalise(now);
    if (!same) differences++;
    if (!same) console.log(difference(chapter, old, now));
    recorded.set(key, same ? old : now);
  }
  const gone = [...kept.keys()].filter((key) => !recorded.has(key));
  return { transcripts: [...recorded.values()], differences: differences + gone.length };
}

const difference = (chapter: string, old: Transcript | undefined, now: Transcript): string =>
  createTwoFilesPatch("kept", `now: ${chapter}`, old ? normalise(old) : "", normalise(now));

function write(chapter: string, recordings: Recordings): void {
  const file = recordingsFile(chapter);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(recordings, undefined, 2)}\n`);
}

process.exit(await main(process.argv.slice(2)).catch(report));
