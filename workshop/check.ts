/** `check` and `watch`: asks the checker, and says what it found. */
import { spawn } from "node:child_process";
import { watch as watchFolder } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { UserError } from "../common/errors.ts";
import { asRoot, canBeRoot, node, noRootError } from "../scripts/root.ts";
import type { Line } from "./checker.ts";
import { type Course, markDone, readCourse } from "./course.ts";
import { chapters, type Exercise } from "./exercises.ts";
import { folderOf } from "./mine.ts";
import { COMMAND, show, showTask, wrapped } from "./print.ts";
import { inStandIn } from "./stand-in.ts";

/** Calls `tell` with each claim as it comes; returns whether all hold. Throws a UserError where nothing could be checked. */
export async function ask(course: Course, tell: (exercise: Exercise, line: Line) => void): Promise<boolean> {
  if (!canBeRoot()) throw noRootError("check");
  const { chapter, exercises, current } = course;
  const asked = exercises.slice(0, current?.number);
  const words = [folderOf(chapter), ...asked.map(({ check }) => check)];
  const [file = "", ...args] = asRoot(inStandIn(node(path.join(import.meta.dirname, "checker.ts"), words)));
  const child = spawn(file, args, { stdio: ["inherit", "pipe", "inherit"] });
  const status = new Promise<number | null>((resolve, reject) =>
    child.on("error", reject).on("close", resolve),
  );
  let all = true;
  for await (const text of createInterface(child.stdout)) {
    const line = JSON.parse(text) as Line;
    all &&= line.hint === undefined;
    const exercise = asked.find(({ check }) => check === line.check);
    if (exercise) tell(exercise, line);
  }
  if ((await status) === 0) return all;
  throw new UserError("check: it couldn't be carried out", {
    hint: "may root make namespaces here? See 'npm run doctor'",
  });
}

/** The exit status is 0 where all that is asked for is done. */
export async function check(): Promise<number> {
  const course = readCourse();
  let last: string | undefined;
  const met = await ask(course, ({ id, title }, { claim, hint }) => {
    if (id !== last) show(`${id} ${title}`);
    last = id;
    show(`  ${hint === undefined ? "✓" : "✗"} ${claim}`);
    if (hint !== undefined) show(`\n${indented(hint)}\n`);
  });
  if (!met) {
    show(`Not yet. '${COMMAND} hint' helps.`);
    return 1;
  }
  succeed(course);
  return 0;
}

/** What a program has said keeps its lines; our own words are wrapped. */
function indented(hint: string): string {
  const [own = "", ...said] = hint.split("\n");
  return [wrapped(own, "    "), ...said.map((line) => `    | ${line}`)].join("\n");
}

function succeed({ chapter, exercises, current }: Course): void {
  if (current) {
    markDone(current);
    show(`\n${current.id} is done. Why it works:\n\n${wrapped(current.why, "  ")}\n`);
    const next = exercises[current.number];
    if (next) showTask(next);
    if (next) return;
  }
  const number = chapter.split("-")[0];
  const following = chapters()[chapters().indexOf(chapter) + 1]?.split("-")[0];
  show(`Chapter ${number} is done: your code does what the chapter's does. Its own tests run against yours:`);
  show(`  RUNTIME="npx tsx mine/${chapter}/main.ts" npm test -- chapters/${chapter}/main`);
  if (following) show(`The next one: ${COMMAND} start ${following}`);
}

/** In milliseconds: an editor writes a file in several steps. */
const SETTLED = 100;

/** Checks now, and each time when a file is saved, until it is interrupted. */
export async function watch(): Promise<number> {
  const { chapter } = readCourse();
  let timer: NodeJS.Timeout | undefined;
  let checking = check();
  watchFolder(folderOf(chapter), () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      checking = checking.then(() => {
        show(`\n${"─".repeat(20)} saved\n`);
        return check();
      });
    }, SETTLED);
  });
  await checking;
  show(`Watching mine/${chapter}: it is checked when you save. Ctrl-C ends this.`);
  return new Promise(() => {});
}
