/**
 * Each exercise fails as it is handed out, with a hint, and passes with its solution; and each state of the code in between is
 * a program that the compiler takes. All of it in a copy of the repository.
 */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { node } from "../scripts/root.ts";
import { assert, need, onGuest, repo, root, run, suite, tempDir, tool } from "../test/harness.ts";
import type { Line } from "./checker.ts";
import { chapters, type Exercise, exercisesOf } from "./exercises.ts";
import { inStandIn } from "./stand-in.ts";
import { codeAfter } from "./states.ts";

const test = suite("exercises");
const needs = [root, tool("unshare")];
const env = { FT_DOCKER_HOME: tempDir() };

/** The code after each number of solved exercises, two levels below the repository's copy, as the learner's is. */
const copy = tempDir();
const placeOf = (chapter: string, solved: number) => path.join(copy, `${chapter}-${solved}`, "code");
for (const name of ["common", "containers", "images", "scripts", "syscall", "package.json", "tsconfig.json"])
  cpSync(path.join(repo, name), path.join(copy, name), { recursive: true });
symlinkSync(path.join(repo, "node_modules"), path.join(copy, "node_modules"));
for (const chapter of chapters()) {
  for (let solved = 0; solved <= exercisesOf(chapter).length; solved++) {
    mkdirSync(placeOf(chapter, solved), { recursive: true });
    for (const [name, text] of codeAfter(chapter, solved))
      writeFileSync(path.join(placeOf(chapter, solved), name), text);
  }
}

async function check(chapter: string, solved: number, exercises: readonly Exercise[]): Promise<Line[]> {
  const checks = exercises.map((each) => each.check);
  const command = inStandIn(
    node(path.join(repo, "workshop/checker.ts"), [placeOf(chapter, solved), ...checks]),
  );
  const { stdout, stderr, status } = await run(command, { env });
  assert.is(status, 0, stderr + stdout);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

for (const chapter of chapters()) {
  test(
    `${chapter}: each exercise fails as it is handed out, and passes with its solution`,
    [...needs, need("only control groups are another kernel's", () => !onGuest || chapter === "04-cgroups")],
    async () => {
      const exercises = exercisesOf(chapter);
      await Promise.all(
        [...Array(exercises.length + 1).keys()].map(async (solved) => {
          const [last, next] = [exercises[solved - 1], exercises[solved]];
          const lines = await check(
            chapter,
            solved,
            [last, next].filter((each) => each !== undefined),
          );
          const of = (exercise: Exercise | undefined) =>
            lines.filter((line) => line.check === exercise?.check);
          const unmet = of(last).filter(({ hint }) => hint !== undefined);
          assert.equal(unmet, [], `${last?.id} with its solution`);
          assert.ok(!last || of(last).length > 0, `${last?.id} claims something`);
          assert.ok(
            !next || of(next).at(-1)?.hint,
            `${next?.id} as it is handed out: ${JSON.stringify(lines)}`,
          );
        }),
      );
    },
  );
}

/** What the runtime would do for `true`: but for its name, its environment and its id, which are another each time. */
async function listOf(main: string): Promise<string[]> {
  const { stdout, stderr } = await run(node(main, ["run", "--explain=json", "true"]), { env });
  assert.is(stderr, "");
  const steps = JSON.parse(stdout) as { call: string; args: unknown[] }[];
  return steps
    .filter(({ call }) => !["execve", "sethostname"].includes(call))
    .map(({ call, args }) => `${call} ${JSON.stringify(args)}`.replace(/#\d+/g, "#"));
}

test("what is handed out first does what the chapter before does", [root], async () => {
  const names = chapters();
  for (const [chapter, more] of [
    ["02-uts", []],
    ["03-pid-mnt", ["openat2", "fchdir"]], // Its own working directory, which is plumbing.
    ["04-cgroups", []],
  ] as const) {
    const before = names[names.indexOf(chapter) - 1] ?? "";
    const [finished, handedOut] = await Promise.all([
      listOf(path.join(repo, "chapters", before, "main.ts")),
      listOf(path.join(placeOf(chapter, 0), "main.ts")),
    ]);
    assert.equal(
      handedOut.filter((each) => !more.some((call) => each.startsWith(call))),
      finished.filter((each) => !more.some((call) => each.startsWith(call))),
      chapter,
    );
  }
});

test("each state is a program that the compiler takes", async () => {
  const { stdout } = await run([
    process.execPath,
    path.join(repo, "node_modules/typescript/bin/tsc"),
    "-p",
    copy,
  ]);
  const states = stdout.split("\n").filter((line) => /^\d\d-[a-z-]+-\d+\//.test(line));
  assert.equal(states, []);
});

test.run();
