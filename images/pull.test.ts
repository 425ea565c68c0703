import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { node } from "../scripts/root.ts";
import { assert, repo, run, suite, tempDir, terminal, tool } from "../test/harness.ts";
import { openBlob } from "./blobs.ts";
import { resolveImage } from "./images.ts";
import { getImage } from "./pull.ts";
import { openStore } from "./store.ts";
import { imageOf, makeImage, plainImageOf, type TestImage, tarOf } from "./testing/image.ts";
import { type RealRegistry, realRegistry, writeLayout } from "./testing/real-registry.ts";

const test = suite("images from a real registry");

const needs = [tool("docker-registry"), tool("skopeo")];
const words = (...rest: string[]) => node(path.join(repo, "images/testing/main.ts"), rest);
const command = (home: string, ...rest: string[]) => run(words(...rest), { env: { FT_DOCKER_HOME: home } });

async function ok(result: ReturnType<typeof run>): Promise<string> {
  const { status, stdout, stderr } = await result;
  assert.is(status, 0, stderr || stdout);
  return stdout;
}

/** Pushes the image as skopeo does, by the given flags. */
async function push(
  registry: RealRegistry,
  image: TestImage,
  name: string,
  ...flags: string[]
): Promise<void> {
  const target = `docker://${registry.host}/${name}`;
  const skopeo = ["skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false", ...flags];
  await ok(run([...skopeo, `oci:${writeLayout(image)}:test`, target]));
}

test("an image in OCI's and in Docker's form, with gzip and zstd", needs, async () => {
  const registry = await realRegistry();
  const cases: readonly (readonly [string, string[], RegExp])[] = [
    ["team/oci:1", [], /oci.*gzip$/],
    ["team/docker:1", ["--format", "v2s2"], /docker.*gzip$/],
    ["team/zstd:1", ["--dest-compress-format", "zstd"], /oci.*zstd$/],
  ];
  const home = tempDir();
  for (const [name, flags, mediaType] of cases) {
    // Each its own: skopeo mounts what the registry has already, however it is compressed there.
    const image = plainImageOf([
      await tarOf("name", Buffer.from(name)),
      await tarOf(name, Buffer.alloc(100_000)),
    ]);
    await push(registry, image, name, ...flags);
    const full = `${registry.host}/${name}`;
    assert.is(await ok(command(home, "pull", full)), `${full}\n`);
    const store = openStore(path.join(home, "images"));
    const { layers } = resolveImage(store, full);
    assert.equal(
      layers.map(({ diffId }) => diffId),
      JSON.parse(image.config.bytes.toString()).rootfs.diff_ids,
    );
    for (const layer of layers) {
      assert.match(layer.mediaType, mediaType);
      await openBlob(store, layer).toArray();
    }
    const { stdout } = await run(["skopeo", "inspect", "--tls-verify=false", `docker://${full}`]);
    assert.is(resolveImage(store, full).target.digest, JSON.parse(stdout).Digest);
  }
  await registry.stop();
});

test("what is here already isn't fetched again; what isn't there is an error", needs, async () => {
  const registry = await realRegistry();
  const shared = await tarOf("shared", Buffer.alloc(1000));
  const [a, b] = [imageOf([shared]), imageOf([shared, await tarOf("b", Buffer.from("b"))])];
  await push(registry, a, "a");
  await push(registry, b, "b");
  const home = tempDir();
  await ok(command(home, "pull", `${registry.host}/a`));
  const store = openStore(path.join(home, "images"));
  const before = readdirSync(store.blobs).length;
  await ok(command(home, "pull", `${registry.host}/b`));
  assert.is(readdirSync(store.blobs).length, before + 3, "manifest, config and the layer that is b's own");
  const { status, stderr } = await command(home, "pull", `${registry.host}/a:2`);
  assert.is(status, 125);
  assert.match(
    stderr,
    /^error: 127\.0\.0\.1:\d+\/a: the registry doesn't have it \(manifest unknown\)\nhint: /,
  );
  await registry.stop();

  const gone = await command(home, "pull", `${registry.host}/a`);
  assert.is(gone.status, 125);
  assert.match(
    gone.stderr,
    /ECONNREFUSED; again in .*\nerror: 127\.0\.0\.1:\d+: ECONNREFUSED\nhint: try again later\n$/s,
  );
  // As `run --image` does: it asks nobody for what is here.
  assert.is((await getImage(store, `${registry.host}/a`)).id, a.config.digest);
});

test(
  "a registry with a name and a password: from Docker's file, and not on any command line",
  needs,
  async () => {
    const folder = tempDir();
    const passwords = path.join(folder, "htpasswd");
    // "s3cret", by bcrypt.
    writeFileSync(passwords, "me:$2b$05$abcdefghijklmnopqrstuuLK7U1u6pVRmL7L1BBM2aS35PSZnDXlK\n");
    const registry = await realRegistry(passwords);
    const image = await makeImage();
    await push(registry, image, "x", "--dest-creds", "me:s3cret");
    const config = path.join(folder, "docker");
    mkdirSync(config);
    const login = (password: string) =>
      writeFileSync(
        path.join(config, "config.json"),
        JSON.stringify({
          auths: { [registry.host]: { auth: Buffer.from(`me:${password}`).toString("base64") } },
        }),
      );
    const env = { FT_DOCKER_HOME: folder, DOCKER_CONFIG: config, XDG_RUNTIME_DIR: folder };
    const pull = () => run(words("pull", `${registry.host}/x`), { env });
    assert.match((await pull()).stderr, /access denied: it wants a name and a password/);
    login("wrong");
    const { status, stderr } = await pull();
    assert.is(status, 125);
    assert.match(stderr, /^error: 127\.0\.0\.1:\d+\/x: access denied: status 401/);
    assert.not.match(stderr, "wrong");
    login("s3cret");
    await ok(pull());
    await registry.stop();
  },
);

test(
  "a terminal sees one line that fills up, and a pipe a line for each blob",
  [...needs, tool("script")],
  async () => {
    const registry = await realRegistry();
    await push(registry, await makeImage([100, 200]), "x");
    const name = `${registry.host}/x`;
    const piped = await command(tempDir(), "pull", name);
    assert.match(piped.stderr, /^\S+\/x:latest: 3 blobs, [\d.]+k?B\n(\w{12}: [\d.]+k?B, complete\n){3}$/);
    const seen = terminal(words("pull", name), { env: { FT_DOCKER_HOME: tempDir() }, columns: 100 });
    const { stdout } = await seen.done;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a terminal gets
    assert.match(stdout, /\r\x1b\[K\S+\/x:latest \[=+\] [\d.]+k?B \/ [\d.]+k?B, 3 of 3 blobs\r\x1b\[K/);
    const lines = stdout.trim().split("\n");
    assert.is(lines.length, 1, JSON.stringify(lines));
    const quiet = await run(words("pull", "-q", name), { env: { FT_DOCKER_HOME: tempDir() } });
    assert.is(`${quiet.stdout}${quiet.stderr}`, `${name}:latest\n`);
    const narrow = terminal(words("pull", name), { env: { FT_DOCKER_HOME: tempDir() }, columns: 30 });
    const longest = (await narrow.done).stdout
      .split("\r\x1b[K")
      .slice(0, -1)
      .map((line) => line.length);
    assert.ok(Math.max(...longest) < 30, longest.join());
    await registry.stop();
  },
);

test.run();
