import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { UserError } from "../common/errors.ts";
import { node } from "../scripts/root.ts";
import { assert, repo, root, run, suite, tempDir, tool } from "../test/harness.ts";
import { listing, makeTree, xattrs } from "../test/trees.ts";
import { diffUpper } from "./diff.ts";
import { packLayer } from "./pack.ts";
import { unpackLayer } from "./unpack.ts";

const test = suite("pack");

const pack = (upper: string): Promise<Buffer> => buffer(packLayer(upper));

async function unpack(archive: Buffer): Promise<string> {
  const folder = path.join(tempDir(), "layer");
  const diffId = `sha256:${createHash("sha256").update(archive).digest("hex")}`;
  const source = (async function* () {
    yield archive;
  })();
  await unpackLayer(source, folder, { diffId, limits: { bytes: 1e12, entries: 1e6 }, marks: "trusted" });
  return folder;
}

/** The layers that a shell command has made of an image's: what it does in `merged` stands in `upper` then. */
async function change(script: string) {
  const folder = tempDir();
  const at = (name: string) => path.join(folder, name);
  for (const name of ["bottom", "lower", "upper", "work", "merged"]) mkdirSync(at(name));
  const command = `cd "$0"
    mkdir -p bottom/dir/sub bottom/both lower/both; echo 1 > bottom/file; echo 2 > bottom/dir/inner; echo 3 > bottom/dir/sub/deep
    echo 4 > bottom/both/bottom; echo 5 > lower/both/lower; echo 6 > lower/gone; mknod lower/file c 0 0
    mount -t overlay -o lowerdir=lower:bottom,upperdir=upper,workdir=work,redirect_dir=off,metacopy=off overlay merged
    cd merged; ${script}`;
  const { status, stderr } = await run(["unshare", "--mount", "sh", "-euc", command, folder]);
  assert.is(status, 0, stderr);
  return { folder, upper: at("upper"), lowers: [at("lower"), at("bottom")] };
}

const tools = [root, tool("getfattr"), tool("setfattr")];

test("what was packed unpacks to the same, here and by GNU tar", tools, async () => {
  const tree = makeTree();
  execFileSync("setfattr", ["-n", "user.note", "-v", "0x00ff0a3d20", path.join(tree, "plain")]);
  const capability = "0x0100000200200000000000000000000000000000";
  execFileSync("setfattr", ["-n", "security.capability", "-v", capability, path.join(tree, "suid")]);
  const archive = await pack(tree);
  const ours = await unpack(archive);
  const theirs = path.join(tempDir(), "theirs");
  mkdirSync(theirs);
  const flags = ["--numeric-owner", "--xattrs", "--xattrs-include=*", "--warning=no-timestamp"];
  execFileSync("tar", [...flags, "-xpf", "-", "-C", theirs], { input: archive, stdio: "pipe" });
  // The tree's own root is no part of the archive.
  const below = (lines: string[]) => lines.filter((line) => !line.startsWith(" "));
  assert.equal(below(listing(ours)), below(listing(tree)));
  assert.equal(below(listing(theirs)), below(listing(tree)));
  assert.is(xattrs(ours), xattrs(tree));
  assert.is(xattrs(theirs), xattrs(tree));
  assert.match(xattrs(ours), "security.capability");
});

test("the same tree gives the same bytes", [root], async () => {
  const tree = makeTree();
  assert.ok((await pack(tree)).equals(await pack(tree)));
});

test(
  "umoci takes a layer that we packed, and unpacks it to the same",
  [...tools, tool("umoci")],
  async () => {
    const tree = makeTree();
    // A time that it takes for another one.
    execFileSync("touch", ["--date=@2000000000", path.join(tree, "dir/after")]);
    const folder = tempDir();
    const umoci = (...args: string[]) => execFileSync("umoci", args, { cwd: folder, stdio: "pipe" });
    writeFileSync(path.join(folder, "layer.tar"), await pack(tree));
    umoci("init", "--layout", "image");
    umoci("new", "--image", "image:latest");
    umoci("raw", "add-layer", "--image", "image:latest", "layer.tar");
    umoci("raw", "unpack", "--image", "image:latest", "theirs");
    const below = (lines: string[]) => lines.filter((line) => !line.startsWith(" "));
    assert.equal(below(listing(path.join(folder, "theirs"))), below(listing(tree)));
  },
);

test("overlayfs's marks become whiteouts, and marks again", [root, tool("getfattr")], async () => {
  const { upper } = await change("rm gone; rm -r dir; mkdir dir; echo x > dir/new; echo y > both/lower");
  const archive = await pack(upper);
  const names = execFileSync("tar", ["-tf", "-"], { input: archive, encoding: "utf8" }).trim().split("\n");
  assert.equal(names, ["both/", "both/lower", "dir/", "dir/.wh..wh..opq", "dir/new", ".wh.gone"]);
  const folder = await unpack(archive);
  assert.ok(statSync(path.join(folder, "gone")).isCharacterDevice());
  const opaque = [
    "--only-values",
    "--absolute-names",
    "-n",
    "trusted.overlay.opaque",
    path.join(folder, "dir"),
  ];
  assert.is(execFileSync("getfattr", opaque, { encoding: "utf8" }), "y");
  assert.not.match(xattrs(folder), /overlay\.(origin|impure)/);
});

test("what a layer can't say is refused", [root], async () => {
  const upper = tempDir();
  writeFileSync(path.join(upper, ".wh.name"), "");
  await pack(upper).then(
    () => assert.unreachable(),
    (error) => {
      assert.instance(error, UserError);
      assert.match(error.message, '".wh.name" can\'t be in a layer');
    },
  );
});

test("a redirected directory is refused", [root, tool("setfattr")], async () => {
  const upper = tempDir();
  mkdirSync(path.join(upper, "d"));
  execFileSync("setfattr", ["-n", "trusted.overlay.redirect", "-v", "/old", path.join(upper, "d")]);
  await pack(upper).then(
    () => assert.unreachable(),
    (error) => assert.match(error.message, "redirect"),
  );
});

test("sockets are left out", [root, tool("python3")], async () => {
  const upper = tempDir();
  const script = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])";
  execFileSync("python3", ["-c", script, path.join(upper, "socket")]);
  writeFileSync(path.join(upper, "file"), "x");
  assert.equal(readdirSync(await unpack(await pack(upper))), ["file"]);
});

test("a symlink that a container made isn't followed", [root], async () => {
  const upper = tempDir();
  const secret = tempDir();
  writeFileSync(path.join(secret, "key"), "the host's own secret");
  symlinkSync(secret, path.join(upper, "out"));
  symlinkSync(path.join(secret, "key"), path.join(upper, "key"));
  const archive = await pack(upper);
  assert.not.match(archive.toString("latin1"), "own secret");
  const folder = await unpack(archive);
  assert.ok(["out", "key"].every((name) => lstatSync(path.join(folder, name)).isSymbolicLink()));
});

test("memory doesn't grow with the layer", [root], async () => {
  const memory: number[] = [];
  for (const mebibytes of [20, 2000]) {
    const upper = tempDir();
    writeFileSync(path.join(upper, "big"), "");
    truncateSync(path.join(upper, "big"), mebibytes * 2 ** 20);
    const { stdout, stderr, status } = await run(node(path.join(repo, "test/pack-memory.ts"), [upper]));
    assert.is(status, 0, stderr);
    memory.push(Number(stdout));
  }
  const [small = 0, large = 0] = memory;
  assert.ok(large < small + 60 * 1024, `${small} KiB for 20 MiB, ${large} KiB for 2000 MiB`);
});

const told = (upper: string, lowers: readonly string[]): string[] =>
  diffUpper(upper, lowers).map(({ kind, path }) => `${kind} ${path}`);

test("diff tells what was added, changed and deleted", [root], async () => {
  const { upper, lowers } = await change(
    "rm gone both/bottom; echo x > new; mkdir -p made/deep; echo y >> dir/sub/deep; echo z > file; chmod 700 both",
  );
  assert.equal(told(upper, lowers), [
    "C /both",
    "D /both/bottom",
    "C /dir",
    "C /dir/sub",
    "C /dir/sub/deep",
    // The upper one of the layers had it removed.
    "A /file",
    "D /gone",
    "A /made",
    "A /made/deep",
    "A /new",
  ]);
});

test("diff of a directory that was removed and made again", [root], async () => {
  const { upper, lowers } = await change("rm -r dir; mkdir dir; echo x > dir/new; rm -r both; echo y > both");
  assert.equal(told(upper, lowers), ["C /both", "C /dir", "D /dir/inner", "A /dir/new", "D /dir/sub"]);
});

test("diff of nothing is nothing", [root], async () => {
  const { upper, lowers } = await change("cat dir/inner; touch x; rm x");
  assert.equal(told(upper, lowers), []);
});

test("names that are no text are told byte for byte", [root], async () => {
  const upper = tempDir();
  spawnSync("sh", ["-c", `cd "$0" && touch "$(printf '\\377\\nx')"`, upper]);
  assert.equal(told(upper, []), ["A /\xff\nx"]);
});

test.run();
