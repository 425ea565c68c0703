import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { home } from "../common/home.ts";
import { recordFolder } from "../containers/record.ts";
import { putRecord } from "../containers/testing/records.ts";
import { node } from "../scripts/root.ts";
import { directory, END, file } from "../test/archive.ts";
import { assert, type Running, repo, root, run, start, suite, tempDir } from "../test/harness.ts";
import { addImage } from "./add.ts";
import {
  findLayer,
  getLayer,
  type Layer,
  layersFolder,
  lowerDirs,
  sweepLayers,
  syncLayers,
} from "./layers.ts";
import { parseReference } from "./reference.ts";
import { openStore } from "./store.ts";

const test = suite("layers");

/** Each test has a state folder of its own. */
function freshHome(): string {
  process.env.FT_DOCKER_HOME = tempDir();
  assert.is(home(), process.env.FT_DOCKER_HOME);
  return process.env.FT_DOCKER_HOME;
}

function archiveOf(...parts: Buffer[]) {
  const bytes = Buffer.concat([...parts, END]);
  const diffId = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  let opened = 0;
  async function* open(): AsyncGenerator<Buffer> {
    opened++;
    yield bytes;
  }
  return { bytes, diffId, open, opened: () => opened };
}

const get = ({ diffId, bytes, open }: ReturnType<typeof archiveOf>): Promise<Layer> =>
  getLayer(diffId, bytes.length, open);

const names = (): string[] => readdirSync(layersFolder());

test("a layer is unpacked once, and found after that", [root], async () => {
  freshHome();
  const archive = archiveOf(file("a", "x"));
  assert.is(findLayer(archive.diffId), undefined);
  const layer = await get(archive);
  const again = await get(archive);
  assert.is(archive.opened(), 1);
  assert.equal([again.relative, again.entries, again.bytes], [layer.relative, 1, archive.bytes.length]);
  assert.is(readFileSync(path.join(layersFolder(), layer.relative, "a"), "utf8"), "x");
  assert.is(findLayer(archive.diffId)?.relative, layer.relative);
});

test("nobody else gets to a layer's set-user-ID files", [root], async () => {
  freshHome();
  (await get(archiveOf(directory("./", { mode: 0o777 }), file("a", "x", { mode: 0o4755 })))).release();
  assert.is(statSync(layersFolder()).mode & 0o777, 0o700);
});

test("many who want the same layer at once have it unpacked once", [root], async () => {
  freshHome();
  const archive = archiveOf(...Array.from({ length: 50 }, (_, i) => file(`f${i}`, "x")));
  const layers = await Promise.all(Array.from({ length: 20 }, () => get(archive)));
  assert.is(archive.opened(), 1);
  assert.is(new Set(layers.map(({ relative }) => relative)).size, 1);
});

/** A process that unpacks an archive's file; it says "opened" when it begins, and "done" in the end. */
const unpacker = (archive: string, diffId: string, slowly: boolean): Running =>
  start(node(path.join(repo, "test/get-layer.ts"), [archive, diffId, slowly ? "slowly" : ""]), {
    env: { FT_DOCKER_HOME: home() },
  });

test("many processes that want the same layer have it unpacked once", [root], async () => {
  const archive = path.join(freshHome(), "layer.tar");
  const { bytes, diffId } = archiveOf(...Array.from({ length: 500 }, (_, i) => file(`f${i}`, `${i}`)));
  writeFileSync(archive, bytes);
  const results = await Promise.all(Array.from({ length: 5 }, () => unpacker(archive, diffId, false).done));
  assert.equal(
    results.map(({ status, stderr }) => [status, stderr]),
    results.map(() => [0, ""]),
  );
  assert.is(results.filter(({ stdout }) => stdout.includes("opened")).length, 1);
});

test("killed while it unpacks: the next one unpacks it, and nothing is left", [root], async () => {
  const archive = path.join(freshHome(), "layer.tar");
  const { bytes, diffId } = archiveOf(...Array.from({ length: 500 }, (_, i) => file(`f${i}`, `${i}`)));
  writeFileSync(archive, bytes);
  const killed = unpacker(archive, diffId, true);
  await killed.waitFor(/half/);
  assert.is(findLayer(diffId), undefined);
  const [draft = ""] = names();
  assert.ok(readdirSync(path.join(layersFolder(), draft, "diff")).length > 0);
  killed.child.kill("SIGKILL");
  await killed.done;
  const waiting = unpacker(archive, diffId, false);
  assert.is((await waiting.done).status, 0);
  assert.is(names().length, 1);
  const layer = findLayer(diffId);
  assert.is(readdirSync(path.join(layersFolder(), layer?.relative ?? "")).length, 500);
});

test(
  "killed while it unpacks: sweeping removes what is left; one that lives is left alone",
  [root],
  async () => {
    const archive = path.join(freshHome(), "layer.tar");
    const { bytes, diffId } = archiveOf(...Array.from({ length: 500 }, (_, i) => file(`f${i}`, `${i}`)));
    writeFileSync(archive, bytes);
    const process = unpacker(archive, diffId, true);
    await process.waitFor(/half/);
    assert.equal(sweepLayers([]), []);
    assert.is(names().length, 1);
    process.child.kill("SIGKILL");
    await process.done;
    sweepLayers([]);
    assert.equal(names(), []);
  },
);

test("a layer that can't be unpacked leaves nothing, and can be unpacked later", [root], async () => {
  freshHome();
  const archive = archiveOf(file("a", "x"));
  const broken = async function* () {
    yield archive.bytes.subarray(0, 700);
    throw new Error("the network is gone");
  };
  await getLayer(archive.diffId, 1, broken).then(
    () => assert.unreachable(),
    (error: Error) => {
      assert.is(error.message, "the network is gone");
    },
  );
  assert.equal(names(), []);
  assert.is((await get(archive)).entries, 1);
});

test("sweeping removes what no image has, and what somebody uses only afterwards", [root], async () => {
  freshHome();
  const [kept, used, free] = [archiveOf(file("a")), archiveOf(file("b")), archiveOf(file("c"))];
  (await get(kept)).release();
  const layer = await get(used);
  (await get(free)).release();
  assert.equal(sweepLayers([kept.diffId]), [free.diffId]);
  assert.equal(
    [kept, used, free].map(({ diffId }) => hold(diffId)),
    [true, true, false],
  );
  layer.release();
  assert.equal(sweepLayers([kept.diffId]), [used.diffId]);
  assert.is(names().length, 1);
});

test("sweeping leaves a layer that a container needs, which doesn't run", [root], async () => {
  freshHome();
  const [kept, free] = [archiveOf(file("a")), archiveOf(file("b"))];
  for (const archive of [kept, free]) (await get(archive)).release();
  const layer = findLayer(kept.diffId);
  const { id } = putRecord({ lowers: [path.join(layersFolder(), layer?.relative ?? "")] });
  layer?.release();
  assert.equal(sweepLayers([]), [free.diffId]);
  rmSync(recordFolder(id), { recursive: true });
  assert.equal(sweepLayers([]), [kept.diffId]);
});

test("clean removes blobs and layers that no image has, and keeps those of images", [root], async () => {
  freshHome();
  const [kept, free] = [archiveOf(file("a")), archiveOf(file("b"))];
  (await get(kept)).release();
  (await get(free)).release();
  const store = openStore();
  await addImage(store, parseReference("kept"), {
    layers: [{ tar: Readable.from([kept.bytes]), createdBy: "test", comment: "" }],
  });
  const blobs = readdirSync(store.blobs);
  writeFileSync(path.join(store.blobs, "0".repeat(64)), "nobody's");
  const { status, stderr } = await run(node(path.join(repo, "scripts/clean.ts"), []));
  assert.is(`${status}${stderr}`, "0");
  assert.equal(readdirSync(store.blobs), blobs);
  assert.equal(
    [kept, free].map(({ diffId }) => hold(diffId)),
    [true, false],
  );
});

/** Whether the layer is there; it isn't held after that. */
function hold(diffId: string): boolean {
  const layer = findLayer(diffId);
  layer?.release();
  return layer !== undefined;
}

test("what wasn't brought to the disk isn't trusted after the next boot", [root], async () => {
  freshHome();
  const [safe, unsafe] = [archiveOf(file("a")), archiveOf(file("b"))];
  (await get(safe)).release();
  await syncLayers();
  (await get(unsafe)).release();
  for (const name of names()) {
    const record = path.join(layersFolder(), name, "layer.json");
    writeFileSync(record, JSON.stringify({ ...JSON.parse(readFileSync(record, "utf8")), boot: "another" }));
  }
  assert.equal([hold(safe.diffId), hold(unsafe.diffId)], [true, false]);
  (await get(unsafe)).release();
  assert.equal([safe.opened(), unsafe.opened()], [1, 2]);
  assert.is(names().length, 2);
});

test("two layers whose names begin alike aren't taken for one another", [root], async () => {
  freshHome();
  const archive = archiveOf(file("a"));
  const { relative, release } = await get(archive);
  release();
  const other = `${archive.diffId.slice(0, -1)}${archive.diffId.endsWith("0") ? "1" : "0"}`;
  assert.throws(() => findLayer(other), /begin alike/);
  assert.ok(existsSync(path.join(layersFolder(), relative)));
});

test("what is no diff id names no folder", [root], () => {
  freshHome();
  for (const bad of ["", "sha256:../../etc", `sha512:${"0".repeat(64)}`, `sha256:${"G".repeat(64)}`]) {
    assert.throws(() => findLayer(bad), /no diff id/);
  }
});

test(
  "overlayfs gets each directory once, the topmost first, and nothing below an opaque root",
  [root],
  async () => {
    freshHome();
    const [a, b, opaque] = [
      await get(archiveOf(file("a"))),
      await get(archiveOf(file("b"))),
      await get(archiveOf(file(".wh..wh..opq"))),
    ];
    assert.equal(lowerDirs([a, b, a]), [a.relative, b.relative]);
    assert.equal(lowerDirs([a, opaque, b]), [b.relative, opaque.relative]);
  },
);

test("128 layers fit into the options of one mount", [root], async () => {
  freshHome();
  const layers: Layer[] = [];
  for (let i = 0; i < 128; i++) layers.push(await get(archiveOf(file(`f${i}`, `${i}`))));
  const [upper, work] = ["../containers/0123456789ab/upper", "../containers/0123456789ab/work"];
  for (const folder of [upper, work]) mkdirSync(path.join(layersFolder(), folder), { recursive: true });
  const options = `lowerdir=${lowerDirs(layers).join(":")},upperdir=${upper},workdir=${work}`;
  const mountpoint = tempDir();
  // mount(8) of util-linux would make the paths absolute; busybox's hands them on.
  const script = 'cd "$1" && busybox mount -t overlay -o "$2" overlay "$3" && ls "$3" | wc -l';
  const { stdout, stderr } = await run([
    ...["unshare", "--mount", "sh", "-euc", script, "sh"],
    ...[layersFolder(), options, mountpoint],
  ]);
  assert.is(stdout.trim(), "128", stderr);
});

test(
  "on overlayfs: a layer that removes nothing is unpacked, another one says what is the matter",
  [root],
  async () => {
    const folder = freshHome();
    const plain = archiveOf(directory("d"), file("d/a", "x"), file("d", "y"));
    const removing = archiveOf(file(".wh.a"));
    for (const [name, { bytes }] of Object.entries({ plain, removing }))
      writeFileSync(path.join(folder, name), bytes);
    for (const name of ["lower", "upper", "work", "merged"]) mkdirSync(path.join(folder, name));
    const get = (name: string, diffId: string) =>
      node(path.join(repo, "test/get-layer.ts"), [path.join(folder, name), diffId, ""]).join(" ");
    const script = `cd "$0" && mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay merged
    export FT_DOCKER_HOME="$0/merged/home"
    ${get("plain", plain.diffId)} || exit 3
    ${get("removing", removing.diffId)}; echo "status $?"; ls -A merged/home/layers | wc -l`;
    const { stdout, stderr } = await run(["unshare", "--mount", "sh", "-c", script, folder]);
    assert.match(stdout, /status 125\n1\n$/);
    assert.match(stderr, /^error: layer: ".wh.a" removes something .*\nhint: FT_DOCKER_HOME=DIR/);
  },
);

test(
  "a layers folder that is a symlink to another disk is followed; a file in its place is an error",
  [root],
  async () => {
    const folder = freshHome();
    mkdirSync(path.join(folder, "elsewhere"));
    symlinkSync("elsewhere", path.join(folder, "layers"));
    const archive = archiveOf(file("a"));
    (await get(archive)).release();
    assert.is(readdirSync(path.join(folder, "elsewhere")).length, 1);
    renameSync(path.join(folder, "layers"), path.join(folder, "gone"));
    writeFileSync(path.join(folder, "layers"), "");
    await get(archive).then(
      () => assert.unreachable(),
      (error: Error) => assert.match(error.message, /^layers: they can't be kept/),
    );
  },
);

test.run();
