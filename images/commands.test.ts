import { rmSync } from "node:fs";
import path from "node:path";
import { recordFolder } from "../containers/record.ts";
import { putRecord } from "../containers/testing/records.ts";
import { node } from "../scripts/root.ts";
import { assert, repo, run, suite, tempDir } from "../test/harness.ts";
import { writeBlob, writeDocument } from "./blobs.ts";
import { pinned } from "./pin.ts";
import { parseReference } from "./reference.ts";
import { openStore } from "./store.ts";
import { nameImage } from "./tags.ts";
import { makeImage, type TestImage } from "./testing/image.ts";

const test = suite("commands about images");

const home = tempDir();
const store = openStore(path.join(home, "images"));
const command = (...words: string[]) =>
  run(node(path.join(repo, "images/testing/main.ts"), words), { env: { FT_DOCKER_HOME: home } });

async function output(...words: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await command(...words);
  assert.is(`${status}${stderr}`, "0");
  return stdout.split("\n").slice(0, -1);
}

async function put(name: string | undefined, image: TestImage): Promise<void> {
  await pinned(store, async (pin) => {
    for (const { bytes, digest } of image.blobs) await writeBlob(store, pin, [bytes], { what: digest });
    const target = await writeDocument(store, pin, image.manifest.bytes, image.manifest.mediaType);
    nameImage(store, name === undefined ? undefined : parseReference(name), target);
  });
}

const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const long = `/bin/sh -c #(nop) ${"ADD ".repeat(20)}\t\u001b[31m`;
const old = await makeImage([2_000_000], { created: ago(100), history: null });
const fresh = await makeImage([1000, 50], {
  created: ago(3),
  history: [
    { created: ago(5), created_by: long },
    { created: ago(4), created_by: "ENV A=b", empty_layer: true, comment: "why" },
    { created: ago(3), created_by: "RUN x" },
  ],
});
const id = (image: TestImage) => image.config.digest.slice(7, 19);

test("no images: the headings alone", async () => {
  assert.equal(await output("images"), ["REPOSITORY   TAG   IMAGE ID   CREATED   SIZE"]);
  assert.equal(await output("images", "-q"), []);
  assert.equal(await output("images", "--format", "json"), []);
});

test("images: Docker's columns, the newest first", async () => {
  await put("quay.io/team/app:1.0", old);
  await put("alpine", fresh);
  await output("tag", "alpine", "more:x");
  assert.equal(await output("images"), [
    "REPOSITORY         TAG      IMAGE ID       CREATED        SIZE",
    `alpine             latest   ${id(fresh)}   3 days ago     ${sizeOf(fresh)}`,
    `more               x        ${id(fresh)}   3 days ago     ${sizeOf(fresh)}`,
    `quay.io/team/app   1.0      ${id(old)}   3 months ago   2MB`,
  ]);
  assert.equal(await output("images", "-q"), [id(fresh), id(old)]);
  assert.equal(await output("images", "-q", "--no-trunc"), [fresh.config.digest, old.config.digest]);
  assert.equal((await output("images", "alpine")).length, 2);
  assert.equal((await output("images", "alpine:none")).length, 1);
  const rows = (await output("images", "--format", "json")).map((line) => JSON.parse(line));
  assert.equal(
    rows.map(({ Repository, Tag, ID, Digest }) => [Repository, Tag, ID, Digest]),
    [
      ["alpine", "latest", id(fresh), fresh.manifest.digest],
      ["more", "x", id(fresh), fresh.manifest.digest],
      ["quay.io/team/app", "1.0", id(old), old.manifest.digest],
    ],
  );
});

/** Its config and layers, as they are in the store. */
function sizeOf({ blobs }: TestImage): string {
  const size = blobs.reduce((sum, blob) => sum + blob.size, 0);
  return `${Number((size / 1000).toPrecision(3))}kB`;
}

test("an image whose name has moved, and one without a name, have <none>", async () => {
  await put("more:x", old);
  const [other, unnamed] = [
    await makeImage([1], { created: null }),
    await makeImage([2], { created: ago(400) }),
  ];
  await put("quay.io/moved", other);
  await put("quay.io/moved", old);
  await put(undefined, unnamed);
  const rows = (await output("images")).map((line) => line.split(/ {3,}/));
  assert.ok(
    rows.some((row) => row.slice(0, 4).join() === ["quay.io/moved", "<none>", id(other), "N/A"].join()),
  );
  assert.ok(
    rows.some((row) => row.slice(0, 4).join() === ["<none>", "<none>", id(unnamed), "13 months ago"].join()),
  );
  assert.equal((await output("rmi", id(unnamed)))[0], `Untagged: ${unnamed.manifest.digest.slice(7, 19)}`);
  await output("rmi", id(other));
  await output("rmi", "quay.io/moved", "more:x");
});

test("history: the newest first, each layer with its line", async () => {
  const lines = await output("history", "alpine");
  const rows = lines.map((line) => line.split(/ {3,}/));
  const [first, second] = [fresh.layers[0]?.size ?? 0, fresh.layers[1]?.size ?? 0];
  assert.equal(rows, [
    ["IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT"],
    [id(fresh), "3 days ago", "RUN x", `${second}B`],
    ["<missing>", "4 days ago", "ENV A=b", "0B", "why"],
    ["<missing>", "5 days ago", `${long.slice(0, 44)}…`, `${Number((first / 1000).toPrecision(3))}kB`],
  ]);
  const full = (await output("history", "--no-trunc", "alpine")).join("\n");
  assert.match(full, fresh.config.digest);
  assert.not.ok(full.includes("\u001b"), "an image doesn't colour the terminal");
  assert.match(full, `${"ADD ".repeat(20)} `);
  assert.equal(await output("history", "-q", "alpine"), [id(fresh), "<missing>", "<missing>"]);
  assert.is(JSON.parse((await output("history", "--format", "json", "alpine"))[1] ?? "").Comment, "why");
  assert.is((await output("history", "quay.io/team/app:1.0")).length, 2, "a layer of which no line tells");
});

test("rmi: names, then blobs; one that isn't there doesn't keep the others", async () => {
  await output("tag", "alpine", "second");
  assert.equal(await output("rmi", "alpine"), ["Untagged: alpine:latest"]);
  const { status, stdout, stderr } = await command("rmi", "none", "second");
  assert.is(status, 125);
  assert.is(stderr, "error: none: there is no such image here\nhint: images lists what is here\n");
  const deleted = [fresh.manifest, ...fresh.blobs].map(({ digest }) => `Deleted: ${digest}`).sort();
  assert.equal(stdout.split("\n").slice(0, -1), ["Untagged: second:latest", ...deleted]);
});

test("rmi: not while a container that was made from it is there", async () => {
  await put("needed", old);
  process.env.FT_DOCKER_HOME = home;
  const { id: container } = putRecord({ name: "later", image: "needed", imageId: old.config.digest });
  for (const words of [["needed"], ["-f", id(old)]]) {
    const { status, stderr } = await command("rmi", ...words);
    assert.is(status, 125);
    assert.match(stderr, /^error: rmi \S+: the container later was made from it\nhint: rm later\n$/);
  }
  rmSync(recordFolder(container), { recursive: true });
  assert.is((await output("rmi", "needed"))[0], "Untagged: needed:latest");
});

test("what is mistyped is told with what to type", async () => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [["pull"], /^error: pull: no image is named\nhint: pull NAME\[:TAG\|@DIGEST\]\n$/],
    [["pull", "a", "b"], /^error: pull: b: one word too many\n/],
    [["pull", "Alpine"], /^error: "Alpine": not an image's name: a name has no capital letters\nhint: /],
    [["save", "a", "-o", "x"], /^error: save: -o: flags stand before names\n/],
    [["tag", "a"], /^error: tag: no second name is named\n|^error: tag: .*\nhint: tag IMAGE NAME\[:TAG\]\n$/],
    [["tag", "none", "x"], /^error: none: there is no such image here\n/],
    [["history", "none"], /^error: none: there is no such image here\nhint: pull none\n$/],
    [["load", "x"], /^error: load: x: one word too many\nhint: load \[-i FILE\]\n$/],
    [["images", "--format", "xml"], /^error: --format xml: no such format\nhint: --format json\n$/],
    [["pull", "--mirror", "x", "alpine"], /^error: --mirror x: not an address\n/],
  ];
  for (const [words, expected] of cases) {
    const { status, stdout, stderr } = await command(...words);
    assert.is(`${status}${stdout}`, "125");
    assert.match(stderr, expected);
  }
  assert.match((await output("--help")).join("\n"), /pull .*\n.*images .*\n/s);
});

test.run();
