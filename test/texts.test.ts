/** The chapters' texts: each is complete, says only what docs/writing.md defines, and tells the truth about what it runs. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { findDrift } from "../scripts/drift.ts";
import { assert, need, repo, root, run, runtime, suite, tool } from "./harness.ts";
import { chapters, type Element, Keyboard, readText, type Text } from "./texts.ts";

const test = suite("texts");
const texts = await Promise.all(chapters().map(readText));
const keyboard = new Keyboard();

/** The list in docs/writing.md: each element with its attributes, and whether each may be missing. */
function definitions(): Map<string, Map<string, boolean>> {
  const doc = readFileSync(path.join(repo, "docs/writing.md"), "utf8");
  const rows = [...doc.matchAll(/^- `<(\w+)((?: \w+\??)*)>`: /gm)];
  return new Map(
    rows.map(([, name = "", attributes = ""]) => [
      name,
      new Map(
        [...attributes.matchAll(/(\w+)(\?)?/g)].map(([, attribute = "", may]) => [attribute, may === "?"]),
      ),
    ]),
  );
}

const all = (text: Text, name: string): readonly Element[] =>
  text.elements.filter((each) => each.name === name);

test("no difference between two chapters is unexplained", () => {
  assert.equal(findDrift(path.join(repo, "chapters")), []);
});

test("there is a text for each of the chapters", () => {
  assert.equal(
    texts.map(({ chapter }) => chapter.slice(0, 2)),
    texts.map((_, i) => String(i + 1).padStart(2, "0")),
  );
});

test("each word of the glossary is defined once, where it is first used", () => {
  const defined = new Set<string>();
  for (const text of texts) {
    for (const { attributes } of all(text, "Term")) {
      const { name = "", means } = attributes;
      if (means !== undefined)
        assert.not.ok(defined.has(name), `${text.chapter}: ${name} has two definitions`);
      if (means !== undefined) defined.add(name);
      assert.ok(defined.has(name), `${text.chapter}: ${name} is used before its definition`);
    }
  }
});

const heedsDontfork = need(
  "needs a kernel whose fork(2) heeds MADV_DONTFORK: user-mode Linux doesn't",
  () => process.env.FT_DOCKER_GUEST !== "uml",
);

for (const text of texts) {
  const { chapter, elements, frontMatter } = text;

  test(`${chapter}: the front matter is complete`, () => {
    const { title, chapter: number, summary, minutes, learn, ...rest } = frontMatter;
    assert.equal(Object.keys(rest), []);
    assert.ok(typeof title === "string" && title !== "");
    assert.is(number, Number(chapter.slice(0, 2)));
    assert.ok(typeof summary === "string" && summary.endsWith("."));
    assert.ok(Array.isArray(learn) && learn.length > 1 && learn.every((line) => typeof line === "string"));
    const { reading, doing } = minutes as { reading: unknown; doing: unknown };
    assert.ok(typeof reading === "number" && typeof doing === "number" && doing > 0);
    const pace = text.words / reading;
    assert.ok(pace > 120 && pace < 250, `${text.words} words in ${reading} minutes`);
  });

  test(`${chapter}: only elements that docs/writing.md defines, and no code`, () => {
    const known = definitions();
    assert.ok(known.size > 0);
    for (const { name, attributes } of elements) {
      const allowed = known.get(name);
      assert.ok(allowed, `<${name}> isn't defined`);
      for (const attribute of Object.keys(attributes))
        assert.ok(allowed.has(attribute), `<${name} ${attribute}> isn't defined`);
      for (const [attribute, mayBeMissing] of allowed)
        assert.ok(mayBeMissing || attributes[attribute], `<${name}> lacks ${attribute}`);
    }
    assert.equal(text.code, []);
  });

  test(`${chapter}: what it shows is there`, () => {
    const directory = path.join(repo, "chapters", chapter);
    for (const { attributes } of [...all(text, "File"), ...all(text, "Diff"), ...all(text, "Plumbing")])
      assert.ok(
        existsSync(path.join(directory, attributes.name ?? attributes.file ?? "")),
        JSON.stringify(attributes),
      );
    for (const { attributes } of all(text, "Region")) {
      const source = readFileSync(path.join(directory, attributes.file ?? ""), "utf8");
      for (const mark of ["region", "endregion"])
        assert.ok(source.includes(`// #${mark} ${attributes.name}\n`), JSON.stringify(attributes));
    }
    for (const { attributes } of all(text, "Source"))
      assert.ok(existsSync(path.join(repo, attributes.file ?? "")), attributes.file);
    for (const { attributes } of all(text, "Teacher"))
      assert.ok(["ask", "demo", "watch-out"].includes(attributes.kind ?? ""), attributes.kind);
  });

  test(`${chapter}: each challenge has a hint, a solution, and a check where it has a patch`, () => {
    const challenges = all(text, "Challenge");
    assert.ok(challenges.length >= 2);
    const folder = path.join(repo, "chapters", chapter, "challenges");
    for (const { attributes } of challenges) {
      const has = (end: string) => existsSync(path.join(folder, `${attributes.name}${end}`));
      assert.is(has(".patch"), has(".check.ts"), attributes.name);
    }
    for (const name of ["Hint", "Solution"]) {
      assert.is(all(text, name).length, challenges.length);
      assert.ok(all(text, name).every(({ parent }) => parent === "Challenge"));
    }
  });

  test(`${chapter}: three questions at least, each with an answer`, () => {
    const questions = all(text, "Question");
    assert.ok(questions.length >= 3);
    assert.is(all(text, "Answer").length, questions.length);
    assert.ok(all(text, "Answer").every(({ parent }) => parent === "Question"));
    for (const { text: words } of questions) assert.match(words, "?");
  });

  for (const { attributes } of all(text, "Explain")) {
    test(`${chapter}: explain ${attributes.args}`, async () => {
      const words = (attributes.args ?? "").split(" ");
      const { stdout, stderr, status } = await run([
        ...runtime(chapter),
        "run",
        "--explain=json",
        ...words.slice(1),
      ]);
      assert.is(words[0], "run");
      assert.is(status, 0, stderr);
      assert.ok((JSON.parse(stdout) as { call: string }[]).some(({ call }) => call === "clone3"));
    });
  }

  for (const { attributes } of all(text, "Run")) {
    const { command = "", type, expect, not, status = "0", needs } = attributes;
    const isRoots = /\bsudo\b/.test(`${command}\n${type}`);
    const tools = [...(needs?.split(" ") ?? []), ...(type === undefined ? [] : ["script"])].map(tool);
    const kernel = command.includes("demo/fork.ts") ? [heedsDontfork] : [];
    const wanted = [...(isRoots ? [root] : []), ...tools, ...kernel];
    test(`${chapter}: ${command.split("\n")[0]}`, wanted, async () => {
      const ran = await (type === undefined
        ? keyboard.run(command)
        : keyboard.type(command, type.split("\n")));
      const said = `${command}\n${ran.output}`;
      assert.ok(expect ?? not, "neither expect nor not");
      if (expect !== undefined) assert.match(ran.output, new RegExp(expect, "ms"), said);
      if (not !== undefined) assert.not.match(ran.output, new RegExp(not, "ms"), said);
      assert.is(ran.status, Number(status), said);
    });
  }
}

test.run();
