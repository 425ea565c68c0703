import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { realRegistry, writeLayout } from "../../images/testing/real-registry.ts";
import { directory, entry, file, symlink } from "../../test/archive.ts";
import { assertError } from "../../test/behaviours.ts";
import {
  assert,
  assertSame,
  type Running,
  root,
  run,
  runtime,
  snapshot,
  start,
  suite,
  tempDir,
  tool,
} from "../../test/harness.ts";
import { base, busybox, image, layer, load } from "../../test/images.ts";

const test = suite("05-overlay: images");
const chapter = "05-overlay";
const home = tempDir();
const env = { FT_DOCKER_HOME: home };
const ft = (...words: string[]) => run([...runtime(chapter), ...words], { env });
const good = async (...words: string[]) => {
  const { status, stdout, stderr } = await ft(...words);
  assert.is(`${status}${stderr}`, "0", words.join(" "));
  return stdout;
};
const needs = [root, busybox];
const add = (name: string, layers: readonly Buffer[], execution: object = {}) =>
  load(chapter, home, name, image(layers, execution));

/** A container that says its id and goes on until its input ends. */
async function open(...words: string[]): Promise<{ id: string; running: Running; end: () => Promise<void> }> {
  const running = start([...runtime(chapter), "run", ...words, "sh", "-ec", script], { env });
  const [, id = ""] = await running.waitFor(/^ready (\w+)$/m);
  const end = async () => {
    running.child.stdin?.end();
    const { status, stderr } = await running.done;
    assert.is(`${status}${stderr}`, "0");
  };
  return { id, running, end };
}
const script = 'echo ready $(hostname); while read line; do eval "$line"; echo did it; done';

async function does(running: Running, line: string): Promise<void> {
  const before = running.output().stdout.match(/did it/g)?.length ?? 0;
  running.type(`${line}\n`);
  await running.waitFor(new RegExp(`(did it[^]*){${before + 1}}`));
}

// What the image says of its command

test("Entrypoint and Cmd: words replace the one, never the other", needs, async () => {
  await add("both", [base()], { Entrypoint: ["echo", "entry"], Cmd: ["own", "words"] });
  await add("entry", [base()], { Entrypoint: ["echo", "entry"] });
  await add("cmd", [base()], { Cmd: ["echo", "own"] });
  await add("none", [base()]);
  assert.is(await good("run", "--image", "both"), "entry own words\n");
  assert.is(await good("run", "--image", "both", "others"), "entry others\n");
  assert.is(await good("run", "--image", "both", "--", "--read-only"), "entry --read-only\n");
  assert.is(await good("run", "--image", "entry"), "entry\n");
  assert.is(await good("run", "--image", "cmd"), "own\n");
  assert.is(await good("run", "--image", "cmd", "echo", "mine"), "mine\n");
  const { status, stderr } = await ft("run", "--image", "none");
  assert.is(status, 125);
  assertError(stderr, "run: no command");
});

test("Env and WorkingDir apply, and flags win over them", needs, async () => {
  const Env = ["PATH=/bin:/own", "NAME=of the image", "OTHER=a=b", "HOME=/elsewhere"];
  await add("settings", [base()], { Env, WorkingDir: "/made/for/it" });
  const lines = async (...flags: string[]) =>
    (await good("run", "--image", "settings", ...flags, "sh", "-c", "env; pwd; stat -c %a.%u .")).split("\n");
  const own = await lines();
  for (const line of [...Env, "/made/for/it", "755.0"]) assert.ok(own.includes(line), `${line}: ${own}`);
  const flags = await lines("-e", "NAME=mine", "-w", "/tmp", "-e", "HOME=/mine");
  for (const line of ["NAME=mine", "OTHER=a=b", "/tmp", "HOME=/mine"]) assert.ok(flags.includes(line), line);
  await add("relative", [base()], { WorkingDir: "srv/../opt/" });
  assert.is(await good("run", "--image", "relative", "pwd"), "/opt\n");
});

test("a WorkingDir that is a file, or is reached by a symlink", needs, async () => {
  await add("linked", [base(symlink("cwd", "/tmp"))], { WorkingDir: "/cwd/below" });
  assert.is(await good("run", "--image", "linked", "pwd"), "/tmp/below\n");
  await add("filed", [base(file("cwd", ""))], { WorkingDir: "/cwd" });
  const { status, stderr } = await ft("run", "--image", "filed", "pwd");
  assert.is(status, 125);
  assertError(stderr, "step ");
});

// Its user

const IDS = "echo $(id -u):$(id -g):$(id -G) $HOME";

test("User: a name, a number, with a group or without, and the groups beside it", needs, async () => {
  for (const [User, expected] of [
    ["ann", "1000:1001:1001 2000 3000 /home/ann"],
    ["1000", "1000:1001:1001 2000 3000 /home/ann"],
    ["ann:lab", "1000:2000:2000 /home/ann"],
    ["ann:77", "1000:77:77 /home/ann"],
    ["4242", "4242:0:0 /"],
    ["4242:4343", "4242:4343:4343 /"],
    ["4242:team", "4242:3000:3000 /"],
    ["root", "0:0:0 2000 /root"],
    ["0:team", "0:3000:3000 /root"],
    ["", "0:0:0 /root"],
  ]) {
    await add("user", [base()], { User });
    assert.is(await good("run", "--image", "user", "sh", "-c", IDS), `${expected}\n`, `User ${User}`);
  }
});

test("a user that isn't root has no rights of root's", needs, async () => {
  await add("user", [base()], { User: "ann" });
  const status = await good("run", "--image", "user", "grep", "-E", "^Cap(Prm|Eff|Amb)", "/proc/self/status");
  assert.is(status.match(/\t0{16}$/gm)?.length, 3, status);
  const touched = await ft("run", "--image", "user", "touch", "/bin/made");
  assert.match(touched.stderr, /Permission denied/);
  await good("run", "--image", "user", "--init", "touch", "/tmp/made");
});

test("a User that isn't there, and numbers that aren't any", needs, async () => {
  for (const [User, what] of [
    ["nobody-here", `"nobody-here" isn't in the image's /etc/passwd`],
    ["ann:nogroup", `"nogroup" isn't in the image's /etc/group`],
    ["4294967295", `"4294967295" isn't in the image's /etc/passwd`],
    ["-1", `"-1" isn't in the image's /etc/passwd`],
    ["1000:-1", `"-1" isn't in the image's /etc/group`],
    ["ann:", `"" isn't in the image's /etc/group`],
  ] as const) {
    await add("user", [base()], { User });
    const { status, stderr } = await ft("run", "--image", "user", "true");
    assert.is(status, 125, User);
    assertError(stderr, `user ${JSON.stringify(User)}: ${what}`);
  }
});

test("a hostile /etc/passwd: a FIFO, a device, a symlink out, a huge one, odd lines", needs, async () => {
  const outside = path.join(tempDir(), "passwd");
  writeFileSync(outside, "evil:x:0:0::/:/bin/sh\n");
  const passwd = "etc/passwd";
  for (const [what, made] of [
    ["a FIFO", entry({ name: passwd, type: "6" })],
    ["/dev/zero", entry({ name: passwd, type: "3", major: 1, minor: 5 })],
    ["a directory", directory(passwd)],
    ["a symlink out", symlink(passwd, outside)],
    ["a symlink up and out", symlink(passwd, `../../../../../../../..${outside}`)],
    ["a symlink to itself", symlink(passwd, "passwd")],
    ["a link of the kernel's", symlink(passwd, "/proc/self/fd/0")],
    ["huge", file(passwd, Buffer.alloc(2 << 20, "evil:x:0:0::/:/bin/sh\n"))],
    ["odd lines", file(passwd, ":::\n\0\nevil\nevil:x\nevil:x:minus:0\nevil:x:-5:0::/:\n")],
  ] as const) {
    await add("user", [base(), layer(file("etc/.wh.passwd")), layer(made)], { User: "evil" });
    const { status, stderr } = await ft("run", "--image", "user", "id");
    assert.is(status, 125, `${what}: ${stderr}`);
    assertError(stderr, 'user "evil": ');
    await add("user", [base(), layer(file("etc/.wh.passwd")), layer(made)], { User: "1234:5" });
    // Without id(1): it may wait for what it reads.
    const uid = await good("run", "--image", "user", "grep", "^Uid", "/proc/self/status");
    assert.is(uid, "Uid:\t1234\t1234\t1234\t1234\n", what);
  }
});

test("/etc/passwd is the one that the layers show together", needs, async () => {
  const other = file("etc/passwd", "ann:x:7:8::/other:/bin/sh\n");
  for (const [what, layers, expected] of [
    ["the upper one", [layer(directory("etc"), other)], "7"],
    ["another layer on top", [layer(other), layer(file("etc/else", ""))], "7"],
    ["removed", [layer(file("etc/.wh.passwd"))], undefined],
    ["removed with its directory", [layer(file(".wh.etc"))], undefined],
    ["a new directory in its place", [layer(directory("etc"), file("etc/.wh..wh..opq"))], undefined],
    ["a file in the directory's place", [layer(file("etc", ""))], undefined],
  ] as const) {
    await add("user", [base(), ...layers], { User: "ann" });
    const { status, stdout, stderr } = await ft("run", "--image", "user", "sh", "-c", "id -u");
    assert.is(`${status}${stdout}`, expected === undefined ? "125" : `0${expected}\n`, `${what}: ${stderr}`);
  }
});

// From a registry

test(
  "run pulls an image that is missing; --insecure asks by plain http",
  [...needs, tool("docker-registry"), tool("skopeo"), tool("umoci")],
  async () => {
    const registry = await realRegistry();
    try {
      const source = writeLayout(image([base()], { Cmd: ["cat", "/top"] }), "x");
      const config = path.join(tempDir(), "top");
      writeFileSync(config, "by umoci\n");
      execFileSync("umoci", ["insert", "--image", `${source}:x`, config, "/top"]);
      const name = `${registry.host}/test/pulled:1`;
      execFileSync("skopeo", [
        "copy",
        "--quiet",
        "--dest-tls-verify=false",
        `oci:${source}:x`,
        `docker://${name}`,
      ]);
      const first = await ft("run", "--insecure", "--image", name);
      assert.is(`${first.status}${first.stdout}`, "0by umoci\n", first.stderr);
      assert.match(await good("images"), /^127\.0\.0\.1:\d+\/test\/pulled +1 /m);
      const missing = await ft("run", "--insecure", "--image", `${registry.host}/test/missing`, "true");
      assert.is(`${missing.status}${missing.stdout}`, "125");
      assert.match(missing.stderr, /^error: .*test\/missing.*\nhint: ./m);
    } finally {
      await registry.stop();
    }
    // The registry is gone: what has been pulled isn't asked for again.
    assert.is(await good("run", "--image", `${registry.host}/test/pulled:1`), "by umoci\n");
  },
);

// commit and diff

test("diff tells A, C and D of a container that runs; commit makes an image of it", needs, async () => {
  await add(
    "start",
    [base(file("kept", "old\n"), file("gone", "x"), directory("dir"), file("dir/old", "x"))],
    {
      Cmd: ["cat", "/kept"],
      Env: ["SET=by the first"],
    },
  );
  const { id, running, end } = await open("--image", "start", "--tmpfs", "/memory");
  assert.is(await good("diff", id), "A /memory\n");
  await does(
    running,
    "echo new > /kept; rm /gone; rm -r /dir; mkdir /dir; echo x > /dir/made; touch /memory/no",
  );
  assert.is(
    await good("diff", id.slice(0, 6)),
    "C /dir\nA /dir/made\nD /dir/old\nD /gone\nC /kept\nA /memory\n",
  );
  const message = ["-m", "a message", "-a", "Ann"];
  const made = (await good("commit", ...message, id, "made:1")).trim();
  assert.match(made, /^sha256:[0-9a-f]{64}$/);
  await does(running, "echo later > /kept");
  await end();
  assert.is(await good("run", "--image", "made:1"), "new\n");
  const { stdout } = await ft(
    "run",
    "--image",
    made,
    "sh",
    "-c",
    "echo $SET; ls /dir; ls /gone; ls -A /memory",
  );
  assert.is(stdout, "by the first\nmade\n");
  assert.is(await good("run", "--image", "start"), "old\n");
  assert.match(await good("history", "made:1"), /sh -ec .*a message$/m);
});

test("commit of what runs on the built-in root filesystem, and on that again", [root], async () => {
  const first = await open();
  await does(first.running, "echo one > /one");
  await good("commit", first.id, "own");
  await first.end();
  const second = await open("--image", "own");
  await does(second.running, "cat /one > /two; rm /one");
  assert.is(await good("diff", second.id), "D /one\nA /two\n");
  await good("commit", second.id, "own");
  await second.end();
  const { stdout } = await ft("run", "--image", "own", "sh", "-c", "cat /two; ls /one; id -u");
  assert.is(stdout, "one\n0\n");
  assert.is((await good("history", "-q", "own")).trim().split("\n").length, 3);
});

test("a commit that is killed at any moment is no harm to the next one", [root], async () => {
  const { id, running, end } = await open();
  await does(running, "head -c 3000000 /dev/urandom > /large");
  for (let wait = 0; wait < 8; wait++) {
    const commit = start([...runtime(chapter), "commit", id, "killed"], { env });
    await new Promise((resolve) => setTimeout(resolve, 40 * wait));
    commit.child.kill("SIGKILL");
    await commit.done;
    await good("commit", id, `after:${wait}`);
    assert.is(await good("run", "--image", `after:${wait}`, "stat", "-c", "%s", "/large"), "3000000\n");
  }
  await end();
});

test("commit and diff of what doesn't run, or isn't one", [root], async () => {
  for (const command of ["commit", "diff"]) {
    const { status, stdout, stderr } = await ft(command, "0123456789ab");
    assert.is(`${status}${stdout}`, "125");
    assertError(stderr, `${command} 0123456789ab: no such container runs`);
    assert.match(
      (await ft(command)).stderr,
      new RegExp(`^error: ${command}: no such container runs\nhint: none`),
    );
  }
  const [one, two] = [await open("--hostname", "one"), await open("--hostname", "two")];
  const ids = readdirSync(path.join(home, "containers"));
  assert.is(ids.length, 2);
  const unknown = await ft("diff", "zzz");
  for (const id of ids) assert.match(unknown.stderr, id);
  for (const { end } of [one, two]) await end();
  assert.is((await ft("diff", ids[0] ?? "")).status, 125);
});

// Removing

test("rmi refuses what a container runs from; afterwards nothing is left of it", needs, async () => {
  const layers = () => readdirSync(path.join(home, "layers"));
  for (const line of (await good("images", "-q")).split("\n").filter((each) => each !== ""))
    await ft("rmi", "-f", line);
  assert.equal(layers(), []);
  assert.equal(readdirSync(path.join(home, "images/blobs/sha256")), []);
  const shared = base(file("shared", "x"));
  await add("one", [shared, layer(file("own", "1\n"))], { Cmd: ["cat", "/own"] });
  await add("two", [shared, layer(file("own", "2\n"))], { Cmd: ["cat", "/own"] });
  for (const name of ["one", "two"]) await good("run", "--image", name);
  assert.is(layers().length, 3);
  const { id, end } = await open("--image", "one");
  const refused = await ft("rmi", "one");
  assert.is(`${refused.status}${refused.stdout}`, "125");
  assertError(refused.stderr, `rmi one: the container ${id} runs from it`);
  await good("rmi", "two");
  assert.is(layers().length, 2);
  await end();
  await good("rmi", "one");
  assert.equal(layers(), []);
});

// save and load

test(
  "what is saved runs after it was removed and loaded; skopeo and podman read it",
  [...needs, tool("skopeo"), tool("podman")],
  async () => {
    const archive = path.join(tempDir(), "saved.tar");
    await add("whole:2", [base(), layer(file("top", "of it\n"))], { Cmd: ["cat", "/top"] });
    await good("save", "-o", archive, "whole:2");
    await good("rmi", "whole:2");
    assert.is((await ft("run", "--image", "localhost/no/whole:2")).status, 125);
    assert.is(await good("load", "-i", archive), "Loaded image: whole:2\n");
    assert.is(await good("run", "--image", "whole:2"), "of it\n");
    for (const kind of ["docker-archive", "oci-archive"]) {
      const inspected = execFileSync("skopeo", ["inspect", "--config", `${kind}:${archive}`], {
        encoding: "utf8",
      });
      assert.equal((JSON.parse(inspected) as { config: object }).config, { Cmd: ["cat", "/top"] });
    }
    const storage = tempDir();
    const flags = [
      "--root",
      path.join(storage, "root"),
      "--runroot",
      path.join(storage, "run"),
      "--storage-driver",
      "vfs",
    ];
    const podman = (...words: string[]) => run(["podman", ...flags, ...words]);
    assert.match((await podman("load", "-i", archive)).stdout, /whole:2/);
    const again = path.join(storage, "podman.tar");
    assert.is((await podman("save", "-o", again, "whole:2")).status, 0);
    await good("rmi", "whole:2");
    assert.match(await good("load", "-i", again), /^Loaded image: .*whole:2\n$/);
    assert.is(await good("run", "--image", "whole:2"), "of it\n");
    await podman("rmi", "--all", "--force");
  },
);

test("all of that leaves nothing on the host", needs, async () => {
  const before = snapshot();
  await add("start", [base()], { Cmd: ["true"] });
  await good("run", "--image", "start");
  assert.equal(readdirSync(path.join(home, "containers")), []);
  assert.equal(readdirSync(path.join(home, "images/pins")), []);
  assert.equal(readdirSync(path.join(home, "images/drafts")), []);
  assert.is(readFileSync(path.join(home, "images/oci-layout"), "utf8"), '{"imageLayoutVersion":"1.0.0"}');
  assertSame(before, snapshot(), "images");
});

test.run();
