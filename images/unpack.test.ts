import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { node } from "../scripts/root.ts";
import { base256, directory, END, entry, file, hardlink, oldSparse, pax, symlink } from "../test/archive.ts";
import { assert, root, run, suite, tempDir, tool } from "../test/harness.ts";
import { listing, makeTree, xattrs } from "../test/trees.ts";
import { unpackLayer } from "./unpack.ts";

const test = suite("unpack");

const PLENTY = { bytes: 1e12, entries: 1e6 };
const sha256 = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

async function* pieces(bytes: Buffer, size = bytes.length): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Unpacks an archive made of these entries; `at` is a path in it. */
async function unpack(...parts: Buffer[]) {
  const archive = Buffer.concat([...parts, END]);
  return unpackArchive(archive, pieces(archive));
}

async function unpackArchive(
  archive: Buffer,
  source: AsyncIterable<Uint8Array>,
  marks: "trusted" | "user" = "trusted",
) {
  const folder = path.join(tempDir(), "layer");
  const result = await unpackLayer(source, folder, {
    diffId: sha256(archive),
    limits: PLENTY,
    marks,
  });
  return { result, folder, at: (...names: string[]) => path.join(folder, ...names) };
}

/** xattr(7): the value as getfattr(1) prints it, or nothing. */
const xattr = (place: string, name: string): string =>
  spawnSync("getfattr", ["--only-values", "-h", "-n", name, place], { encoding: "latin1" }).stdout;

const isWhiteout = (place: string): boolean => {
  const stat = statSync(place);
  return stat.isCharacterDevice() && stat.rdev === 0;
};

const tools = [root, tool("tar"), tool("getfattr"), tool("setfattr")];

for (const [format, flags] of Object.entries({
  gnu: ["--format=gnu"],
  "gnu, sparse": ["--format=gnu", "--sparse"],
  pax: ["--format=pax"],
  "pax, sparse 0.0": ["--format=pax", "--sparse", "--sparse-version=0.0"],
  "pax, sparse 0.1": ["--format=pax", "--sparse", "--sparse-version=0.1"],
  "pax, sparse 1.0": ["--format=pax", "--sparse", "--sparse-version=1.0"],
  "pax, with attributes": ["--format=pax", "--xattrs", "--xattrs-include=*"],
})) {
  test(`what GNU tar packed (${format}) is what it unpacks itself`, tools, async () => {
    const tree = makeTree();
    execFileSync("setfattr", ["-n", "user.note", "-v", "0x00ff0a3d20", path.join(tree, "plain")]);
    execFileSync("setfattr", ["-n", "user.note", "-v", "of a directory", path.join(tree, "dir")]);
    // struct vfs_cap_data: cap_net_raw, permitted and effective.
    const capability = "0x0100000200200000000000000000000000000000";
    execFileSync("setfattr", ["-n", "security.capability", "-v", capability, path.join(tree, "suid")]);
    const archive = execFileSync("tar", [...flags, "--numeric-owner", "-C", tree, "-cf", "-", "."], {
      maxBuffer: 1e9,
    });
    const theirs = path.join(tempDir(), "theirs");
    mkdirSync(theirs);
    execFileSync(
      "tar",
      [
        "--numeric-owner",
        "--xattrs",
        "--xattrs-include=*",
        "--warning=no-timestamp",
        "-xpf",
        "-",
        "-C",
        theirs,
      ],
      {
        input: archive,
      },
    );
    const { folder } = await unpackArchive(archive, pieces(archive, 10_000));
    assert.equal(listing(folder), listing(theirs));
    assert.is(xattrs(folder), xattrs(theirs));
    if (format.includes("attributes")) assert.match(xattrs(folder), /capability/);
    assert.is(
      spawnSync("diff", ["-r", "--no-dereference", folder, theirs], { encoding: "latin1" }).stdout.match(
        /differ/,
      ),
      null,
    );
  });
}

test("what umoci unpacks is what we unpack", [...tools, tool("umoci")], async () => {
  const tree = makeTree();
  // A time that it takes for another one.
  execFileSync("touch", ["--date=@2000000000", path.join(tree, "dir/after")]);
  const archive = execFileSync("tar", ["--format=pax", "--numeric-owner", "-C", tree, "-cf", "-", "."], {
    maxBuffer: 1e9,
  });
  const folder = tempDir();
  const umoci = (...args: string[]) => execFileSync("umoci", args, { cwd: folder, stdio: "pipe" });
  writeFileSync(path.join(folder, "layer.tar"), archive);
  umoci("init", "--layout", "image");
  umoci("new", "--image", "image:latest");
  umoci("raw", "add-layer", "--image", "image:latest", "layer.tar");
  umoci("raw", "unpack", "--image", "image:latest", "theirs");
  const ours = await unpackArchive(archive, pieces(archive));
  assert.equal(listing(ours.folder), listing(path.join(folder, "theirs")));
});

test(
  "gzip, its members one after another, zstd and plain tar are known by their first bytes",
  [root, tool("zstd")],
  async () => {
    const archive = Buffer.concat([file("a", "x".repeat(5000)), END]);
    const zstd = (bytes: Buffer) => execFileSync("zstd", ["-c"], { input: bytes, stdio: "pipe" });
    const half = archive.length / 2;
    for (const packed of [
      archive,
      gzipSync(archive),
      Buffer.concat([gzipSync(archive.subarray(0, half)), gzipSync(archive.subarray(half))]),
      zstd(archive),
      Buffer.concat([zstd(archive.subarray(0, half)), zstd(archive.subarray(half))]),
    ]) {
      const { at } = await unpackArchive(archive, pieces(packed, 3));
      assert.is(readFileSync(at("a"), "utf8").length, 5000);
    }
  },
);

test("a zstd layer of many frames, some of which are none", [root, tool("zstd")], async () => {
  const files = Array.from({ length: 40 }, (_, i) => file(`f${i}`, "abc".repeat(i * 37)));
  const archive = Buffer.concat([...files, END]);
  const frames: Buffer[] = [];
  for (let at = 0; at < archive.length; at += 3001) {
    const skippable = Buffer.from("502a4d1803000000ffffff", "hex");
    const input = archive.subarray(at, at + 3001);
    const flags = at % 2 ? ["--no-check"] : [];
    frames.push(execFileSync("zstd", ["-c", ...flags], { input, stdio: "pipe" }), skippable);
  }
  for (const size of [1, 7, 100, 1e6]) {
    const { at } = await unpackArchive(archive, pieces(Buffer.concat(frames), size));
    assert.is(readFileSync(at("f39"), "utf8").length, 39 * 37 * 3);
  }
});

test(
  "zstd that wants too much memory is refused, and so is what is damaged",
  [root, tool("zstd")],
  async () => {
    const archive = Buffer.concat([file("a", "x"), END]);
    const good = execFileSync("zstd", ["-c"], { input: archive, stdio: "pipe" });
    const cases: [Buffer, RegExp][] = [
      // A window of 2 GiB; and no window, but 2 GiB of content.
      [Buffer.concat([good, Buffer.from("28b52ffd00a8010000", "hex")]), /wants 2147483648 bytes/],
      [Buffer.concat([good, Buffer.from("28b52ffda000000080010000", "hex")]), /wants 2147483648 bytes/],
      [Buffer.concat([good, Buffer.from("garbage")]), /no zstd frame/],
      [good.subarray(0, -9), /cut off/],
      [good.subarray(0, -2), /cut off/],
      [Buffer.from(good).fill(0xff, 20, 60), /damaged/],
    ];
    for (const [packed, message] of cases) {
      await unpackArchive(archive, pieces(packed)).then(
        () => assert.unreachable(),
        (error: Error) => assert.match(error.message, message),
      );
    }
  },
);

test(
  "a whiteout hides what is below; an opaque directory all that is",
  [root, tool("getfattr")],
  async () => {
    const { at, result } = await unpack(
      file("a/.wh.gone"),
      directory("a"),
      file("b/.wh..wh..opq"),
      file("b/new", "x"),
    );
    assert.ok(isWhiteout(at("a", "gone")));
    assert.is(xattr(at("b"), "trusted.overlay.opaque"), "y");
    assert.is(readFileSync(at("b", "new"), "utf8"), "x");
    assert.not(result.opaque);
    assert.equal(readdirSync(at("b")), ["new"]);
    assert.ok((await unpack(file(".wh..wh..opq"))).result.opaque);
  },
);

test(
  "a directory that is removed and made again is opaque, in whichever order it is said",
  [root, tool("getfattr")],
  async () => {
    for (const entries of [
      [file(".wh.d"), directory("d"), file("d/f", "x")],
      [directory("d"), file("d/f", "x"), file(".wh.d")],
      [file(".wh.d"), file("d/f", "x")],
    ]) {
      const { at } = await unpack(...entries);
      assert.is(xattr(at("d"), "trusted.overlay.opaque"), "y");
      assert.is(readFileSync(at("d", "f"), "utf8"), "x");
    }
  },
);

test("a file that is removed and made again is there, in whichever order it is said", [root], async () => {
  for (const entries of [
    [file(".wh.f"), file("f", "x")],
    [file("f", "x"), file(".wh.f")],
  ]) {
    assert.is(readFileSync((await unpack(...entries)).at("f"), "utf8"), "x");
  }
});

test("an ordinary user's marks are others, and devices are left out", [root, tool("getfattr")], async () => {
  const device = entry({ name: "null", type: "3", major: 1, minor: 3 });
  const archive = Buffer.concat([file("d/.wh..wh..opq"), file(".wh.gone"), device, file("a"), END]);
  const { at } = await unpackArchive(archive, pieces(archive), "user");
  assert.is(xattr(at("d"), "user.overlay.opaque"), "y");
  assert.ok(isWhiteout(at("gone")));
  assert.equal(readdirSync(at()).sort(), ["a", "d", "gone"]);
});

test("a root without an entry is anybody's to read, whatever the umask", [root], async () => {
  const before = process.umask(0o077);
  try {
    const { folder, at } = await unpack(file("d/a", "x", { mode: 0o664 }), directory("e"));
    const modes = [folder, at("d"), at("d", "a"), at("e")].map((each) => statSync(each).mode & 0o777);
    assert.equal(modes, [0o755, 0o755, 0o664, 0o755]);
  } finally {
    process.umask(before);
  }
});

test("aufs's own files are left out", [root], async () => {
  const { at } = await unpack(
    file(".wh..wh.aufs"),
    directory(".wh..wh.plnk"),
    file(".wh..wh.plnk/1.2", "x"),
    file("a"),
  );
  assert.equal(readdirSync(at()), ["a"]);
});

test("overlayfs shows a layer as it is meant", [root], async () => {
  const lower = await unpack(file("gone", "x"), file("kept", "x"), file("d/old", "x"), file("e/old", "x"));
  const upper = await unpack(
    file(".wh.gone"),
    file("d/.wh..wh..opq"),
    file("d/new", "x"),
    file(".wh.e"),
    directory("e"),
  );
  const mountpoint = tempDir();
  const options = `lowerdir=${upper.folder}:${lower.folder}`;
  const { stdout } = await run([
    ...["unshare", "--mount", "sh", "-euc", `mount -t overlay overlay -o "$1" "$2"; cd "$2"; find . | sort`],
    ...["sh", options, mountpoint],
  ]);
  assert.equal(stdout.trim().split("\n"), [".", "./d", "./d/new", "./e", "./kept"]);
});

test("numbers that octal digits have no room for", [root], async () => {
  const { at } = await unpack(
    file("a", "x", { uid: base256(4_000_000_000n, 8) }),
    pax({ uid: "3000000000", gid: "7", mtime: "1700000000.987654321", path: "b" }),
    file("x", "x"),
    pax({ mtime: "-1.5" }),
    file("c", "x"),
  );
  assert.is(statSync(at("a")).uid, 4_000_000_000);
  const { uid, gid, mtimeNs } = statSync(at("b"), { bigint: true });
  assert.equal([uid, gid, mtimeNs], [3_000_000_000n, 7n, 1_700_000_000_987_654_321n]);
  assert.is(statSync(at("c"), { bigint: true }).mtimeNs, -1_500_000_000n);
});

test("an archive without its end, and without its last entry's padding", [root], async () => {
  const archive = file("a", "last").subarray(0, 512 + 4);
  const { at } = await unpackArchive(archive, pieces(archive));
  assert.is(readFileSync(at("a"), "utf8"), "last");
});

test("old headers, and directories that are called files", [root], async () => {
  const { at } = await unpack(
    file("v7", "x", { magic: "\0\0\0\0\0\0\0\0" }),
    file("dir/", "", { magic: "\0\0\0\0\0\0\0\0" }),
    file("full/", "what a directory can't have"),
    entry({ name: "contiguous", type: "7", content: "y" }),
    entry({ name: "sized", type: "5", size: 512 }),
    file("after", "z"),
  );
  assert.equal(readdirSync(at()).sort(), ["after", "contiguous", "dir", "full", "sized", "v7"]);
});

test("a sparse file takes no room for its holes", [root], async () => {
  const { at } = await unpack(oldSparse([[1_000_000, 3]], 10_000_000, "end"));
  const stat = statSync(at("sparse"));
  assert.is(stat.size, 10_000_000);
  assert.ok(stat.blocks * 512 < 100_000, `${stat.blocks} blocks`);
  assert.is(readFileSync(at("sparse")).toString("latin1", 1_000_000, 1_000_003), "end");
});

test("directories keep their times, whatever is put into them", [root], async () => {
  const { at } = await unpack(
    directory("d", { modified: 5 }),
    directory("d/e", { modified: 6 }),
    file("d/e/f"),
    hardlink("d/g", "d/e/f"),
  );
  assert.equal([statSync(at("d")).mtimeMs, statSync(at("d", "e")).mtimeMs], [5000, 6000]);
});

test("a symlink is followed within the layer only", [root], async () => {
  const { at } = await unpack(
    directory("usr/lib"),
    symlink("lib", "/usr/lib"),
    symlink("up", "../../usr"),
    file("lib/a", "x"),
    file("up/lib/b", "y"),
  );
  assert.equal(readdirSync(at("usr", "lib")).sort(), ["a", "b"]);
});

test("no descriptor is left open, whether it goes well or not", [root], async () => {
  const count = () => readdirSync("/proc/self/fd").length;
  await unpack(file("a"));
  const before = count();
  await unpack(directory("d"), file("d/a", "x"), hardlink("b", "d/a"), file("d", "x"));
  for (const bad of [file("../x"), file("a", "x", { size: 9999 }), hardlink("a", "b/c/d"), file(".wh.d/e")]) {
    await unpack(directory("d"), file("d/a", "x"), symlink("s", "nowhere"), bad).then(
      () => assert.unreachable(),
      () => {},
    );
  }
  assert.is(count(), before);
});

/** Unpacks in a process of its own, whose memory is measured: the most that it had, in bytes. */
async function memoryFor(archive: string, diffId: string): Promise<number> {
  const script = path.join(import.meta.dirname, "../test/unpack-memory.ts");
  const folder = path.join(tempDir(), "layer");
  const { stdout, stderr, status } = await run(node(script, [archive, diffId, folder]));
  assert.is(status, 0, stderr);
  assert.equal(readdirSync(folder), ["after", "big"]);
  return Number(stdout) * 1024;
}

/** Writes a compressed archive with one file of zeros, and returns its diff id. */
function writeZeros(target: string, mebibytes: number): string {
  const hash = createHash("sha256");
  const fd = openSync(target, "w");
  // gzip's members may stand one after another: so a MiB of zeros has to be compressed only once.
  const member = (bytes: Buffer) => ({ bytes, packed: gzipSync(bytes) });
  const write = ({ bytes, packed }: { bytes: Buffer; packed: Buffer }) => {
    hash.update(bytes);
    writeSync(fd, packed);
  };
  const zeros = member(Buffer.alloc(1 << 20));
  const size = mebibytes * 2 ** 20;
  write(member(entry({ name: "big", size: base256(BigInt(size), 12) })));
  for (let i = 1; i < mebibytes; i++) write(zeros);
  write(member(Buffer.concat([zeros.bytes.subarray(1), Buffer.from("!"), file("after", "x"), END])));
  closeSync(fd);
  return `sha256:${hash.digest("hex")}`;
}

test("5 GiB in one file: more than 32 bits can count, and memory doesn't grow with it", [root], async () => {
  const memory: number[] = [];
  for (const mebibytes of [50, 5 * 1024]) {
    const archive = path.join(tempDir(), "layer.tar.gz");
    memory.push(await memoryFor(archive, writeZeros(archive, mebibytes)));
  }
  const [small = 0, large = 0] = memory;
  assert.ok(large < small + 60 * 2 ** 20, `${small} bytes for 50 MiB, ${large} for 5 GiB`);
});

test("a full disk is an error, and nothing is left", [root], async () => {
  const folder = tempDir();
  const script = path.join(import.meta.dirname, "../test/unpack-memory.ts");
  const archive = path.join(folder, "layer.tar");
  const bytes = Buffer.concat([file("a", Buffer.alloc(3 << 20, "x")), END]);
  writeFileSync(archive, bytes);
  const small = path.join(folder, "small");
  mkdirSync(small);
  const command = node(script, [archive, sha256(bytes), path.join(small, "layer")]);
  const { stdout, stderr } = await run([
    ...["unshare", "--mount", "sh", "-uc", 'mount -t tmpfs -o size=1m none "$1"; shift; "$@"; ls -A "$0"'],
    ...[small, small, ...command],
  ]);
  assert.match(stderr, /^error: layer: .*ENOSPC/);
  assert.is(stdout, "");
});

test.run();
