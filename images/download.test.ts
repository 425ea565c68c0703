import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { UserError } from "../common/errors.ts";
import { node } from "../scripts/root.ts";
import { assert, type Running, repo, root, run, start, suite, tempDir, tool } from "../test/harness.ts";
import { openBlob } from "./blobs.ts";
import { hexOf } from "./digest.ts";
import { listImages, resolveImage } from "./images.ts";
import { OCI_INDEX, OCI_MANIFEST } from "./manifest.ts";
import { partialSize } from "./partial.ts";
import { pullImage } from "./pull.ts";
import { parseReference } from "./reference.ts";
import { openStore, type Store } from "./store.ts";
import { fakeRegistry, type Handler, sendBlob } from "./testing/fake-registry.ts";
import { blob, descriptor, makeImage, type TestBlob, type TestImage } from "./testing/image.ts";

const test = suite("downloads");

const newStore = () => openStore(path.join(tempDir(), "images"));
const MB = 1000 * 1000;
const partials = (store: Store) => readdirSync(store.downloads);

interface Served {
  readonly host: string;
  readonly requests: readonly IncomingMessage[];
  count(part: string): number;
  pull(store: Store, tag?: string): Promise<unknown>;
}

/** Serves an image as `x:latest` while the action runs. */
async function serve(
  image: TestImage,
  handler: Handler | undefined,
  action: (served: Served) => Promise<void>,
) {
  const registry = await fakeRegistry({ manifests: { latest: image.manifest }, blobs: image.blobs }, handler);
  try {
    const pull = (store: Store) => pullImage(store, parseReference(`${registry.host}/x`), { quiet: true });
    await action({ ...registry, pull });
  } finally {
    await registry.close();
  }
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  );
  assert.instance(error, UserError, `${(error as Error)?.stack}`);
  return error as UserError;
}

/** All blobs are there and right, and nothing else is. */
async function assertWhole(store: Store, { host }: { host: string }, image: TestImage): Promise<void> {
  const { layers } = resolveImage(store, `${host}/x`);
  for (const layer of layers) await openBlob(store, layer).resume().toArray();
  assert.is(readdirSync(store.blobs).length, image.blobs.length + 1);
  for (const folder of [store.downloads, store.drafts, store.pins]) assert.equal(readdirSync(folder), []);
}

const isFor = (request: IncomingMessage, { digest }: TestBlob) => request.url?.endsWith(digest) ?? false;
const ranges = (requests: readonly IncomingMessage[], blob: TestBlob) =>
  requests.filter((request) => isFor(request, blob)).map(({ headers }) => headers.range);

test("a broken download goes on where it broke", async () => {
  const image = await makeImage([2 * MB]);
  const [layer] = image.layers;
  if (!layer) throw new Error("a layer");
  const store = newStore();
  let breaks = 0;
  const handler: Handler = async (request, response) => {
    if (!isFor(request, layer) || breaks === 3) return false;
    const end = ++breaks * 500_000;
    const from = end - 500_000;
    if (from > 0) response.setHeader("content-range", `bytes ${from}-${layer.size - 1}/${layer.size}`);
    response.writeHead(from > 0 ? 206 : 200, { "content-length": layer.size - from });
    response.write(layer.bytes.subarray(from, end));
    await until(() => partialSize(store, layer.digest) === end);
    response.destroy();
    return true;
  };
  await serve(image, handler, async (served) => {
    await served.pull(store);
    await assertWhole(store, served, image);
    assert.equal(ranges(served.requests, layer), [
      undefined,
      "bytes=500000-",
      "bytes=1000000-",
      "bytes=1500000-",
    ]);
  });
});

test("what a killed pull has got, the next one goes on with", async () => {
  const image = await makeImage([2 * MB]);
  const [layer] = image.layers;
  if (!layer) throw new Error("a layer");
  let first = true;
  const handler: Handler = (request, response) => {
    if (!isFor(request, layer) || !first) return false;
    first = false;
    response.writeHead(200, { "content-length": layer.size });
    response.write(layer.bytes.subarray(0, 700_000)); // And no more.
    return true;
  };
  await serve(image, handler, async (served) => {
    const home = tempDir();
    const store = openStore(path.join(home, "images"));
    const child = startPull(home, served.host);
    const file = path.join(store.downloads, hexOf(layer.digest));
    await until(() => existsSync(file) && statSync(file).size === 700_000);
    child.child.kill("SIGKILL");
    await child.done;
    assert.equal(listImages(store), []);
    await served.pull(store);
    await assertWhole(store, served, image);
    assert.equal(ranges(served.requests, layer), [undefined, "bytes=700000-"]);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const startPull = (home: string, host: string): Running =>
  start(node(path.join(repo, "images/testing/main.ts"), ["pull", `${host}/x`]), {
    env: { FT_DOCKER_HOME: home },
  });

test("a registry that can't continue begins anew, and what was there is no harm", async () => {
  const image = await makeImage([100_000]);
  const [layer] = image.layers;
  if (!layer) throw new Error("a layer");
  const answers: Record<string, Handler> = {
    "it ignores Range": (_request, response) => {
      response.writeHead(200).end(layer.bytes);
      return true;
    },
    "it refuses Range": (request, response) => {
      if (request.headers.range) response.writeHead(416).end();
      else sendBlob(request, response, layer);
      return true;
    },
    "it sends another range": (request, response) => {
      if (request.headers.range) response.writeHead(206, { "content-range": "bytes 5-9/10" }).end("other");
      else sendBlob(request, response, layer);
      return true;
    },
    "it continues what was damaged": () => false,
  };
  for (const [what, answer] of Object.entries(answers)) {
    const store = newStore();
    writeFileSync(path.join(store.downloads, hexOf(layer.digest)), Buffer.alloc(5000, "wrong"));
    const handler: Handler = (request, response) => isFor(request, layer) && answer(request, response);
    await serve(image, handler, async (served) => {
      await served.pull(store);
      await assertWhole(store, served, image);
      assert.is(ranges(served.requests, layer)[0], "bytes=5000-", what);
    });
  }
  const store = newStore();
  writeFileSync(path.join(store.downloads, hexOf(layer.digest)), Buffer.alloc(layer.size + 1));
  await serve(image, undefined, async (served) => {
    await served.pull(store);
    await assertWhole(store, served, image);
    assert.equal(ranges(served.requests, layer), [undefined], "more than there is was never of it");
  });
});

test("429 and 503 are asked again, after as long as the registry says", async () => {
  const image = await makeImage([1000]);
  const times: number[] = [];
  const handler: Handler = (request, response) => {
    times.push(Date.now());
    const answers: (readonly [number, Record<string, string>])[] = [
      [429, { "retry-after": "2" }],
      [503, {}],
      [502, { "retry-after": new Date(Date.now() + 2000).toUTCString() }],
    ];
    const answer = request.url?.includes("manifests") ? answers[times.length - 1] : undefined;
    if (!answer) return false;
    response.writeHead(...answer).end();
    return true;
  };
  await serve(image, handler, async (served) => {
    const store = newStore();
    // The look for https, which there isn't, is no HTTP request.
    await served.pull(store);
    await assertWhole(store, served, image);
    const [first = 0, second = 0, third = 0, fourth = 0] = times;
    assert.ok(second - first >= 1990, `${second - first} ms`);
    assert.ok(third - second >= 490, `${third - second} ms`);
    assert.ok(fourth - third >= 990, `${fourth - third} ms: dates have whole seconds`);
  });
});

test("a registry that never answers well is an error; one that wants to be left alone for an hour is at once", async () => {
  const image = await makeImage([1000]);
  const broken: Handler = (_request, response) => {
    response.writeHead(500, { "content-type": "application/json" });
    response.end('{"errors":[{"code":"X","message":"disk \\u001b[31mfailed"}]}');
    return true;
  };
  await serve(image, broken, async (served) => {
    const error = await failure(served.pull(newStore()));
    assert.match(error.message, /127\.0\.0\.1:\d+: status 500 \(disk /);
    assert.is(served.count("manifests"), 6);
  });
  const limited: Handler = (_request, response) => {
    response.writeHead(429, { "retry-after": "3600" }).end();
    return true;
  };
  await serve(image, limited, async (served) => {
    const error = await failure(served.pull(newStore()));
    assert.match(`${error.message} ${error.hint}`, /status 429 .*come again in 3600 s$/);
    assert.is(served.count("manifests"), 1);
  });
});

test("bytes that aren't what the manifest says are an error, and nothing of them stays", async () => {
  const image = await makeImage([50_000]);
  const [layer] = image.layers;
  if (!layer) throw new Error("a layer");
  const other = Buffer.from(layer.bytes);
  other[40_000] = (other[40_000] ?? 0) ^ 1;
  const wrong: Record<string, readonly [(response: ServerResponse) => void, RegExp]> = {
    "another byte": [(response) => response.end(other), /its digest is sha256:\w+ instead of/],
    "one byte too many": [
      (response) =>
        response
          .writeHead(200, { "content-length": layer.size + 1 })
          .end(Buffer.concat([layer.bytes, other.subarray(0, 1)])),
      /bytes instead of/,
    ],
    "too many, without saying how many": [
      (response) => {
        response.write(layer.bytes);
        response.end(layer.bytes);
      },
      /more bytes instead of/,
    ],
    "one byte too few": [
      (response) =>
        response.writeHead(200, { "content-length": layer.size - 1 }).end(layer.bytes.subarray(1)),
      /bytes instead of/,
    ],
  };
  for (const [what, [answer, message]] of Object.entries(wrong)) {
    const store = newStore();
    const handler: Handler = (request, response) => {
      if (!isFor(request, layer)) return false;
      answer(response);
      return true;
    };
    await serve(image, handler, async (served) => {
      assert.match((await failure(served.pull(store))).message, message, what);
      assert.is(ranges(served.requests, layer).length, 1, `${what}: asking again doesn't help`);
    });
    assert.equal([...listImages(store), ...partials(store), ...readdirSync(store.drafts)], [], what);
    assert.not.ok(readdirSync(store.blobs).includes(hexOf(layer.digest)), what);
  }
});

test("manifests and configs that are wrong, of something else, or too large are refused", async () => {
  const image = await makeImage([100]);
  const good = JSON.parse(image.manifest.bytes.toString());
  const config = (change: object) =>
    blob(image.config.mediaType, { ...JSON.parse(image.config.bytes.toString()), ...change });
  const manifestOf = (change: object) => blob(OCI_MANIFEST, { ...good, ...change });
  const windows = config({ os: "windows" });
  const layers2 = config({ rootfs: { type: "layers", diff_ids: [] } });
  const cases: readonly (readonly [TestBlob, RegExp])[] = [
    [blob("text/html", Buffer.from("<html>")), /not JSON/],
    [blob(OCI_MANIFEST, Buffer.alloc(5 * MB, " ")), /more than 4194304 bytes/],
    [manifestOf({ layers: {} }), /layers: expected Array/],
    [manifestOf({ config: { ...good.config, size: 10 * MB } }), /too large for a manifest or a config/],
    [manifestOf({ config: descriptor(windows) }), /it is for windows\/amd64|it is for windows\/arm64/],
    [manifestOf({ config: descriptor(layers2) }), /1 layers in its manifest and 0 in its config/],
    [
      manifestOf({ layers: [{ ...good.layers[0], size: Number.MAX_SAFE_INTEGER }] }),
      /ENOSPC: 9.01PB are needed/,
    ],
    [blob(OCI_INDEX, { schemaVersion: 2, manifests: [] }), /no image for linux/],
    [
      blob(OCI_INDEX, {
        schemaVersion: 2,
        manifests: [{ ...descriptor(image.manifest), platform: { os: "linux", architecture: "s390x" } }],
      }),
      /no image for linux\/\w+ there is: linux\/s390x$/,
    ],
  ];
  for (const [manifest, message] of cases) {
    const store = newStore();
    const altered = { ...image, manifest, blobs: [...image.blobs, windows, layers2] };
    await serve(altered, undefined, async (served) => {
      const error = await failure(served.pull(store));
      assert.match(`${error.message} ${error.hint}`, message);
      assert.is(served.count(image.layers[0]?.digest ?? "?"), 0, "no layer was asked for");
    });
    assert.equal(listImages(store), []);
  }
});

test("of an index the image for this machine; by a digest what has that digest, and nothing else", async () => {
  const [ours, theirs] = [await makeImage([100]), await makeImage([100])];
  const { architecture } = JSON.parse(ours.config.bytes.toString());
  const entry = (image: TestImage, platform: object) => ({ ...descriptor(image.manifest), platform });
  const index = blob(OCI_INDEX, {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [
      entry(theirs, { os: "linux", architecture: "s390x" }),
      entry(ours, { os: "linux", architecture }),
    ],
  });
  const content = {
    manifests: { latest: index, ours: ours.manifest, wrong: theirs.manifest },
    blobs: [...ours.blobs, ...theirs.blobs],
  };
  const registry = await fakeRegistry(content, (request, response) => {
    // It answers every digest with the same manifest.
    if (!request.url?.endsWith(`lie/manifests/${ours.manifest.digest}`)) return false;
    sendBlob(request, response, theirs.manifest);
    return true;
  });
  const store = newStore();
  for (const text of [
    `${registry.host}/x`,
    `${registry.host}/x@${index.digest}`,
    `${registry.host}/x@${ours.manifest.digest}`,
  ]) {
    await pullImage(store, parseReference(text), { quiet: true });
    assert.is(resolveImage(store, text).id, ours.config.digest);
  }
  assert.is(resolveImage(store, `${registry.host}/x`).target.digest, index.digest);
  const lie = pullImage(store, parseReference(`${registry.host}/lie@${ours.manifest.digest}`), {
    quiet: true,
  });
  assert.match((await failure(lie)).message, /its digest is/);
  await registry.close();
});

test("five pulls at once, in five processes, download each blob once", async () => {
  const image = await makeImage([3 * MB, 2 * MB, MB, 1000]);
  // Slowly, so that all of them come to each blob while it is under way.
  const handler: Handler = async (request) => {
    if (request.url?.includes("blobs")) await new Promise((resolve) => setTimeout(resolve, 400));
    return false;
  };
  await serve(image, handler, async (served) => {
    const home = tempDir();
    const pulls = await Promise.all([1, 2, 3, 4, 5].map(() => startPull(home, served.host).done));
    for (const { status, stdout, stderr } of pulls)
      assert.is(`${status} ${stdout}`, `0 ${served.host}/x:latest\n`, stderr);
    for (const { digest } of image.blobs) assert.is(served.count(digest), 1);
    await assertWhole(openStore(path.join(home, "images")), served, image);
  });
});

test("three downloads at a time, and the rest when one of them is done", async () => {
  const image = await makeImage([1, 2, 3, 4, 5, 6, 7]);
  let [now, most] = [0, 0];
  const handler: Handler = async (request, response) => {
    if (!request.url?.includes("blobs")) return false;
    most = Math.max(most, ++now);
    response.on("close", () => now--);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return false;
  };
  await serve(image, handler, async (served) => {
    const store = newStore();
    await served.pull(store);
    await assertWhole(store, served, image);
  });
  assert.is(most, 3);
});

test("a pull that is killed at any moment is no harm to the next one", async () => {
  const image = await makeImage([3 * MB, MB, 1000]);
  await serve(image, undefined, async (served) => {
    const home = tempDir();
    for (let wait = 0; wait < 6; wait++) {
      const child = startPull(home, served.host);
      const before = served.requests.length;
      await Promise.race([until(() => served.requests.length > before), child.done]);
      await new Promise((resolve) => setTimeout(resolve, 15 * wait));
      child.child.kill("SIGKILL");
      await child.done;
      const store = openStore(path.join(home, "images"));
      listImages(store, (error) => {
        throw error;
      });
    }
    const { status, stderr } = await startPull(home, served.host).done;
    assert.is(status, 0, stderr);
    await assertWhole(openStore(path.join(home, "images")), served, image);
  });
});

test(
  "a disk that is full in the middle of a download is left with room, and a store that is whole",
  [root, tool("unshare")],
  async () => {
    const image = await makeImage([6 * MB]);
    const [layer] = image.layers;
    if (!layer) throw new Error("a layer");
    const handler: Handler = async (request) => {
      if (isFor(request, layer)) await new Promise((resolve) => setTimeout(resolve, 300));
      return false;
    };
    await serve(image, handler, async (served) => {
      const home = tempDir();
      // Somebody else takes the room when the download has been found to fit.
      const script = `mount -t tmpfs -o size=10m none "$0"
      ( while [ ! -e "$0"/images/downloads/${hexOf(layer.digest)} ]; do sleep 0.01; done
        head -c 8000000 /dev/zero > "$0"/other ) & 
      "$@"; echo "status $?"; ls "$0"/images/downloads "$0"/images/drafts; rm "$0"/other; "$@"; echo "status $?"`;
      const words = node(path.join(repo, "images/testing/main.ts"), ["pull", `${served.host}/x`]);
      const { stdout, stderr } = await run(["unshare", "-m", "sh", "-c", script, home, ...words], {
        env: { FT_DOCKER_HOME: home },
      });
      assert.match(stdout, /^status 125\n\S+downloads:\n\n\S+drafts:\n\S+\/x:latest\nstatus 0\n$/, stderr);
      assert.match(stderr, /^error: sha256:\w+: it can't be stored in \S+: ENOSPC$/m);
    });
  },
);

test("a layer of any size takes the same memory", async () => {
  const size = 400 * MB;
  const chunk = Buffer.alloc(MB, "x");
  const hash = createHash("sha256");
  for (let i = 0; i < size; i += MB) hash.update(chunk);
  const small = await makeImage([10]);
  const large = {
    mediaType: "application/vnd.oci.image.layer.v1.tar",
    digest: `sha256:${hash.digest("hex")}` as const,
    size,
  };
  const manifest = blob(OCI_MANIFEST, { ...JSON.parse(small.manifest.bytes.toString()), layers: [large] });
  const handler: Handler = async (request, response) => {
    if (!request.url?.endsWith(large.digest)) return false;
    response.writeHead(200, { "content-length": size });
    for (let i = 0; i < size; i += MB)
      if (!response.write(chunk)) await new Promise((resolve) => response.once("drain", resolve));
    response.end();
    return true;
  };
  await serve({ ...small, manifest }, handler, async (served) => {
    const home = tempDir();
    const report = path.join(home, "report.cjs");
    writeFileSync(
      report,
      'process.on("exit", () => require("fs").writeSync(2, "peak " + process.resourceUsage().maxRSS));',
    );
    const words = node(path.join(repo, "images/testing/main.ts"), ["pull", `${served.host}/x`]);
    const { stderr } = await run(words, {
      env: { FT_DOCKER_HOME: home, NODE_OPTIONS: `--require=${report}` },
    });
    // In KiB.
    const peak = Number(/peak (\d+)/.exec(stderr)?.[1]);
    assert.ok(peak > 0 && peak < 150_000, stderr);
    assert.is(statSync(path.join(home, "images/blobs/sha256", hexOf(large.digest))).size, size);
  });
});

test.run();
