import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { assert, root, run, runtime, start, suite, tempDir } from "../test/harness.ts";
import { Ledger } from "./ledger.ts";
import { type Mountpoint, missingMountpoints, type Target } from "./mountpoints.ts";

const test = suite("mountpoints");
process.env.FT_DOCKER_HOME = tempDir();

function rootfs(...directories: string[]): string {
  const folder = tempDir();
  for (const directory of directories) mkdirSync(path.join(folder, directory), { recursive: true });
  return folder;
}

const directory = (target: string, source?: string): Target => ({
  target,
  isDirectory: true,
  ...(source ? { source } : {}),
});
const paths = (mountpoints: readonly Mountpoint[]) => mountpoints.map((each) => each.path);

test("what is there isn't made", () => {
  assert.equal(missingMountpoints(rootfs("proc", "a/b"), [directory("/proc"), directory("/a/b")]), []);
});

test("what is missing is made from the outside in, each once", () => {
  const folder = rootfs("a");
  const targets = [directory("/a/b/c"), { target: "/a/b/file", isDirectory: false }];
  const change = (place: string) => ({ kind: "mountpoint", root: folder, path: place });
  assert.equal(missingMountpoints(folder, targets), [
    { path: "/a/b", isDirectory: true, change: change("/a/b") },
    { path: "/a/b/c", isDirectory: true, change: change("/a/b/c") },
    { path: "/a/b/file", isDirectory: false, change: change("/a/b/file") },
  ]);
});

test("what lies in a volume is looked for and made in the volume's source", () => {
  const [folder, source] = [rootfs("data"), rootfs("there")];
  const [missing, ...others] = missingMountpoints(folder, [
    directory("/data", source),
    directory("/data/there"),
    directory("/data/new"),
  ]);
  assert.equal(others, []);
  assert.equal(missing?.change, { kind: "mountpoint", root: source, path: "/new" });
  assert.is(missing?.path, "/data/new");
});

test("what lies in a mount of the container's own ends with it: nothing is to be removed", () => {
  const found = missingMountpoints(rootfs("dev"), [directory("/dev"), directory("/dev/mine")]);
  assert.equal(found, [{ path: "/dev/mine", isDirectory: true, change: undefined }]);
});

test("symlinks are followed as the container will, never to the host's files", () => {
  const [folder, outside] = [rootfs("real"), rootfs("only/outside")];
  symlinkSync("/real", path.join(folder, "absolute"));
  symlinkSync(outside, path.join(folder, "out"));
  assert.equal(paths(missingMountpoints(folder, [directory("/absolute/x")])), ["/absolute/x"]);
  assert.ok(
    paths(missingMountpoints(folder, [directory("/out/only/outside")])).includes("/out/only/outside"),
  );
});

test("what another run has made for itself counts as missing, so that the last one removes it", () => {
  const folder = rootfs("mine");
  const ledger = new Ledger();
  ledger.add({ kind: "mountpoint", root: folder, path: "/mine" });
  assert.equal(paths(missingMountpoints(folder, [directory("/mine")])), ["/mine"]);
  assert.equal(missingMountpoints(rootfs("mine"), [directory("/mine")]), []);
  ledger.close();
});

test(
  "two containers share a mountpoint that neither found: it stays until the second ends",
  [root],
  async () => {
    const [first, second] = [tempDir(), tempDir()];
    writeFileSync(path.join(first, "name"), "first\n");
    writeFileSync(path.join(second, "name"), "second\n");
    const main = runtime("03-pid-mnt");
    const made = await run([...main, "rootfs"]);
    const folder = tempDir();
    assert.is((await run(["cp", "-a", `${made.stdout.trim()}/.`, folder])).status, 0);

    const container = (source: string) =>
      start([
        ...main,
        "run",
        ...["--rootfs", folder, "-v", `${source}:/shared/data`, "/bin/sh", "-c"],
        "cat /shared/data/name; read line; cat /shared/data/name",
      ]);
    const one = container(first);
    await one.waitFor(/first/);
    const two = container(second);
    await two.waitFor(/second/);
    one.type("\n");
    assert.is((await one.done).stdout, "first\nfirst\n");
    assert.ok(existsSync(path.join(folder, "shared/data")));
    two.type("\n");
    const { stdout, stderr } = await two.done;
    assert.is(`${stdout}${stderr}`, "second\nsecond\n");
    assert.not.ok(existsSync(path.join(folder, "shared")));
  },
);

test.run();
