import {
  closeSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { UserError } from "../common/errors.ts";
import { assert, repo, root, run, start, suite, tempDir, tool } from "../test/harness.ts";
import { addImage } from "./add.ts";
import { openBlob, readBlob, writeBlob, writeDocument } from "./blobs.ts";
import { digestOf, hexOf } from "./digest.ts";
import { collectGarbage, sweep } from "./garbage.ts";
import { findImage, listImages, resolveImage, usedDiffIds } from "./images.ts";
import { readEntries } from "./layout.ts";
import { openLocked } from "./lock.ts";
import { pinned } from "./pin.ts";
import { canonical, parseReference } from "./reference.ts";
import { blobFile, openStore, type Store } from "./store.ts";
import { nameImage, removeImage, tagImage } from "./tags.ts";
import { imageOf, makeImage, type TestImage, tarOf } from "./testing/image.ts";

const test = suite("image store");

const newStore = () => openStore(path.join(tempDir(), "images"));
const blobsIn = (store: Store) => readdirSync(store.blobs).sort();
const hexes = (image: TestImage) =>
  [image.manifest, ...image.blobs].map(({ digest }) => hexOf(digest)).sort();
const names = (store: Store) => readEntries(store).map(({ name }) => name);
const leftovers = (store: Store) =>
  [store.drafts, store.pins, store.downloads].flatMap((folder) => readdirSync(folder));

async function put(store: Store, name: string | undefined, image: TestImage): Promise<void> {
  await pinned(store, async (pin) => {
    for (const { bytes, digest } of image.blobs) await writeBlob(store, pin, [bytes], { what: digest });
    const target = await writeDocument(store, pin, image.manifest.bytes, image.manifest.mediaType);
    nameImage(store, name === undefined ? undefined : parseReference(name), target);
  });
}

async function rejects(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  );
  assert.instance(error, UserError, `${(error as Error)?.stack}`);
  assert.match((error as Error).message, message);
}

function throws(action: () => unknown, message: RegExp): void {
  let error: unknown;
  try {
    action();
  } catch (thrown) {
    error = thrown;
  }
  assert.instance(error, UserError, `${(error as Error)?.stack}`);
  assert.match((error as Error).message, message);
}

test("it is an OCI layout that skopeo and umoci read", [tool("skopeo"), tool("umoci")], async () => {
  const store = newStore();
  const image = await makeImage([100, 200]);
  await put(store, "alpine:3", image);
  const name = "docker.io/library/alpine:3";
  const { stdout, stderr } = await run(["skopeo", "inspect", `oci:${store.root}:${name}`]);
  assert.is(JSON.parse(stdout || stderr).Digest, image.manifest.digest);
  await put(store, "plain", image);
  const listed = await run(["umoci", "list", "--layout", store.root]);
  assert.match(listed.stdout, name, listed.stderr);
});

test("a blob is there under its digest when it is whole and right, and not otherwise", async () => {
  const store = newStore();
  const bytes = Buffer.from("content");
  const expected = { digest: digestOf(bytes), size: bytes.length };
  const write = (source: Buffer[], options = expected) =>
    pinned(store, (pin) => writeBlob(store, pin, source, { what: "x", expected: options }));
  await rejects(write([Buffer.from("contenT")]), /^x: its digest is sha256:/);
  await rejects(write([Buffer.from("conten")]), /^x: 6 bytes instead of 7$/);
  await rejects(write([bytes, bytes]), /^x: more than the 7 bytes/);
  assert.equal(blobsIn(store), []);
  assert.equal(leftovers(store), []);
  assert.equal(await write([Buffer.from("con"), Buffer.from("tent")]), expected);
  assert.is(readFileSync(blobFile(store, expected.digest), "utf8"), "content");
  assert.is(statSync(blobFile(store, expected.digest)).mode & 0o777, 0o600);
});

test("a blob that was changed on the disk isn't believed", async () => {
  const store = newStore();
  const image = await makeImage();
  await put(store, "a", image);
  const [layer] = resolveImage(store, "a").layers;
  if (!layer) throw new Error("it has a layer");
  assert.is((await openBlob(store, layer).toArray()).length > 0, true);
  writeFileSync(blobFile(store, layer.digest), Buffer.alloc(layer.size));
  await rejects(openBlob(store, layer).toArray(), /its digest is/);
  writeFileSync(blobFile(store, image.config.digest), "{}");
  throws(() => resolveImage(store, "a"), /2 bytes instead of/);
  throws(() => readBlob(store, { ...image.config, size: 5e6 }), /too large/);
  assert.equal(listImages(store), []);
  assert.equal(removeImage(store, "a").untagged, ["a:latest"]);
  assert.equal(blobsIn(store), []);
});

// Names without a digest's digits: an id that begins with "b" would be found by it.
test("found by name, digest, id, and the beginning of an id that is one image's alone", async () => {
  const store = newStore();
  const [a, b] = [await makeImage([1]), await makeImage([2])];
  await put(store, "a", a);
  await put(store, "second:1", b);
  tagImage(store, "a", parseReference("quay.io/x/y:z"));
  for (const text of ["a", "a:latest", "docker.io/library/a", "quay.io/x/y:z", `a@${a.manifest.digest}`])
    assert.is(findImage(store, text)?.id, a.config.digest, text);
  for (const text of [
    a.config.digest,
    hexOf(a.config.digest),
    hexOf(a.config.digest).slice(0, 12),
    a.manifest.digest,
  ])
    assert.is(findImage(store, text)?.id, a.config.digest, text);
  for (const text of [
    "third",
    "second",
    "second:2",
    "quay.io/a",
    `second@${a.manifest.digest}`,
    "f".repeat(64),
  ])
    assert.is(findImage(store, text), undefined, text);
  const image = resolveImage(store, "a");
  assert.equal(
    image.layers.map(({ digest }) => digest),
    a.layers.map(({ digest }) => digest),
  );
  assert.equal(image.config.config?.Cmd, ["/bin/sh"]);
  throws(() => resolveImage(store, "third"), /^third: there is no such image here$/);
  throws(() => resolveImage(store, "C"), /not an image's name/);
});

test("an id that several images' begin with is refused, a name that looks like one isn't", async () => {
  const store = newStore();
  const firsts = new Set<string>();
  // 17 ids, 16 first digits.
  for (let i = 0; i < 17; i++) {
    const image = await makeImage([i]);
    const first = hexOf(image.config.digest).slice(0, 1);
    await put(store, `image${i}`, image);
    if (firsts.has(first)) {
      throws(() => resolveImage(store, first), /several images' ids begin so/);
      tagImage(store, "image0", parseReference(first));
      assert.is(resolveImage(store, first).id, resolveImage(store, "image0").id);
      return;
    }
    firsts.add(first);
  }
  throw new Error("17 ids with different first digits");
});

test("a name that moves leaves its image the digest for a name; one without a name keeps its id", async () => {
  const store = newStore();
  const [a, b, c] = [await makeImage([1]), await makeImage([2]), await makeImage([3])];
  await put(store, "x", a);
  await put(store, "x", b);
  assert.equal(names(store), [`docker.io/library/x@${a.manifest.digest}`, "docker.io/library/x:latest"]);
  assert.is(resolveImage(store, "x").id, b.config.digest);
  assert.is(resolveImage(store, `x@${a.manifest.digest}`).id, a.config.digest);
  await put(store, "x", b);
  assert.is(names(store).length, 2, "the same again");
  await put(store, undefined, c);
  await put(store, undefined, c);
  assert.is(names(store).length, 3);
  const id = hexOf(c.config.digest).slice(0, 12);
  tagImage(store, id, parseReference("c"));
  assert.is(names(store).length, 3, "with a name it isn't listed without one");
  throws(() => tagImage(store, "c", parseReference(`c@${c.manifest.digest}`)), /a digest can't be given/);
});

test("rmi removes a name, and what no image needs then; layers that others have stay", async () => {
  const store = newStore();
  const shared = await tarOf("shared", Buffer.from("shared"));
  const [a, b] = await Promise.all(
    ["a", "b"].map(async (name) => imageOf([shared, await tarOf(name, Buffer.from(name))])),
  );
  if (!a || !b) throw new Error("two images");
  await put(store, "a", a);
  await put(store, "b", b);
  tagImage(store, "a", parseReference("again"));
  assert.equal(removeImage(store, "a"), { untagged: ["a:latest"], deleted: [] });
  assert.is(usedDiffIds(store).size, 3, "one of them is both images'");
  const { untagged, deleted } = removeImage(store, "again");
  assert.equal(untagged, ["again:latest"]);
  const own = hexes(a).filter((hex) => !hexes(b).includes(hex));
  assert.equal(deleted.map(hexOf).sort(), own);
  assert.equal(blobsIn(store), hexes(b));
  throws(() => removeImage(store, "a"), /^a: there is no such image here$/);

  tagImage(store, "b", parseReference("more"));
  throws(() => removeImage(store, hexOf(b.config.digest)), /several names: b:latest, more:latest$/);
  assert.equal(removeImage(store, b.config.digest, { force: true }).untagged, ["b:latest", "more:latest"]);
  assert.equal(blobsIn(store), []);
});

test("what a process has pinned stays until it ends, and no longer", async () => {
  const store = newStore();
  const image = await makeImage([1, 2]);
  await put(store, "a", image);
  await pinned(store, async (pin) => {
    pin.add([image.layers[0]?.digest ?? "sha256:"]);
    assert.is(removeImage(store, "a").deleted.length, 3);
    assert.equal(blobsIn(store), [hexOf(image.layers[0]?.digest ?? "sha256:")]);
  });
  assert.is(collectGarbage(store).length, 1);
  assert.equal(blobsIn(store), []);
});

test("what a dead process left is swept; what a living one works on isn't, nor a download to go on with", () => {
  const store = newStore();
  const own = path.join(store.drafts, "own");
  const fd = openLocked(own) as number;
  for (const folder of [store.drafts, store.pins, store.downloads])
    writeFileSync(path.join(folder, "left"), "x");
  writeFileSync(path.join(store.downloads, "old"), "x");
  utimesSync(path.join(store.downloads, "old"), 1, 1);
  sweep(store);
  assert.equal(readdirSync(store.drafts), ["own"]);
  assert.equal(readdirSync(store.pins), []);
  assert.equal(readdirSync(store.downloads), ["left"]);
  assert.is(openLocked(own), undefined, "it is locked");
  closeSync(fd);
  sweep(store);
  assert.equal(readdirSync(store.drafts), []);
});

test("a new image is its base and one more layer, and changes the base in nothing", async () => {
  const store = newStore();
  const image = await makeImage([10], { history: null });
  await put(store, "base", image);
  const base = resolveImage(store, "base");
  const tar = await tarOf("new", Buffer.from("new"));
  const added = await addImage(store, parseReference("new:1"), {
    base,
    layers: [
      { tar: Readable.from([tar.subarray(0, 100), tar.subarray(100)]), createdBy: "commit", comment: "why" },
    ],
    execution: { Cmd: ["/new"] },
    author: "me",
  });
  assert.equal(resolveImage(store, "new:1"), added);
  assert.equal(added.config.rootfs.diff_ids, [...base.config.rootfs.diff_ids, digestOf(tar)]);
  assert.equal(added.config.config, { Cmd: ["/new"], Env: ["PATH=/bin"] });
  assert.equal(added.layers[0], base.layers[0]);
  const [, layer] = added.layers;
  if (!layer) throw new Error("two layers");
  assert.equal(gunzipSync(readFileSync(blobFile(store, layer.digest))), tar);
  assert.equal(
    added.config.history?.map(({ created_by, comment, author }) => [created_by, comment, author]),
    [["commit", "why", "me"]],
  );
  assert.equal(resolveImage(store, "base"), base);
  const alone = await addImage(store, undefined, { layers: [{ tar: Readable.from([tar]) }] });
  assert.is(alone.layers.length, 1);
  removeImage(store, "base");
  assert.ok(resolveImage(store, "new:1"));
});

test("a layer that can't be read to its end makes no image", async () => {
  const store = newStore();
  async function* broken() {
    yield Buffer.alloc(100_000);
    throw new UserError("the upper folder has changed");
  }
  await rejects(
    addImage(store, parseReference("x"), { layers: [{ tar: broken() }] }),
    /the upper folder has changed/,
  );
  assert.equal([...names(store), ...blobsIn(store), ...leftovers(store)], []);
});

const inChild = (script: string, ...args: string[]) => {
  const imports = `
    import { openStore } from ${JSON.stringify(path.join(repo, "images/store.ts"))};
    import { addImage } from ${JSON.stringify(path.join(repo, "images/add.ts"))};
    import { parseReference } from ${JSON.stringify(path.join(repo, "images/reference.ts"))};
    import { removeImage } from ${JSON.stringify(path.join(repo, "images/tags.ts"))};
    const args = process.argv.slice(1);
    const store = openStore(args[0]);`;
  return [process.execPath, "--import", "tsx", "--input-type=module", "--eval", imports + script, ...args];
};

test("many processes add and remove images at once, and none is lost or half there", async () => {
  const store = newStore();
  const script = `
    for (let i = 0; i < 15; i++) {
      const layer = [Buffer.from(args[1] + i), Buffer.from("x")];
      await addImage(store, parseReference(args[1] + i), { layers: [{ tar: layer }] });
      if (i % 3 === 0) removeImage(store, args[1] + i);
    }`;
  const results = await Promise.all(
    ["a", "b", "c", "d"].map((name) => run(inChild(script, store.root, name))),
  );
  for (const { stderr, status } of results) assert.is(`${status}${stderr}`, "0");
  const images = listImages(store, (error) => {
    throw error;
  });
  assert.is(images.length, 40);
  for (const { image } of images)
    await openBlob(store, image.layers[0] as (typeof image.layers)[0]).toArray();
  const before = blobsIn(store);
  assert.equal(collectGarbage(store), [], "each removal took what was its own");
  assert.equal(blobsIn(store), before);
  assert.equal(leftovers(store), []);
});

test("killed at any moment, it leaves a store that the next command uses", async () => {
  const store = newStore();
  const script = `
    console.log("begins");
    for (let i = 0; ; i++) {
      await addImage(store, parseReference("x" + (i % 5)), { layers: [{ tar: [Buffer.alloc(200_000, String(Math.random()))] }] });
      if (i % 4 === 3) removeImage(store, "x0");
    }`;
  for (let wait = 0; wait < 8; wait++) {
    const child = start(inChild(script, store.root));
    await child.waitFor(/begins/);
    await new Promise((resolve) => setTimeout(resolve, 13 * wait));
    child.child.kill("SIGKILL");
    await child.done;
    for (const { image } of listImages(store, (error) => {
      throw error;
    }))
      await openBlob(store, image.layers[0] as (typeof image.layers)[0]).toArray();
    await put(store, "after", await makeImage());
  }
  for (const { reference, image } of listImages(store))
    removeImage(store, reference ? canonical(reference) : image.id);
  assert.equal([...names(store), ...blobsIn(store), ...leftovers(store)], []);
});

test("a full disk is an error that leaves the store whole", [root, tool("unshare")], async () => {
  const folder = tempDir();
  const script = `
    import { randomBytes } from "node:crypto";
    await addImage(store, parseReference("small"), { layers: [{ tar: [randomBytes(100_000)] }] });
    const error = await addImage(store, parseReference("large"), { layers: [{ tar: [randomBytes(8_000_000)] }] }).catch((error) => error);
    console.log(error.name, error.message, error.hint);
    await addImage(store, parseReference("again"), { layers: [{ tar: [randomBytes(100_000)] }] });
    removeImage(store, "small");
    const { listImages } = await import(${JSON.stringify(path.join(repo, "images/images.ts"))});
    console.log(listImages(store, (error) => { throw error; }).map(({ reference }) => reference.repository).join());
    const { readdirSync } = await import("node:fs");
    console.log(readdirSync(store.drafts).length, readdirSync(store.blobs).length);`;
  const { stdout, stderr } = await run([
    ...["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=4m none "$0" && exec "$@"', folder],
    ...inChild(script, path.join(folder, "images")),
  ]);
  const [error, ...rest] = stdout.split("\n");
  assert.match(
    error ?? "",
    /^UserError the new layer: it can't be stored in .*: ENOSPC FT_DOCKER_HOME/,
    stderr,
  );
  assert.equal(rest, ["library/again", "0 3", ""], stderr);
  assert.not.ok(existsSync(path.join(folder, "images")));
});

test("a store that can't be made is an error of the user's", () => {
  const file = path.join(tempDir(), "file");
  writeFileSync(file, "");
  throws(() => openStore(path.join(file, "images")), /the image store in .*: ENOTDIR/);
  const store = newStore();
  writeFileSync(path.join(store.root, "index.json"), "{");
  throws(() => listImages(store), /index\.json: not JSON/);
  rmSync(path.join(store.root, "index.json"));
  assert.equal(listImages(store), []);
});

test.run();
