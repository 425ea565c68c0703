import { createReadStream, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { UserError } from "../common/errors.ts";
import { node } from "../scripts/root.ts";
import { assert, repo, root, run, start, suite, tempDir, tool } from "../test/harness.ts";
import { openBlob, writeBlob, writeDocument } from "./blobs.ts";
import { findImage, listImages, resolveImage } from "./images.ts";
import { loadImages } from "./load.ts";
import { pinned } from "./pin.ts";
import { familiar, parseReference } from "./reference.ts";
import { openStore, type Store } from "./store.ts";
import { nameImage, tagImage } from "./tags.ts";
import { imageOf, makeImage, plainImageOf, type TestImage, tarOf } from "./testing/image.ts";
import { writeLayout } from "./testing/real-registry.ts";

const test = suite("image archives");

const homeOf = () => {
  const home = tempDir();
  return { home, store: openStore(path.join(home, "images")) };
};
const command = (home: string, ...words: string[]) =>
  run(node(path.join(repo, "images/testing/main.ts"), words), { env: { FT_DOCKER_HOME: home } });

async function ok(result: ReturnType<typeof run>): Promise<string> {
  const { status, stdout, stderr } = await result;
  assert.is(status, 0, stderr || stdout);
  return stdout;
}

async function put(store: Store, name: string, image: TestImage): Promise<void> {
  await pinned(store, async (pin) => {
    for (const { bytes, digest } of image.blobs) await writeBlob(store, pin, [bytes], { what: digest });
    const target = await writeDocument(store, pin, image.manifest.bytes, image.manifest.mediaType);
    nameImage(store, parseReference(name), target);
  });
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  );
  assert.instance(error, UserError, `${(error as Error)?.stack}`);
  return error as UserError;
}

/** As it was before anything was loaded. */
function assertEmpty(store: Store): void {
  assert.equal(listImages(store), []);
  for (const folder of [store.blobs, store.drafts, store.pins, store.downloads])
    assert.equal(readdirSync(folder), []);
}

test("what is saved is loaded again: the same images under the same names, each blob once", async () => {
  const { home, store } = homeOf();
  const shared = await tarOf("shared", Buffer.alloc(50_000, "s"));
  const [a, b] = [imageOf([shared, await tarOf("a", Buffer.from("a"))]), imageOf([shared])];
  await put(store, "alpine:3", a);
  await put(store, "quay.io/x/y:1", b);
  tagImage(store, "alpine:3", parseReference("again"));
  const file = path.join(tempDir(), "saved.tar");
  const names = ["alpine:3", "again", "quay.io/x/y:1"];
  await ok(command(home, "save", "-o", file, ...names));
  const listed = (await ok(run(["tar", "-tf", file]))).trim().split("\n");
  assert.is(listed.length, new Set(listed).size);
  assert.is(listed.length, 3 + 2 + 2 + 2, "two manifests, two configs, two layers");
  for (const bytes of [readFileSync(file), gzipSync(readFileSync(file))]) {
    const other = homeOf();
    const loaded = await loadImages(other.store, Readable.from([bytes]));
    assert.equal(
      loaded.map(({ reference }) => reference && familiar(reference)),
      ["alpine:3", "again:latest", "quay.io/x/y:1"],
    );
    assert.is(resolveImage(other.store, "alpine:3").target.digest, a.manifest.digest);
    assert.is(resolveImage(other.store, "quay.io/x/y:1").id, b.config.digest);
    for (const { image } of loaded)
      for (const layer of image.layers) await openBlob(other.store, layer).toArray();
    assert.equal(readdirSync(other.store.drafts), []);
  }
});

test("save by an id saves no name; to stdout; and nothing half-done when an image is missing", async () => {
  const { home, store } = homeOf();
  const image = await makeImage([100]);
  await put(store, "a", image);
  const file = path.join(tempDir(), "saved.tar");
  await ok(
    run(
      [
        "sh",
        "-c",
        '"$@" > "$0"',
        file,
        ...node(path.join(repo, "images/testing/main.ts"), ["save", image.config.digest]),
      ],
      { env: { FT_DOCKER_HOME: home } },
    ),
  );
  const other = homeOf();
  const [loaded] = await loadImages(other.store, createReadStream(file));
  assert.is(loaded?.reference, undefined);
  assert.is(resolveImage(other.store, image.config.digest.slice(7, 19)).id, image.config.digest);
  const { status, stderr } = await command(home, "save", "-o", `${file}2`, "a", "none");
  assert.is(`${status} ${stderr}`, "125 error: none: there is no such image here\nhint: pull none\n");
  assert.equal(readdirSync(path.dirname(file)), ["saved.tar"]);
  const nowhere = await command(home, "save", "-o", "/no/such/place", "a");
  assert.match(nowhere.stderr, /^error: save -o \/no\/such\/place: ENOENT\nhint: /);
});

test(
  "skopeo reads what is saved, in both forms, and umoci unpacks it",
  [tool("skopeo"), tool("umoci"), root],
  async () => {
    const { home, store } = homeOf();
    const image = imageOf([await tarOf("hello", Buffer.from("world"))]);
    await put(store, "alpine:3", image);
    const file = path.join(tempDir(), "saved.tar");
    await ok(command(home, "save", "-o", file, "alpine:3"));
    const layout = path.join(tempDir(), "layout");
    for (const source of [
      `docker-archive:${file}:alpine:3`,
      `oci-archive:${file}:docker.io/library/alpine:3`,
    ]) {
      const target = `${layout}-${source.split("-")[0]}`;
      await ok(run(["skopeo", "--insecure-policy", "copy", source, `oci:${target}:x`]));
      const bundle = path.join(tempDir(), "bundle");
      await ok(run(["umoci", "unpack", "--image", `${target}:x`, bundle]));
      assert.is(readFileSync(path.join(bundle, "rootfs/hello"), "utf8"), "world");
    }
    const inspected = JSON.parse(
      await ok(run(["skopeo", "inspect", `oci-archive:${file}:docker.io/library/alpine:3`])),
    );
    assert.is(inspected.Digest, image.manifest.digest);
  },
);

test("podman loads what is saved, and what podman saves is loaded", [tool("podman"), root], async () => {
  const { home, store } = homeOf();
  const image = imageOf([await tarOf("hello", Buffer.from("world"))]);
  await put(store, "alpine:3", image);
  const file = path.join(tempDir(), "saved.tar");
  await ok(command(home, "save", "-o", file, "alpine:3"));
  const folder = tempDir();
  const podman = (...words: string[]) =>
    run([
      "podman",
      "--root",
      `${folder}/root`,
      "--runroot",
      `${folder}/run`,
      "--storage-driver",
      "vfs",
      ...words,
    ]);
  await ok(podman("load", "-i", file));
  const [loaded] = JSON.parse(await ok(podman("images", "--format", "json")));
  assert.is(`sha256:${loaded.Id}`, image.config.digest);
  assert.ok(loaded.Names.includes("docker.io/library/alpine:3"), loaded.Names.join());
  for (const format of ["docker-archive", "oci-archive"]) {
    const archive = path.join(folder, format);
    await ok(podman("save", "--format", format, "-o", archive, "alpine:3"));
    const other = homeOf();
    assert.is(await ok(command(other.home, "load", "-i", archive)), "Loaded image: alpine:3\n");
    assert.is(
      resolveImage(other.store, "alpine:3").config.rootfs.diff_ids[0],
      JSON.parse(image.config.bytes.toString()).rootfs.diff_ids[0],
    );
  }
});

test("what skopeo writes is loaded: both forms, gzip, zstd and plain", [tool("skopeo")], async () => {
  const image = plainImageOf([
    await tarOf("hello", Buffer.from("world")),
    await tarOf("two", Buffer.alloc(100_000, "z")),
  ]);
  const layout = writeLayout(image);
  const folder = tempDir();
  const cases: readonly (readonly [string, string[], RegExp])[] = [
    [`docker-archive:${folder}/a.tar:quay.io/x/y:1`, [], /tar$/],
    [`oci-archive:${folder}/b.tar:quay.io/x/y:1`, [], /gzip$/],
    [`oci-archive:${folder}/c.tar:quay.io/x/y:1`, ["--dest-compress-format", "zstd"], /zstd$/],
  ];
  for (const [target, flags, mediaType] of cases) {
    await ok(run(["skopeo", "--insecure-policy", "copy", ...flags, `oci:${layout}:test`, target]));
    const { home, store } = homeOf();
    const file = target.split(":")[1] ?? "";
    assert.is(await ok(command(home, "load", "-i", file)), "Loaded image: quay.io/x/y:1\n", target);
    const { config, layers } = resolveImage(store, "quay.io/x/y:1");
    assert.equal(config.rootfs.diff_ids, JSON.parse(image.config.bytes.toString()).rootfs.diff_ids, target);
    assert.is(layers.length, 2);
    for (const each of layers) {
      assert.match(each.mediaType, mediaType);
      await openBlob(store, each).toArray();
    }
    const again = homeOf();
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
    const stdin = run(
      ["sh", "-c", '"$@" < "$0"', `${file}.gz`, ...node(path.join(repo, "images/testing/main.ts"), ["load"])],
      {
        env: { FT_DOCKER_HOME: again.home },
      },
    );
    assert.is(await ok(stdin), "Loaded image: quay.io/x/y:1\n");
  }
});

interface Item {
  readonly name: string;
  readonly content?: Buffer | string;
  readonly type?: "file" | "symlink" | "link" | "directory" | "character-device" | "fifo";
  readonly linkname?: string;
}

async function archiveOf(items: readonly Item[]): Promise<Buffer> {
  const archive = pack();
  for (const { content, ...header } of items) archive.entry(header, content ?? "");
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const load = (store: Store, bytes: Buffer) => loadImages(store, Readable.from([bytes]));

/** The files of `docker save` before version 25. */
async function dockerFiles(
  change: Record<string, Buffer | object> = {},
): Promise<{ image: TestImage; items: Item[] }> {
  const tar = await tarOf("hello", Buffer.from("world"));
  const image = imageOf([tar]);
  const files: Record<string, Buffer | object> = {
    "abc/layer.tar": tar,
    "config.json": image.config.bytes,
    "manifest.json": [{ Config: "config.json", RepoTags: ["old:1"], Layers: ["abc/layer.tar"] }],
    ...change,
  };
  const items = Object.entries(files).map(([name, content]) => ({
    name,
    content: Buffer.isBuffer(content) ? content : JSON.stringify(content),
  }));
  return { image, items };
}

test("an archive as old Dockers write it, with links between layers", async () => {
  const { items, image } = await dockerFiles({
    "manifest.json": [{ Config: "./config.json", RepoTags: ["old:1", "old:2"], Layers: ["def/layer.tar"] }],
  });
  const link = { name: "def/layer.tar", type: "symlink", linkname: "../abc/layer.tar" } as const;
  const { store } = homeOf();
  const loaded = await load(store, await archiveOf([...items, { name: "def", type: "directory" }, link]));
  assert.equal(
    loaded.map(({ reference }) => reference?.tag),
    ["1", "2"],
  );
  assert.is(resolveImage(store, "old:2").id, image.config.digest);
  assert.is(readdirSync(store.blobs).length, 3, "manifest.json isn't kept");
});

test("names and links of an archive lead nowhere outside", async () => {
  const outside = tempDir();
  const { items } = await dockerFiles();
  const hostile: Item[] = [
    { name: "../../../../../../../../../../tmp/ft-docker-climbed", content: "x" },
    { name: `${outside}/climbed`, content: "x" },
    { name: "out", type: "symlink", linkname: outside },
    { name: "out/climbed", content: "x" },
    { name: "hard", type: "link", linkname: "/etc/passwd" },
    { name: "loop", type: "symlink", linkname: "loop" },
    { name: "null", type: "character-device" },
    { name: "pipe", type: "fifo" },
  ];
  const { store } = homeOf();
  await load(store, await archiveOf([...hostile, ...items]));
  assert.equal(readdirSync(outside), []);
  assert.not.ok(existsSync("/tmp/ft-docker-climbed"));
  assert.is(readdirSync(store.blobs).length, 3);
  for (const Config of ["/etc/passwd", "hard", "../../../../etc/passwd", "loop", "null"]) {
    const other = homeOf();
    const { items: named } = await dockerFiles({ "manifest.json": [{ Config, RepoTags: null, Layers: [] }] });
    assert.match(
      (await failure(load(other.store, await archiveOf([...hostile, ...named])))).message,
      /is missing in the archive$/,
    );
    assertEmpty(other.store);
  }
});

test("what is damaged, lies, or is no archive of images is an error that leaves nothing", async () => {
  const { image, items } = await dockerFiles();
  const good = await archiveOf(items);
  const oci = writeLayout(image);
  const ociItems = (change: (name: string, content: Buffer) => Buffer | undefined): Item[] =>
    readdirSync(oci, { recursive: true, encoding: "utf8" }).flatMap((name) => {
      if (statSync(path.join(oci, name)).isDirectory()) return [];
      const content = change(name, readFileSync(path.join(oci, name)));
      return content ? [{ name, content }] : [];
    });
  const isLayer = (name: string) => name.endsWith(image.layers[0]?.digest.slice(7) ?? "?");
  const docker = async (change: Record<string, Buffer | object>) =>
    archiveOf((await dockerFiles(change)).items);
  const cases: Record<string, readonly [Buffer, RegExp]> = {
    empty: [Buffer.alloc(0), /neither index\.json nor manifest\.json/],
    "an empty archive": [Buffer.alloc(1024), /neither index\.json nor manifest\.json/],
    "no archive": [Buffer.alloc(5000, "x"), /can't be read as a tar archive/],
    "cut off": [good.subarray(0, 2000), /can't be read as a tar archive/],
    "cut off, with gzip": [gzipSync(good).subarray(0, 300), /damaged: unexpected end of file/],
    "another layer": [await docker({ "abc/layer.tar": Buffer.alloc(1024) }), /its digest is/],
    "a layer too few": [
      await docker({ "manifest.json": [{ Config: "config.json", Layers: [] }] }),
      /0 layers in its manifest and 1/,
    ],
    "no config": [await docker({ "manifest.json": [{ Config: "x", Layers: [] }] }), /"x" is missing/],
    "a config that isn't one": [await docker({ "config.json": Buffer.from("{}") }), /config: architecture/],
    "a name that isn't one": [
      await docker({
        "manifest.json": [{ Config: "config.json", RepoTags: ["A b"], Layers: ["abc/layer.tar"] }],
      }),
      /not an image's name/,
    ],
    "no list": [await docker({ "manifest.json": {} }), /manifest\.json: expected Array/],
    "an OCI layer that is another": [
      await archiveOf(ociItems((name, content) => (isLayer(name) ? Buffer.alloc(content.length) : content))),
      /is missing, or not what its digest says/,
    ],
    "an OCI layer that isn't there": [
      await archiveOf(ociItems((name, content) => (isLayer(name) ? undefined : content))),
      /is missing, or not what its digest says/,
    ],
    "an index that isn't one": [
      await archiveOf(
        ociItems((name, content) => (name === "index.json" ? Buffer.from('{"schemaVersion":2}') : content)),
      ),
      /index\.json: manifests: /,
    ],
  };
  for (const [what, [bytes, message]] of Object.entries(cases)) {
    const { store } = homeOf();
    assert.match((await failure(load(store, bytes))).message, message, what);
    assertEmpty(store);
  }
  const { home } = homeOf();
  for (const [file, message] of [
    ["/no/such/file", /^error: load -i \/no\/such\/file: ENOENT\nhint: /],
    ["/", /^error: load -i \/: EISDIR\nhint: /],
  ] as const)
    assert.match((await command(home, "load", "-i", file)).stderr, message);
});

test("a name with a digest is that digest's alone, whatever an archive says", async () => {
  const lie = `alpine@sha256:${"0".repeat(64)}`;
  const { items, image } = await dockerFiles({
    "manifest.json": [{ Config: "config.json", RepoTags: [lie], Layers: ["abc/layer.tar"] }],
  });
  const layout = writeLayout(image, lie);
  const files = readdirSync(layout, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(path.join(layout, name)).isFile(),
  );
  const oci = files.map((name) => ({ name, content: readFileSync(path.join(layout, name)) }));
  for (const archive of [items, oci]) {
    const { store } = homeOf();
    assert.is((await load(store, await archiveOf(archive)))[0]?.reference, undefined);
    assert.is(findImage(store, lie), undefined);
    assert.is(findImage(store, image.config.digest)?.id, image.config.digest);
  }
});

test("a load that is killed at any moment is no harm to the next one", async () => {
  const image = await makeImage([3_000_000, 2_000_000]);
  const { home, store } = homeOf();
  await put(store, "x", image);
  const file = path.join(tempDir(), "saved.tar");
  await ok(command(home, "save", "-o", file, "x"));
  const other = homeOf();
  for (let wait = 0; wait < 6; wait++) {
    const words = node(path.join(repo, "images/testing/main.ts"), ["load", "-i", file]);
    const child = start(words, { env: { FT_DOCKER_HOME: other.home } });
    const begun = () => readdirSync(other.store.pins).length > 0 || child.child.exitCode !== null;
    while (!begun()) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, 8 * wait));
    child.child.kill("SIGKILL");
    await child.done;
    listImages(other.store, (error) => {
      throw error;
    });
  }
  assert.is(await ok(command(other.home, "load", "-i", file)), "Loaded image: x:latest\n");
  for (const layer of resolveImage(other.store, "x").layers) await openBlob(other.store, layer).toArray();
  assert.is(readdirSync(other.store.blobs).length, 4);
  for (const folder of [other.store.drafts, other.store.pins]) assert.equal(readdirSync(folder), []);
});

test("a full disk while loading leaves the store as it was", [root, tool("unshare")], async () => {
  const { home, store } = homeOf();
  await put(store, "x", await makeImage([6_000_000]));
  const file = path.join(tempDir(), "saved.tar");
  await ok(command(home, "save", "-o", file, "x"));
  const place = tempDir();
  const script = 'mount -t tmpfs -o size=4m none "$0" && "$@"; echo "status $?"; find "$0" -type f';
  const words = node(path.join(repo, "images/testing/main.ts"), ["load", "-i", file]);
  const { stdout, stderr } = await run(["unshare", "-m", "sh", "-c", script, place, ...words], {
    env: { FT_DOCKER_HOME: place },
  });
  assert.is(stdout, `status 125\n${place}/images/oci-layout\n`, stderr);
  assert.match(
    stderr,
    /^error: a file of the archive: it can't be stored in \S+: ENOSPC\nhint: FT_DOCKER_HOME/,
  );
});

test.run();
