/** The site's files: built the same twice, HTML, whole, small; and what is wrong in a text is told. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { HtmlValidate } from "html-validate";
import { assert, suite } from "../test/harness.ts";
import { readText } from "../test/texts.ts";
import { readChapters, repo } from "./chapters.ts";
import { checkLinks } from "./links.ts";
import { marksOf, type Range } from "./marks.ts";
import { keyOf, readRecordings } from "./recordings.ts";
import { readExcerpt } from "./regions.ts";
import { clock, endOf, halfDay, schedule } from "./schedule.ts";
import { buildSite, dist } from "./site.ts";

const test = suite("site");

const chapters = readChapters();
const files = await buildSite();
const html = [...files].filter(([address]) => address.endsWith(".html"));

/** Each file's checksum, the search's index among them. */
function checksums(): Record<string, string> {
  const all = readdirSync(dist, { recursive: true, encoding: "utf8" }).map((name) => path.join(dist, name));
  const sum = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");
  return Object.fromEntries(all.filter((file) => statSync(file).isFile()).map((file) => [file, sum(file)]));
}

test("a second build is the same, byte by byte", async () => {
  const first = checksums();
  await buildSite();
  assert.equal(checksums(), first);
});

test("each chapter has its page, and the page of what changed where there is a chapter before", () => {
  for (const { name, title, before } of chapters) {
    assert.ok(files.get(`${name}/index.html`)?.includes(`<h1 id="top">${title}</h1>`), name);
    assert.is(files.has(`${name}/changes/index.html`), before !== undefined);
  }
});

test("each page is valid HTML", async () => {
  const validate = new HtmlValidate({
    extends: ["html-validate:recommended"],
    rules: {
      "long-title": "off",
      "no-inline-style": "off",
      "no-trailing-whitespace": "off",
      "require-sri": "off",
      "no-raw-characters": "off",
      // React writes <!doctype html> and void elements in its own way.
      "doctype-style": "off",
      "void-style": "off",
      "attr-case": "off",
      "attribute-boolean-style": "off",
      "attribute-empty-style": "off",
      "tel-non-breaking": "off",
    },
  });
  for (const [address, content] of html) {
    const { results } = await validate.validateString(content);
    const wrong = results.flatMap(({ messages }) =>
      messages.map(({ message, line, column }) => `${line}:${column} ${message}`),
    );
    assert.equal(wrong.slice(0, 5), [], address);
  }
});

test("links that lead nowhere are found: to a page, and to a place on one", () => {
  const broken = new Map([
    [
      "index.html",
      '<a href="there/">1</a> <a href="page/#there">2</a> <a href="page/#here">3</a> <a href="#no">4</a>',
    ],
    ["page/index.html", '<p id="here"><a href="../">5</a> <a href="../index.html">6</a></p>'],
  ]);
  assert.equal(checkLinks(broken), ["index.html: there/", "index.html: page/#there", "index.html: #no"]);
});

test("in a changed line the words that differ are marked; in another one, none", () => {
  const cut = (line: string, ranges: readonly Range[] = []) =>
    ranges.map(([from, to]) => line.slice(from, to));
  const [before, after, other] = ["  open(rootfs, O_PATH);", "  open(merged, O_PATH);", "return [];"];
  const marks = marksOf([before], [other, after]);
  assert.equal(cut(before, marks.removed[0]), ["rootfs"]);
  assert.equal(cut(other, marks.added[0]), []);
  assert.equal(cut(after, marks.added[1]), ["merged"]);
  assert.equal(marksOf([before], [other]), { removed: [[]], added: [[]] });
});

test("no page asks another server for anything", () => {
  for (const [address, content] of html) {
    const asked = [
      ...content.matchAll(/<(?:link|script|img|source|iframe)[^>]* (?:href|src)="(https?:[^"]*)"/g),
    ];
    assert.equal(
      asked.map(([, link]) => link),
      [],
      address,
    );
  }
});

test("a long chapter is whole on its pages: each heading is on one of them, and each page leads to the next", async () => {
  for (const { name } of chapters) {
    const pages = html.filter(
      ([address]) => address.startsWith(`${name}/`) && !address.includes("/changes/"),
    );
    const { elements } = await readText(name);
    const titles = elements.filter((each) => each.name === "Page").map(({ attributes }) => attributes.title);
    assert.is(pages.length, titles.length + 1);
    for (const [i, title] of titles.entries()) assert.match(pages[i]?.[1] ?? "", `</span>${title}</a>`);
    const ids = pages.flatMap(([, content]) =>
      [...content.matchAll(/<h[23] id="([^"]+)"/g)].map(([, id]) => id),
    );
    assert.equal(ids.length, new Set(ids).size, name);
    for (const { name: element, attributes } of elements.filter((each) => each.name === "Challenge"))
      assert.ok(ids.includes(`challenge-${attributes.name}`), `${element} ${attributes.name}`);
  }
});

test("a region that isn't there, or is empty, is an error", () => {
  assert.throws(() => readExcerpt("let a;\n", "a.ts", "none"), "a.ts: there is no region none");
  assert.throws(
    () => readExcerpt("// #region a\n\n// #endregion a\n", "a.ts", "a"),
    "a.ts: region a is empty",
  );
});

test("an excerpt says where it stands, and doesn't show markers", () => {
  const source =
    "function one() {}\n\n// #region two\nfunction two() {\n// #region in\n}\n// #endregion in\n// #endregion two\nlet b;\n";
  assert.equal(readExcerpt(source, "a.ts", "two"), {
    before: [0, 1],
    lines: [3, 5],
    after: [8],
    follows: "one",
  });
});

for (const { name } of chapters) {
  test(`${name}: every terminal is recorded, and none is kept that isn't in the text`, async () => {
    const { elements } = await readText(name);
    const commands = elements.filter((each) => each.name === "Run").map(({ attributes }) => attributes);
    const wanted = new Set(commands.map(({ command = "", type }) => keyOf(command, type)));
    const kept = (readRecordings(name)?.transcripts ?? []).map(({ command, type }) => keyOf(command, type));
    assert.equal(kept.sort(), [...wanted].sort(), "npm run site:record");
  });
}

test("a day of teaching, and half a one: no stretch of more than 75 minutes, and nothing left out in between", () => {
  for (const slots of [schedule(chapters), halfDay(chapters)]) {
    for (const [i, { from, minutes }] of slots.entries())
      assert.is(slots[i + 1]?.from ?? from + minutes, from + minutes);
    assert.is(clock(slots[0]?.from ?? 0), "09:00");
    assert.ok(slots.every(({ minutes }) => minutes <= 75));
    const taught = slots.flatMap(({ chapter }) => (chapter ? [chapter.number] : []));
    assert.equal(
      taught,
      chapters.slice(0, taught.length / 2).flatMap(({ number }) => [number, number]),
    );
  }
  const half = halfDay(chapters);
  assert.ok(endOf(half) <= 13 * 60 && half.some(({ chapter }) => chapter?.number === 2));
  assert.not.ok(half.some(({ what }) => what === "Lunch"));
});

test("each chapter has slides: its heads, its questions, its notes", () => {
  for (const { name, number, title } of chapters) {
    const page = files.get(`slides/${String(number).padStart(2, "0")}/index.html`) ?? "";
    assert.match(page, `<h1>${title}</h1>`);
    assert.match(page, `<h2 id="see-the-problem">`, name);
    const slides = page.split('<section class="slide').length - 1;
    assert.ok(slides > 12 && slides < 40, `${name}: ${slides} slides`);
    const mdx = readFileSync(path.join(repo, "chapters", name, "index.mdx"), "utf8");
    assert.is(page.split("What do you think?").length, mdx.split("<Question>").length, name);
    if (mdx.includes("<Teacher")) assert.match(page, '<div class="notes">', name);
  }
});

const size = (content: string) => gzipSync(content).length / 1024;
/** Pictures: drawings, and lists of syscalls to step through. */
const withoutPictures = (page: string) =>
  page.replace(/<figure class="(?:picture|steps)".*?<\/figure>/gs, "");

test("pages are small: in KiB, compressed", () => {
  const pages = html.filter(([address]) => chapters.some(({ name }) => address.startsWith(`${name}/`)));
  for (const [address, content] of pages) {
    const small = size(withoutPictures(content));
    // What changed is one page a chapter, and nobody's first.
    const most = address.endsWith("/changes/index.html") ? 24 : 20;
    assert.ok(small <= most, `${address}: ${small}; a <Page> makes two pages of it`);
  }
  assert.ok(size(files.get("client.js") ?? "") <= 4);
  assert.ok(size(files.get("style.css") ?? "") <= 6);
});

test.run();
