/** The site in Debian's Chromium: for everybody, by keyboard, without scripts, on a telephone, on paper. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { assert, findTool, suite, tool } from "../test/harness.ts";
import { readChapters } from "./chapters.ts";
import { serve } from "./server.ts";
import { buildSite, dist } from "./site.ts";

const test = suite("browser");
const needs = [tool("chromium")];

const chapters = readChapters();
const last = chapters.at(-1)?.name ?? "";
const files = needs.every((each) => each.lack() === undefined)
  ? await buildSite()
  : new Map<string, string>();
/** All but the pages of source files, which are alike: one of them is enough. */
const pages = [...files.keys()]
  .filter((file) => file.endsWith("index.html") && !file.startsWith("source/"))
  .map((file) => file.replace("index.html", ""))
  .concat(`source/chapters/${last}/main.ts/`);
/** The newest list of syscalls. */
const lists =
  pages
    .filter((page) => page.startsWith(`${last}/`))
    .findLast((page) => files.get(`${page}index.html`)?.includes('class="steps"')) ?? "";
const server = await serve(dist, 0, false);
let browser: Browser | undefined;

/** Opens a page, lets `look` look at it, and fails on what it complains of, and on what it asks of others. */
async function visit<T>(
  address: string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<T>,
): Promise<T> {
  browser ??= await chromium.launch({ executablePath: findTool("chromium") ?? "", args: ["--no-sandbox"] });
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith(server.address)) complaints.push(`asks ${request.url()}`);
    });
    await page.goto(server.address + address);
    const seen = await look(page);
    assert.equal(complaints, [], address);
    return seen;
  } finally {
    await context.close();
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** "RULE: SELECTOR" for each violation. */
async function violations(page: Page): Promise<string[]> {
  // Also what is laid out only when it comes near.
  await page.addStyleTag({ content: "* { content-visibility: visible !important }" });
  await page.evaluate(AXE);
  return page.evaluate(`axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ": " + target.join(" "))))`);
}

const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: "dark" } as const;
const DESK = { viewport: { width: 1280, height: 900 }, colorScheme: "light" } as const;

for (const address of pages) {
  test(`/${address}: nobody is kept from reading it, light and wide, dark and narrow`, needs, async () => {
    for (const options of [DESK, PHONE]) {
      const found = await visit(address, options, violations);
      assert.equal(found.slice(0, 5), [], JSON.stringify(options));
    }
  });
}

test("no page is wider than a window of 320 pixels", needs, async () => {
  for (const address of pages) {
    const width = await visit(address, { viewport: { width: 320, height: 700 } }, (page) =>
      page.evaluate("document.documentElement.scrollWidth"),
    );
    assert.is(width, 320, address);
  }
});

test("without scripts a chapter has all its text, and a list can be stepped through", needs, async () => {
  await visit(lists, { ...DESK, javaScriptEnabled: false }, async (page) => {
    const steps = page.locator(".steps").last();
    const title = steps.locator(".world:visible .world-title");
    assert.is(await title.count(), 1);
    const before = await title.textContent();
    await steps.locator("li input").last().check();
    assert.is(await title.count(), 1);
    assert.is.not(await title.textContent(), before);
    assert.ok(await page.locator(".terminal kbd").first().isVisible());
    assert.not.ok(await page.locator("#theme").isVisible());
  });
});

test("by the keyboard: to the text, down a list, to a word's explanation", needs, async () => {
  await visit(lists, DESK, async (page) => {
    await page.keyboard.press("Tab");
    assert.is(await page.evaluate("document.activeElement.textContent"), "To the text");
    const steps = page.locator(".steps").last();
    await steps.locator("li input").first().focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowDown");
    assert.ok(await steps.locator("li input").nth(3).isChecked());
    await page.locator("main a.w").first().focus();
    const pop = page.locator("#pop");
    await pop.waitFor();
    assert.match((await pop.textContent()) ?? "", /\w+ .+\./);
    await page.keyboard.press("Escape");
    assert.is(await pop.count(), 0);
  });
});

test("light and dark: the choice is kept", needs, async () => {
  await visit("", DESK, async (page) => {
    const paper = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    const light = await paper();
    await page.locator("#theme").click();
    const dark = await paper();
    assert.is.not(dark, light);
    await page.reload();
    assert.is(await paper(), dark);
  });
});

test("search finds a word, and loads its index only then", needs, async () => {
  await visit("", DESK, async (page) => {
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(request.url()));
    assert.ok(!loaded.some((url) => url.includes("pagefind")));
    await page.locator("#search").fill("pivot_root");
    const hit = page.locator("#found a").first();
    await hit.waitFor();
    assert.ok(loaded.some((url) => url.includes("pagefind")));
    const address = new URL((await hit.getAttribute("href")) ?? "", page.url()).href;
    await hit.click();
    await page.waitForURL(address);
    assert.match((await page.locator("main").textContent()) ?? "", "pivot_root");
  });
});

test("a terminal can be played, and shows at its end what it showed before", needs, async () => {
  await visit(`${last}/`, DESK, async (page) => {
    const terminal = page.locator("figure.terminal").first();
    const code = terminal.locator("code");
    const whole = await code.innerHTML();
    await terminal.locator(".play").click();
    assert.is.not(await code.innerHTML(), whole);
    await terminal.locator(".play").click();
    assert.is(await code.innerHTML(), whole);
  });
});

/** A projector's, an old one's, and a large screen's. */
const PROJECTORS = [
  { width: 1280, height: 720 },
  { width: 1024, height: 768 },
  { width: 1920, height: 1080 },
];

test(
  "slides: nothing goes beyond a slide, and nothing on it is too small to be read from the last row",
  needs,
  async () => {
    for (const { number } of chapters) {
      for (const viewport of PROJECTORS) {
        const address = `slides/${String(number).padStart(2, "0")}/`;
        const problems = await visit(address, { viewport }, (page) => page.evaluate(TOO_MUCH));
        assert.equal(problems, [], `${address} ${viewport.width}x${viewport.height}`);
      }
    }
  },
);

/** For the page. What is read is to be 1/45 of the slide's height at least: the text of a terminal is. */
const TOO_MUCH = `[...document.querySelectorAll(".slide")].flatMap((slide) => {
  const box = slide.getBoundingClientRect();
  const least = Math.min(innerHeight, innerWidth * 0.6) / 45;
  return [...slide.querySelectorAll("h1, h2, p, li, pre, svg, figcaption")]
    .filter((part) => !part.closest(".notes"))
    .flatMap((part) => {
      const { top, bottom, left, right } = part.getBoundingClientRect();
      const where = slide.querySelector("h1, h2").textContent + ": " + part.tagName;
      const outside = top < box.top || bottom > box.bottom || left < 0 || right > innerWidth;
      const small = part.tagName !== "svg" && parseFloat(getComputedStyle(part).fontSize) < least;
      return [
        ...(outside || part.scrollWidth > part.clientWidth + 1 ? [where + " goes beyond it"] : []),
        ...(small ? [where + " is too small"] : []),
      ];
    });
})`;

test("slides: keys lead on and back, and show a teacher's notes", needs, async () => {
  await visit("slides/01/", { viewport: PROJECTORS[0] ?? null }, async (page) => {
    const shown = () => page.evaluate("Math.round(scrollY / innerHeight)");
    for (const key of ["ArrowRight", " ", "PageDown"]) await page.keyboard.press(key);
    assert.is(await shown(), 3);
    await page.keyboard.press("ArrowLeft");
    assert.is(await shown(), 2);
    const notes = page.locator(".notes");
    const withNotes = await page.evaluate(
      "[...document.querySelectorAll('.slide')].findIndex((each) => each.querySelector('.notes'))",
    );
    for (let at = 2; at < Number(withNotes); at++) await page.keyboard.press("ArrowRight");
    assert.not.ok(await notes.first().isVisible());
    await page.keyboard.press("n");
    assert.ok(await notes.first().isVisible());
    assert.is((await page.pdf()).subarray(0, 5).toString(), "%PDF-");
  });
});

test("a page that isn't there says so", needs, async () => {
  await visit("", DESK, async (page) => {
    const answer = await page.request.get(`${server.address}no/such/page`);
    assert.is(answer.status(), 404);
    assert.match(await answer.text(), "ENOENT");
  });
});

test("on paper: the book as a PDF", needs, async () => {
  const pdf = await visit("all/", DESK, (page) => page.pdf());
  assert.is(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.ok(pdf.length > 100_000);
});

test.after(async () => {
  await browser?.close();
  await server.close();
});

test.run();
