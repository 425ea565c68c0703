import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findDrift } from "../scripts/drift.ts";
import { assert, suite, tempDir } from "./harness.ts";

const test = suite("drift");

type Files = Readonly<Record<string, string>>;

/** Two made-up chapters; returns what is wrong, as "PLACE: WHAT". */
function drift(first: Files, second: Files): string[] {
  const folder = tempDir();
  for (const [chapter, files] of Object.entries({ "01-a": first, "02-b": second })) {
    mkdirSync(path.join(folder, chapter));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, chapter, name), text);
  }
  return findDrift(folder).map(({ place, what }) => `${place}: ${what}`);
}

const lines = (...each: string[]) => `${each.join("\n")}\n`;
const region = (name: string, ...inner: string[]) => [
  `// #region ${name}`,
  ...inner,
  `// #endregion ${name}`,
];

const ONE = lines("head", ...region("main", "one"), "between", "tail");
const FIRST = { "index.mdx": '<Region file="a.ts" name="main" />', "a.ts": ONE };

test("what is the same needs no text", () => {
  assert.equal(drift(FIRST, { ...FIRST, "index.mdx": "" }), []);
});

test("a chapter without a text", () => {
  assert.equal(drift(FIRST, { "a.ts": ONE }), ["02-b/index.mdx: the chapter has no text"]);
});

test("a hunk inside of a region that the text shows is explained", () => {
  const second = { ...FIRST, "a.ts": ONE.replace("one", "two") };
  assert.equal(drift(FIRST, second), []);
});

test("a hunk inside of a region that the text doesn't show isn't", () => {
  const problems = drift(FIRST, { "index.mdx": "", "a.ts": ONE.replace("one", "two") });
  assert.is(problems.length, 1, problems.join("\n"));
  assert.match(
    problems[0] ?? "",
    /^02-b\/a\.ts:3: 1 hunk\(s\) that no region shows, 0 line\(s\) of plumbing/,
  );
});

test("a hunk that begins in a shown region and ends outside of it isn't", () => {
  const changed = lines("head", ...region("main", "one"), "between", "tail").replace("tail", "end");
  const [problem, ...others] = drift(FIRST, { ...FIRST, "a.ts": changed });
  assert.match(problem ?? "", "02-b/a.ts:6: 1 hunk(s) that no region shows");
  assert.equal(others, []);
});

test("lines that are gone are a hunk as well, outside of a region and at a region's edge", () => {
  assert.is(drift(FIRST, { ...FIRST, "a.ts": ONE.replace("tail\n", "") }).length, 1);
  assert.is(drift(FIRST, { ...FIRST, "a.ts": ONE.replace("head\n", "") }).length, 1);
  const long = lines(...region("main", "one", "two", "three"));
  const first = { ...FIRST, "a.ts": long };
  assert.equal(drift(first, { ...first, "a.ts": long.replace("two\n", "") }), []);
  assert.equal(drift(first, { ...first, "a.ts": long.replace("three\n", "") }), []);
  assert.equal(drift(first, { ...first, "a.ts": long.replace("one\n", "") }), []);
});

test("plumbing explains as many hunks as it has lines, neither more nor fewer", () => {
  const changed = ONE.replace("head", "HEAD").replace("tail", "TAIL");
  const plumbing = (...list: string[]) => ({
    "index.mdx": `<Region file="a.ts" name="main" />\n<Plumbing file="a.ts">\n${list.join("\n")}\n</Plumbing>\n`,
    "a.ts": changed,
  });
  assert.equal(drift(FIRST, plumbing("- the head", "- the tail")), []);
  assert.match(drift(FIRST, plumbing("- the head"))[0] ?? "", "2 hunk(s) that no region shows, 1 line(s)");
  assert.match(
    drift(FIRST, plumbing("- a", "- b", "- c"))[0] ?? "",
    "2 hunk(s) that no region shows, 3 line(s)",
  );
  const idle = { "index.mdx": plumbing("- nothing has changed")["index.mdx"], "a.ts": ONE };
  assert.match(drift(FIRST, idle)[0] ?? "", "0 hunk(s) that no region shows, 1 line(s)");
});

test("a whole file, or all of its differences, may be shown", () => {
  const changed = ONE.replace("head", "HEAD").replace("tail", "TAIL");
  assert.equal(drift(FIRST, { "index.mdx": '<File name="a.ts" />', "a.ts": changed }), []);
  assert.equal(drift(FIRST, { "index.mdx": '<Diff file="a.ts" />', "a.ts": changed }), []);
});

test("a new file needs a text: a region of it, or all", () => {
  const isNew = (mdx: string, text = "new\n") => drift(FIRST, { ...FIRST, "index.mdx": mdx, "b.ts": text });
  assert.equal(isNew(""), ["02-b/b.ts: a new file that no text shows"]);
  assert.equal(isNew('<File name="b.ts" />'), []);
  assert.equal(isNew('<Region file="b.ts" name="x" />', lines(...region("x", "1"))), []);
  assert.equal(isNew('<Diff file="b.ts" />'), ["02-b/b.ts: a new file that no text shows"]);
});

test("a file that is gone", () => {
  const first = { ...FIRST, "index.mdx": `${FIRST["index.mdx"]}<File name="b.ts" />`, "b.ts": "old\n" };
  assert.equal(drift(first, FIRST), ["02-b/b.ts: 01-a has this file, and it is gone here"]);
  const text = `${FIRST["index.mdx"]} <Source file="chapters/01-a/b.ts" />`;
  assert.equal(drift(first, { ...FIRST, "index.mdx": text }), []);
});

test("tests and breakouts aren't the chapter's program", () => {
  assert.equal(drift(FIRST, { ...FIRST, "main.test.ts": "new\n", "breakout.ts": "new\n" }), []);
});

test("markers that name nothing", () => {
  const shows = (mdx: string) => drift(FIRST, { ...FIRST, "index.mdx": mdx });
  assert.equal(shows('<Region file="a.ts" name="mian" />'), [
    "02-b/index.mdx: shows region mian of a.ts, which isn't there",
  ]);
  for (const mdx of ['<Region file="c.ts" name="main" />', '<File name="c.ts" />', '<Diff file="c.ts" />'])
    assert.equal(shows(mdx), ["02-b/index.mdx: shows c.ts, which isn't there"]);
  assert.ok(
    shows('<Plumbing file="c.ts">\n- line\n</Plumbing>').includes(
      "02-b/index.mdx: shows c.ts, which isn't there",
    ),
  );
});

test("a region that no text shows", () => {
  const unused = lines("head", ...region("main", "one"), ...region("more", "between"), "tail");
  assert.equal(drift({ ...FIRST, "a.ts": unused }, FIRST).slice(0, 1), [
    "01-a/a.ts:5: no text shows region more",
  ]);
  assert.ok(drift(FIRST, { ...FIRST, "a.ts": unused }).includes("02-b/a.ts:5: no text shows region more"));
});

test("a region that never ends, and one that ends without a beginning", () => {
  const open = lines("head", "// #region main", "one", "between", "tail");
  assert.ok(drift({ ...FIRST, "a.ts": open }, FIRST).includes("01-a/a.ts:2: region main never ends"));
  const closed = lines("head", "one", "// #endregion main", "between", "tail");
  assert.ok(
    drift({ ...FIRST, "a.ts": closed }, FIRST).some((problem) => problem.startsWith("01-a/a.ts:3: ")),
  );
});

test("a region that is there twice", () => {
  const twice = lines(...region("main", "one"), ...region("main", "two"));
  const problems = drift({ ...FIRST, "a.ts": twice }, { ...FIRST, "index.mdx": "", "a.ts": twice });
  assert.ok(problems.includes("01-a/a.ts:4: region main is there twice"), problems.join("\n"));
});

test.run();
