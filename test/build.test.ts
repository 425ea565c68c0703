import { existsSync } from "node:fs";
import path from "node:path";
import { build, bundleOf, chapterNames } from "../scripts/build.ts";
import { assert, type Options, repo, root, run, suite, terminal, tool } from "./harness.ts";

const test = suite("build");

const chapters = chapterNames();
const written = await build(chapters);

const bundled = (chapter: string, ...words: string[]) => [process.execPath, bundleOf(chapter), ...words];
const source = (chapter: string, ...words: string[]) => {
  const main = path.join(repo, "chapters", chapter, "main.ts");
  return [process.execPath, "--import", import.meta.resolve("tsx"), main, ...words];
};

test("what the build names is there", () => {
  assert.equal(
    written.filter((file) => !existsSync(file)),
    [],
  );
  for (const chapter of chapters) {
    assert.ok(written.includes(bundleOf(chapter)));
    assert.ok(
      written.includes(bundleOf(chapter).replace(".cjs", ".cache")),
      `${chapter} has a compiled form`,
    );
  }
});

/** What a command says and ends with, in both forms; `same` takes out what may differ. */
async function compare(
  chapter: string,
  words: string[],
  same = (text: string) => text,
  options: Options = {},
) {
  const results = [];
  for (const form of [bundled, source]) {
    const { status, stdout, stderr } = await run(form(chapter, ...words), options);
    results.push({ status, stdout: same(stdout), stderr: same(stderr) });
  }
  const [one, other] = results;
  assert.equal(one, other);
  return one as { status: number | null; stdout: string; stderr: string };
}

/** An id is in the name of a link too, and its address is made of it. */
const withoutRandomNames = (text: string) =>
  text
    .replace(/\b(ft)?[0-9a-f]{12}\b/g, "RANDOM")
    .replace(/\b10\.88\.\d+\.\d+\/16, fd66:[0-9a-f:]+\/64/g, "ADDRESSES");
const withoutSources = (text: string) => text.replace(/^ *"source": .*$/gm, "");

for (const chapter of chapters) {
  test(`${chapter}: the command's exit status`, [root], async () => {
    const { status, stdout, stderr } = await run(
      bundled(chapter, "run", "/bin/sh", "-c", "echo out; exit 7"),
    );
    assert.equal({ status, stdout, stderr }, { status: 7, stdout: "out\n", stderr: "" });
  });

  test(`${chapter}: started from another directory`, [root], async () => {
    const words = ["run", "/bin/sh", "-c", "exit 7"];
    const { status, stderr } = await run(
      [process.execPath, path.relative("/tmp", bundleOf(chapter)), ...words],
      {
        cwd: "/tmp",
      },
    );
    assert.equal({ status, stderr }, { status: 7, stderr: "" });
  });

  test(`${chapter}: --version and --help are the source's`, async () => {
    assert.match((await compare(chapter, ["--version"])).stdout, /^ft-docker \d+\.\d+\.\d+\n$/);
    assert.match((await compare(chapter, ["--help"])).stdout, "run");
    assert.match((await compare(chapter, ["run", "--help"])).stdout, "--explain");
  });

  test(`${chapter}: a mistyped flag is answered with the nearest one`, async () => {
    const { status, stderr } = await compare(chapter, ["run", "--explian", "true"]);
    assert.is(status, 125);
    assert.match(stderr, "did you mean --explain?");
  });

  test(`${chapter}: a command that is nowhere`, [root], async () => {
    assert.is((await compare(chapter, ["run", "/no/such/command"])).status, 127);
  });

  test(`${chapter}: --explain is the source's`, async () => {
    const text = await compare(chapter, ["run", "--explain", "/bin/true"], withoutRandomNames);
    assert.match(text.stdout, "clone3(");
    const same = (json: string) => withoutSources(withoutRandomNames(json));
    const json = await compare(chapter, ["run", "--explain=json", "/bin/true"], same);
    assert.match(json.stdout, '"call": "clone3"');
  });

  test(`${chapter}: a run on a terminal`, [root, tool("script")], async () => {
    const running = terminal(bundled(chapter, "run", "/bin/sh", "-c", "tty; stty size; read line; exit 9"), {
      rows: 33,
      columns: 99,
    });
    await running.waitFor(/\/dev\/pts\/\d+\r\n33 99\r\n/);
    running.type("go on\r");
    assert.is((await running.done).status, 9);
  });
}

test.run();
