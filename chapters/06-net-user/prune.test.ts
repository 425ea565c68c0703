import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bootId } from "../../common/ledger.ts";
import { containerFolder, recordIds } from "../../containers/record.ts";
import { thisProcess } from "../../containers/state.ts";
import { putRecord } from "../../containers/testing/records.ts";
import { addImage } from "../../images/add.ts";
import { listImages } from "../../images/images.ts";
import { getLayer, layersFolder } from "../../images/layers.ts";
import { parseReference } from "../../images/reference.ts";
import { openStore } from "../../images/store.ts";
import { formatSize } from "../../images/units.ts";
import { END, file } from "../../test/archive.ts";
import { assert, root, run, runtime, suite, tempDir, terminal, tool } from "../../test/harness.ts";

const test = suite("06-net-user: system df and prune");

const home = tempDir();
process.env.FT_DOCKER_HOME = home;
const ours = runtime("06-net-user");

async function output(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await run([...ours, ...words]);
  assert.is(`${status}${stderr}`, "0");
  return stdout;
}

/** Bytes that no compression makes fewer. */
const archive = (size: number) => Buffer.concat([file("f", randomBytes(size).toString("latin1")), END]);
async function* tar(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

const store = openStore();
const [below, above, other] = [archive(300_000), archive(200_000), archive(100_000)];
const base = await addImage(store, parseReference("base"), { layers: [{ tar: tar(below) }] });
const more = await addImage(store, parseReference("more"), { base, layers: [{ tar: tar(above) }] });
const lost = await addImage(store, undefined, { layers: [{ tar: tar(other) }] });
const unpack = async (bytes: Buffer, diffId = "") => {
  const layer = await getLayer(diffId, bytes.length, () => tar(bytes));
  layer.release();
  return path.join(layersFolder(), layer.relative);
};
const lowers = [await unpack(above, more.layers[1]?.diffId), await unpack(below, base.layers[0]?.diffId)];
await unpack(other, lost.layers[0]?.diffId);
const long = new Date(Date.now() - 60_000).toISOString();
const runs = putRecord(
  { name: "runs", imageId: more.id, image: "more", lowers },
  { status: "running", process: thisProcess(), owner: thisProcess(), boot: bootId() },
);
const ended = putRecord({ name: "ended" }, { status: "exited", finishedAt: long, exitCode: 0 });
putRecord({ name: "fresh", created: new Date(Date.now() + 60_000).toISOString() });
putRecord({ name: "never", created: long });
mkdirSync(path.join(containerFolder(ended.id), "upper"), { recursive: true });
writeFileSync(path.join(containerFolder(ended.id), "upper/big"), randomBytes(1_000_000));

/** In bytes, as du(1) counts it. */
const du = (...folders: string[]): number =>
  Number(
    execFileSync("du", ["-scB1", ...folders], { encoding: "utf8" })
      .split(/\s+/)
      .at(-3),
  );

const blob = (digest: string | undefined) => path.join(store.blobs, digest?.slice(7) ?? "");

test("system df: each thing once, as large as it is on the disk", [root], async () => {
  const [summary, parts] = await Promise.all([output("system", "df"), output("system", "df", "-v")]);
  const rows = summary.split("\n").map((line) => line.split(/ {3,}/));
  assert.equal(rows[1], ["Images", "3", "1", formatSize(sum([base, more, lost])), rows[1]?.[4]]);
  assert.equal(rows[2]?.slice(0, 4), ["Layers", "3", "2", formatSize(du(...folders()))]);
  assert.equal(rows[3]?.slice(0, 3), ["Containers", "4", "1"]);
  const shared = formatSize(du(blob(base.layers[0]?.digest)));
  const lines = parts.split("\n").map((line) => line.split(/ {3,}/));
  const image = (name: string) => lines.find(([first]) => first === name) ?? [];
  assert.is(image("base:latest")[4], shared);
  assert.is(image("more:latest")[4], shared);
  assert.is(image("<none>")[4], "0B");
  assert.equal(
    lines.filter(([, , , name]) => name?.startsWith("Exited")).map((line) => line[4]),
    ["ended"],
  );
});

/** Of all blobs of these images, each counted once. */
function sum(images: readonly (typeof base)[]): number {
  const digests = images.flatMap(({ target, manifest, layers }) => [target, manifest.config, ...layers]);
  return [...new Set(digests.map(({ digest }) => digest))].reduce((all, each) => all + du(blob(each)), 0);
}

const folders = (): string[] =>
  execFileSync("find", [layersFolder(), "-mindepth", "1", "-maxdepth", "1"], { encoding: "utf8" })
    .trim()
    .split("\n");

test("prune asks first; nobody there to ask is a mistake, and no is no", [root, tool("script")], async () => {
  const { status, stderr } = await run([...ours, "prune"]);
  assert.is(
    `${status} ${stderr}`,
    "125 error: prune: there is nobody to ask whether that is meant\nhint: prune -f\n",
  );
  const asked = terminal([...ours, "prune"]);
  await asked.waitFor(/Go on\? \[y\/N\] /);
  asked.type("n\n");
  assert.is((await asked.done).status, 1);
  assert.is(recordIds().length, 4);
});

test("prune removes what neither runs nor has a name, and says what that gives back", [root], async () => {
  const before = du(home);
  const said = await output("prune", "-f");
  assert.match(said, /^Deleted containers:\n(ended\nnever|never\nended)\n\nDeleted images:\n/);
  assert.match(said, `Deleted images:\n${lost.id}\n\nDeleted layers:\n${lost.layers[0]?.diffId}\n`);
  const { size = "" } = /Total reclaimed space: (?<size>.*)\n$/.exec(said)?.groups ?? {};
  assert.is(size, formatSize(before - du(home)));
  assert.not.ok(existsSync(containerFolder(ended.id)));
  assert.equal(
    listImages(store).map(({ image }) => image.id),
    [base.id, more.id],
  );
  assert.ok(lowers.every(existsSync), `${runs.name} has its layers`);
  assert.is(
    (await output("ps", "-a")).match(/runs|fresh/g)?.length,
    2,
    "one that was made just now is about to start",
  );
  assert.is(await output("system", "prune", "-f"), "Total reclaimed space: 0B\n");
});

test.run();
