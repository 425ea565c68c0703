import { UserError } from "../common/errors.ts";
import { assert, suite } from "../test/harness.ts";
import { parseConfig } from "./config.ts";
import { OCI_INDEX, OCI_MANIFEST, parseManifest } from "./manifest.ts";
import { choosePlatform } from "./platform.ts";

const test = suite("manifests and configs");

const digest = `sha256:${"0".repeat(64)}` as const;
const bytes = (document: unknown) => Buffer.from(JSON.stringify(document));
const descriptor = { mediaType: "x", digest, size: 1 };
const manifest = { schemaVersion: 2, config: descriptor, layers: [descriptor] };

function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.instance(error, UserError);
    return (error as UserError).message;
  }
  return "none";
}

const config = (change: object) =>
  parseConfig(
    "x",
    bytes({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [digest] }, ...change }),
  );

test("a config as it should be, with null where Go writes it, and with fields that we don't know", () => {
  const read = config({
    config: { Env: null, Cmd: ["sh"], ExposedPorts: { "80/tcp": {} }, Healthcheck: { Test: ["x"] } },
  });
  assert.equal(read.config?.Cmd, ["sh"]);
  assert.equal(read.config?.Healthcheck, { Test: ["x"] });
  assert.is(config({ config: null }).config, null);
});

test("a config with something else in its place is a clear error that names the place", () => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ config: { Env: "A=b" } }, /^x: config: config\.Env: expected Array but received "A=b"$/],
    [{ config: { Env: [1] } }, /config\.Env\.0: expected string/],
    [{ config: { Cmd: {} } }, /config\.Cmd: expected Array/],
    [{ config: { Entrypoint: ["a\0b"] } }, /config\.Entrypoint\.0: /],
    [{ config: { User: 0 } }, /config\.User: expected string/],
    [{ config: { WorkingDir: [] } }, /config\.WorkingDir: /],
    [{ config: { ExposedPorts: ["80"] } }, /config\.ExposedPorts/],
    [{ config: { Volumes: { "/x": 1 } } }, /config\.Volumes/],
    [{ config: { StopSignal: 9 } }, /config\.StopSignal/],
    [{ config: "x" }, /config: expected Object/],
    [{ history: {} }, /history: /],
    [{ history: [{ empty_layer: "yes" }] }, /history\.0\.empty_layer/],
    [{ rootfs: {} }, /rootfs\.type/],
    [{ rootfs: { type: "layers", diff_ids: ["sha256:../../x"] } }, /rootfs\.diff_ids\.0: expected sha256:/],
    [{ architecture: 1 }, /architecture: /],
  ];
  for (const [change, message] of wrong)
    assert.match(
      errorOf(() => config(change)),
      message,
    );
  for (const text of ["", "null", "[]", "1", '"x"', "{", "\xff"])
    assert.match(
      errorOf(() => parseConfig("x", Buffer.from(text, "latin1"))),
      /^x: /,
      text,
    );
});

test("a manifest that is an index as well, or neither, is refused", () => {
  const parse = (document: unknown, type = OCI_MANIFEST) => parseManifest("x", bytes(document), type);
  assert.ok(parse(manifest).manifest);
  assert.ok(parse({ schemaVersion: 2, manifests: [descriptor] }, OCI_INDEX).index);
  const wrong: readonly (readonly [object | null, string, RegExp])[] = [
    [{ ...manifest, manifests: [] }, OCI_MANIFEST, /a manifest and an index at once/],
    [{ ...manifest, manifests: [] }, OCI_INDEX, /a manifest and an index at once/],
    [{ ...manifest, mediaType: OCI_INDEX }, OCI_MANIFEST, /a manifest and an index at once/],
    [manifest, "text/html", /neither a manifest nor an index of images: text\/html/],
    [{ schemaVersion: 1 }, "application/json", /schema 1/],
    [{ ...manifest, schemaVersion: 1 }, OCI_MANIFEST, /schemaVersion/],
    [null, OCI_MANIFEST, /manifest: expected Object/],
    [{ ...manifest, layers: [{ ...descriptor, size: -1 }] }, OCI_MANIFEST, /layers\.0\.size/],
    [{ ...manifest, layers: [{ ...descriptor, size: 1e300 }] }, OCI_MANIFEST, /layers\.0\.size/],
    [{ ...manifest, layers: [{ ...descriptor, size: "1" }] }, OCI_MANIFEST, /layers\.0\.size/],
    [{ ...manifest, config: { ...descriptor, digest: "sha256:x/../y" } }, OCI_MANIFEST, /config\.digest/],
  ];
  for (const [document, type, message] of wrong)
    assert.match(
      errorOf(() => parse(document, type)),
      message,
    );
});

test("an index's image for each machine, or a list of what there is", () => {
  const entry = (platform: object | undefined, n: number) => ({
    ...descriptor,
    size: n,
    ...(platform ? { platform } : {}),
  });
  const os = "linux";
  const index = {
    schemaVersion: 2 as const,
    manifests: [
      entry({ os: "windows", architecture: "amd64" }, 1),
      entry({ os, architecture: "amd64", variant: "v3" }, 2),
      entry({ os, architecture: "amd64" }, 3),
      entry({ os, architecture: "arm", variant: "v6" }, 4),
      entry({ os, architecture: "arm", variant: "v7" }, 5),
      entry({ os, architecture: "arm64", variant: "v8" }, 6),
      entry({ os: "unknown", architecture: "unknown" }, 7),
    ],
  } as Parameters<typeof choosePlatform>[1];
  assert.equal(
    ["x64", "arm", "arm64"].map((arch) => choosePlatform("x", index, arch).size),
    [3, 5, 6],
  );
  const error = (() => {
    try {
      return choosePlatform("x", index, "s390x");
    } catch (thrown) {
      return thrown as UserError;
    }
  })();
  assert.instance(error, UserError);
  assert.match(
    `${(error as UserError).message} ${(error as UserError).hint}`,
    /no image for linux\/s390x there is: windows\/amd64, linux\/amd64\/v3, linux\/amd64, linux\/arm\/v6, linux\/arm\/v7, linux\/arm64\/v8$/,
  );
  assert.is(
    choosePlatform("x", { ...index, manifests: [entry(undefined, 9)] } as typeof index, "s390x").size,
    9,
  );
});

test.run();
