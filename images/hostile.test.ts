import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { UserError } from "../common/errors.ts";
import { base256, directory, END, entry, file, hardlink, oldSparse, pax, symlink } from "../test/archive.ts";
import { assert, root, suite, tempDir } from "../test/harness.ts";
import { unpackNaively } from "../test/naive.ts";
import { unpackLayer } from "./unpack.ts";

const test = suite("hostile archives");

/** A folder to unpack into, and beside it what an archive wants to reach. */
class Sandbox {
  readonly root = tempDir();
  readonly bait = path.join(this.root, "bait");
  readonly folder = path.join(this.root, "layers", "layer");
  private readonly before: string;

  constructor() {
    mkdirSync(path.join(this.bait, "folder"), { recursive: true });
    mkdirSync(path.dirname(this.folder));
    writeFileSync(path.join(this.bait, "secret"), "untouched");
    this.before = this.world();
  }

  assertUntouched(): void {
    assert.is(this.world(), this.before);
  }

  /** All outside of the folder: names, contents, owners, modes, links and times. */
  private world(): string {
    const lines: string[] = [];
    const visit = (place: string) => {
      for (const name of readdirSync(place).sort()) {
        const each = path.join(place, name);
        if (each === this.folder) continue;
        const { mode, uid, gid, nlink, size, mtimeMs, ino } = lstatSync(each);
        // The parent of the folder changes when the folder comes.
        const changing = each === path.dirname(this.folder);
        lines.push(JSON.stringify([each, mode, uid, gid, ino, changing || [nlink, size, mtimeMs]]));
        if (lstatSync(each).isDirectory()) visit(each);
        else if (lstatSync(each).isFile()) lines.push(readFileSync(each, "latin1"));
      }
    };
    visit(this.root);
    return lines.join("\n");
  }
}

interface Row {
  readonly archive: (sandbox: Sandbox) => Buffer[];
  /** Why it is refused. */
  readonly error?: RegExp;
  /** It is taken, and this holds. `at` is a path in the unpacked layer. */
  readonly check?: (at: (...names: string[]) => string, sandbox: Sandbox) => void;
  readonly limits?: { bytes: number; entries: number };
  readonly diffId?: string;
  /** What is done to the archive's bytes in the end. */
  readonly wrap?: (archive: Buffer) => Buffer;
}

const text = (place: string): string => readFileSync(place, "utf8");
const inside = (sandbox: Sandbox) => sandbox.bait.slice(1);
const deep = (name: string, levels: number) => Array(levels).fill(name).join("/");

const ROWS: Readonly<Record<string, Row>> = {
  "a name that leads up": { archive: () => [file("../escaped", "x")], error: /leads up/ },
  "a name that leads up later": {
    archive: () => [directory("a"), file("a/../../escaped", "x")],
    error: /leads up/,
  },
  "an absolute name": {
    archive: ({ bait }) => [pax({ path: `${bait}/secret` }), file("x", "mine")],
    check: (at, sandbox) => assert.is(text(at(inside(sandbox), "secret")), "mine"),
  },
  "a symlink to outside, and a file through it": {
    archive: ({ bait }) => [symlink("out", bait), file("out/secret", "x")],
    error: /leads nowhere/,
  },
  "a symlink that climbs out, and a file through it": {
    archive: () => [symlink("out", "../../bait"), file("out/secret", "x")],
    error: /leads nowhere/,
  },
  "symlinks that lead out together": {
    archive: () => [
      directory("d"),
      symlink("d/up", ".."),
      symlink("out", "d/up/../../bait"),
      file("out/secret", "x"),
    ],
    error: /leads nowhere/,
  },
  "an absolute symlink is one within the layer": {
    archive: (sandbox) => [
      pax({ path: `${inside(sandbox)}/` }),
      directory("x"),
      symlink("out", sandbox.bait),
      file("out/secret", "mine"),
    ],
    check: (at, sandbox) => assert.is(text(at(inside(sandbox), "secret")), "mine"),
  },
  "a file over a symlink to outside": {
    archive: ({ bait }) => [symlink("x", `${bait}/secret`), file("x", "mine")],
    check: (at) => assert.ok(lstatSync(at("x")).isFile()),
  },
  "a directory over a symlink to outside": {
    archive: ({ bait }) => [symlink("x", bait), directory("x", { mode: 0o777 }), file("x/secret", "mine")],
    check: (at) => assert.is(text(at("x", "secret")), "mine"),
  },
  "a symlink over a directory, whose times are set last": {
    archive: ({ bait }) => [directory("x", { mode: 0o700 }), file("x/f", "x"), symlink("x", bait)],
    check: (at, { bait }) => assert.is(readlinkSync(at("x")), bait),
  },
  "a hard link that leads up": { archive: () => [hardlink("h", "../../bait/secret")], error: /leads up/ },
  "a hard link to an absolute name": {
    archive: ({ bait }) => [hardlink("h", `${bait}/secret`)],
    error: /isn't in the layer/,
  },
  "a hard link through a symlink": {
    archive: ({ bait }) => [symlink("s", bait), hardlink("h", "s/secret")],
    error: /leads nowhere/,
  },
  "a hard link to a symlink, and a file over it": {
    archive: ({ bait }) => [symlink("s", `${bait}/secret`), hardlink("h", "s"), file("h", "mine")],
    check: (at, { bait }) => assert.equal([text(at("h")), readlinkSync(at("s"))], ["mine", `${bait}/secret`]),
  },
  "a hard link to a directory": { archive: () => [directory("d"), hardlink("h", "d")], error: /EPERM/ },
  "a whiteout of the directory above": {
    archive: () => [directory("a"), file("a/.wh...")],
    error: /whiteout of no file/,
  },
  "a whiteout of the directory itself": { archive: () => [file("a/.wh..")], error: /whiteout of no file/ },
  "a whiteout without a name": { archive: () => [file("a/.wh.")], error: /whiteout of no file/ },
  "a whiteout through a symlink": {
    archive: ({ bait }) => [symlink("out", bait), file("out/.wh.secret")],
    error: /leads nowhere/,
  },
  "an opaque directory through a symlink": {
    archive: ({ bait }) => [symlink("out", bait), file("out/.wh..wh..opq")],
    error: /leads nowhere/,
  },
  "a file in a whiteout": { archive: () => [file(".wh.a/b", "x")], error: /has files in it/ },
  "a whiteout that is a symlink": { archive: ({ bait }) => [symlink(".wh.a", bait)], error: /no file/ },
  "a device that can't be": {
    archive: () => [entry({ name: "d", type: "3", major: 0o7777777, minor: 1 })],
    error: /no device/,
  },
  "overlayfs's redirect": {
    archive: () => [pax({ "SCHILY.xattr.trusted.overlay.redirect": "/../../etc" }), directory("d")],
    error: /overlayfs's own/,
  },
  "overlayfs's metacopy, as an ordinary user has it": {
    archive: () => [pax({ "SCHILY.xattr.user.overlay.metacopy": "" }), file("f", "x")],
    error: /overlayfs's own/,
  },
  "an attribute's name with a NUL in it": {
    archive: () => [pax({ "SCHILY.xattr.user.a\0b": "x" }), file("f", "x")],
    error: /can't be called/,
  },
  "cut off in a file": {
    archive: () => [file("a", "x".repeat(3000))],
    wrap: (all) => all.subarray(0, 2048),
    error: /cut off/,
  },
  "cut off in a header": {
    archive: () => [file("a", "x"), file("b", "y")],
    wrap: (all) => all.subarray(0, 1300),
    error: /cut off/,
  },
  "cut off after an extended header": {
    archive: () => [file("a", "x"), pax({ path: "b" })],
    wrap: (all) => all.subarray(0, -1024),
    error: /cut off/,
  },
  "a wrong checksum": {
    archive: () => [file("a", "x"), file("b", "y", { after: (header) => header.write("0", 150) })],
    error: /damaged/,
  },
  "letters for digits": {
    archive: () => [file("a", "x"), file("b", "", { size: Buffer.from("0000000zzzz\0") })],
    error: /number/,
  },
  "a negative size": {
    archive: () => [file("a", "x"), file("b", "", { size: base256(-512n, 12) })],
    error: /negative/,
  },
  "a size beyond all numbers": {
    archive: () => [file("a", "x"), file("b", "", { size: base256(2n ** 80n, 12) })],
    error: /too large/,
  },
  "a size that swallows the rest": {
    archive: () => [file("a", "x", { size: 1e9 }), file("b", "y")],
    error: /cut off/,
  },
  "an extended size that swallows the rest": {
    archive: () => [pax({ size: "1000000" }), file("a", "x")],
    error: /cut off/,
  },
  "an extended size that is smaller": {
    archive: () => [pax({ size: "1" }), file("a", "x".repeat(600)), file("b", "y")],
    error: /damaged/,
  },
  "an extended header that is malformed": {
    archive: () => [entry({ type: "x", content: "99 path=../escaped\n" }), file("a", "x")],
    error: /malformed/,
  },
  "an extended header without end": {
    archive: () => [entry({ type: "x", size: 2 ** 30 })],
    error: /too long/,
  },
  "a name with a NUL in it": { archive: () => [pax({ path: "a\0b" }), file("a", "x")], error: /NUL/ },
  "no archive": { archive: () => [Buffer.from("#!/bin/sh\n".repeat(200))], error: /not a tar archive/ },
  "an unknown type": {
    archive: () => [entry({ name: "a", type: "Z", content: "x" })],
    error: /unknown type/,
  },
  "a root that is no directory": {
    archive: ({ bait }) => [symlink("./", bait)],
    error: /root isn't a directory/,
  },
  "a user that chown takes for none": {
    archive: () => [file("a", "x", { uid: base256(0xffffffffn, 8) })],
    error: /no user/,
  },
  "a sparse file whose pieces overlap": {
    archive: () => [
      oldSparse(
        [
          [0, 600],
          [512, 424],
        ],
        2048,
        "x".repeat(1024),
      ),
    ],
    error: /overlap/,
  },
  "a sparse file with more data than its map": {
    archive: () => [oldSparse([[0, 512]], 2048, "x".repeat(1024))],
    error: /lies/,
  },
  "a sparse file beyond its size": {
    archive: () => [oldSparse([[4096, 1024]], 2048, "x".repeat(1024))],
    error: /lies/,
  },
  "a sparse map that never ends": {
    archive: () => [
      pax({
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.realsize": "9",
        "GNU.sparse.name": "s",
      }),
      file("s", `999999\n${"0\n".repeat(2000)}`),
    ],
    error: /lies/,
  },
  "a file as a directory": { archive: () => [file("a", "x"), file("a/b", "y")], error: /isn't a directory/ },
  "a path too long to be removed again": {
    archive: () => [pax({ path: `${deep("d".repeat(200), 25)}/f` }), file("x", "x")],
    error: /too long/,
  },
  "symlinks that make a path longer than any": {
    archive: () =>
      Array.from({ length: 9 }, (_, i) => {
        const path = `${i === 0 ? "" : `s${i - 1}/`}${deep("d".repeat(200), 3)}`;
        return [pax({ path: `${path}/` }), directory("x"), pax({ linkpath: path }), symlink(`s${i}`, "x")];
      }).flat(),
    error: /too long/,
  },
  "a name longer than any": {
    archive: () => [pax({ path: "n".repeat(256) }), file("x", "x")],
    error: /too long/,
  },
  "a hard link to a name longer than any": {
    archive: () => [pax({ linkpath: "n".repeat(256) }), hardlink("h", "x")],
    error: /too long/,
  },
  "a symlink to a path longer than any": {
    archive: () => [pax({ linkpath: deep("n", 3000) }), symlink("s", "x")],
    error: /no symlink can lead/,
  },
  "an attribute larger than any": {
    archive: () => [pax({ "SCHILY.xattr.user.a": Buffer.alloc(70_000) }), file("f", "x")],
    error: /70000 bytes/,
  },
  "a symlink that goes round": {
    archive: () => [symlink("a", "b"), symlink("b", "a"), file("a/f", "x")],
    error: /ELOOP/,
  },
  "more bytes than allowed": {
    archive: () => [file("zeros", Buffer.alloc(8 << 20))],
    wrap: gzipSync,
    limits: { bytes: 4 << 20, entries: 10 },
    error: /more than 4 MiB/,
  },
  "more entries than allowed": {
    archive: () => Array.from({ length: 11 }, (_, i) => directory(`d${i}`)),
    limits: { bytes: 1e9, entries: 10 },
    error: /more than 10 entries/,
  },
  "another layer than the image says": {
    archive: () => [file("a", "x")],
    diffId: `sha256:${"0".repeat(64)}`,
    error: /but the image says/,
  },
  "damaged compression": {
    archive: () => [file("a", Buffer.from(Array.from({ length: 90_000 }, (_, i) => (i * i) % 251)))],
    wrap: (all) => {
      const bytes = gzipSync(all);
      return bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 9);
    },
    error: /compressed data is damaged/,
  },
  "what comes after the end": {
    archive: () => [file("a", "x"), END, file("../escaped", "y")],
    check: (at) => assert.equal(readdirSync(at()), ["a"]),
  },
  "a global header that renames all": {
    archive: () => [pax({ path: "../escaped" }, "g"), pax({ mtime: "1" }), file("a", "x")],
    check: (at) => assert.equal(readdirSync(at()), ["a"]),
  },
  "a file, then a directory of its name": {
    archive: () => [file("a", "x"), directory("a"), file("a/b", "y")],
    check: (at) => assert.is(text(at("a", "b")), "y"),
  },
  "a directory, then a file of its name": {
    archive: () => [directory("a"), directory("a/b"), file("a/b/c", "x"), file("a", "y")],
    check: (at) => assert.is(text(at("a")), "y"),
  },
  "a symlink twice": {
    archive: () => [symlink("a", "b"), symlink("a", "c")],
    check: (at) => assert.is(readlinkSync(at("a")), "c"),
  },
  "a pipe, then a file of its name": {
    archive: () => [pipe("p"), file("f", "x"), hardlink("p", "f"), file("f", "y")],
    check: (at) => assert.equal([text(at("p")), text(at("f"))], ["x", "y"]),
  },
  "names that are no text": {
    archive: () => [file(Buffer.from("\xff\xfe\n\x1b[31m", "latin1"), "x")],
    check: (at) => {
      const names = readdirSync(at(), { encoding: "buffer" }).map((name) => name.toString("latin1"));
      assert.equal(names, ["\xff\xfe\n\x1b[31m"]);
    },
  },
};

/** A pipe: what opens it to write waits for ever. */
const pipe = (name: string): Buffer => entry({ name, type: "6" });

const bytesOf = (row: Row, sandbox: Sandbox): Buffer => Buffer.concat([...row.archive(sandbox), END]);

async function unpack(row: Row, sandbox: Sandbox): Promise<void> {
  const plain = bytesOf(row, sandbox);
  const archive = row.wrap?.(plain) ?? plain;
  const whole = row.wrap === gzipSync ? plain : archive;
  const diffId = row.diffId ?? `sha256:${createHash("sha256").update(whole).digest("hex")}`;
  const limits = row.limits ?? { bytes: 1e9, entries: 1e6 };
  // In small pieces, so that every header is split somewhere.
  const pieces = Array.from({ length: Math.ceil(archive.length / 700) }, (_, i) =>
    archive.subarray(i * 700, i * 700 + 700),
  );
  await unpackLayer(from(archive.length < 100_000 ? pieces : [archive]), sandbox.folder, {
    diffId,
    limits,
    marks: "trusted",
  });
}

async function* from(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

/** What a row demands of the world, whoever unpacks it; returns the error where it is refused. */
async function judge(row: Row, sandbox: Sandbox, unpacking: () => Promise<void>): Promise<unknown> {
  const error = await unpacking().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  sandbox.assertUntouched();
  if (row.check) {
    if (error) throw error;
    row.check((...names) => path.join(sandbox.folder, ...names), sandbox);
  } else {
    assert.ok(error, "it is taken");
    assert.equal(readdirSync(path.dirname(sandbox.folder)), [], "something is left");
  }
  return error;
}

for (const [title, row] of Object.entries(ROWS)) {
  test(title, [root], async () => {
    const sandbox = new Sandbox();
    const error = await judge(row, sandbox, () => unpack(row, sandbox));
    if (!row.error) return;
    assert.instance(error, UserError, `${error}`);
    assert.match((error as UserError).message, row.error);
    assert.not.match((error as UserError).message, /\p{Cc}/u);
  });

  test(`${title}: a naive program fails this`, [root], async () => {
    const sandbox = new Sandbox();
    let failed = false;
    try {
      const archive = bytesOf(row, sandbox);
      await judge(row, sandbox, () => unpackNaively(row.wrap?.(archive) ?? archive, sandbox.folder));
    } catch {
      failed = true;
    } finally {
      // Some of it is so deep that Node can't remove it.
      spawnSync("rm", ["-rf", sandbox.root]);
    }
    assert.ok(failed);
  });
}

test.run();
