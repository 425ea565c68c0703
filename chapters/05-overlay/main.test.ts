import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { directory, file, symlink } from "../../test/archive.ts";
import { assertError, commonTests } from "../../test/behaviours.ts";
import {
  assert,
  assertSame,
  findProcess,
  type Running,
  root,
  run,
  runtime,
  snapshot,
  start,
  suite,
  tempDir,
  terminal,
  tool,
} from "../../test/harness.ts";
import { base, busybox, fingerprint, image, keptFolders, layer, load } from "../../test/images.ts";
import { makeTree } from "../../test/trees.ts";

const test = suite("05-overlay");
const chapter = "05-overlay";
const home = tempDir();
const env = { FT_DOCKER_HOME: home };
const ft = (...words: string[]) => run([...runtime(chapter), ...words], { env });
const inside = async (...words: string[]) => {
  const { status, stdout, stderr } = await ft("run", ...words);
  assert.is(`${status}${stderr}`, "0");
  return stdout;
};
const images = [root, busybox];

commonTests(test, { chapter, needs: [root], signalFlags: ["--init"] });

interface Sleeping {
  readonly id: string;
  /** Of its first process, as the host counts. */
  readonly pid: number;
  readonly running: Running;
  readonly end: () => Promise<void>;
}

let sleeps = 0;
/** A container that runs the script and then sleeps. Rejects where it ends before that. */
async function sleeping(script: string, ...flags: string[]): Promise<Sleeping> {
  const seconds = `3000.5${++sleeps}`;
  const ready = `${script}\necho ready $(hostname); exec sleep ${seconds}`;
  const running = start([...runtime(chapter), "run", ...flags, "sh", "-ec", ready], { env });
  const [, id = ""] = await running.waitFor(/^ready (\w+)$/m);
  const pid = await findProcess(new RegExp(`^sleep ${seconds}$`));
  const end = async () => {
    process.kill(pid, "SIGKILL");
    assert.is((await running.done).status, 137);
  };
  return { id, pid, running, end };
}

/** Fields of the root's line in mountinfo: the type, and each option. proc_pid_mountinfo(5). */
function rootMount(pid: number): { type: string; options: Map<string, string>; perMount: string } {
  const lines = readFileSync(`/proc/${pid}/mountinfo`, "utf8").split("\n");
  const words = lines.map((line) => line.split(" ")).find((each) => each[4] === "/") ?? [];
  const at = words.indexOf("-");
  const pairs = (words[at + 3] ?? "").split(",").map((option): [string, string] => {
    const [name = "", ...rest] = option.split("=");
    return [name, rest.join("=")];
  });
  return { type: words[at + 1] ?? "", options: new Map(pairs), perMount: words[5] ?? "" };
}

const containers = () => {
  const folder = path.join(home, "containers");
  return existsSync(folder) ? readdirSync(folder) : [];
};

const once = (action: () => Promise<void>) => {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
};

/** `box`: three layers, of which the upper ones hide and replace what is below them. */
const loadBox = once(() =>
  load(
    chapter,
    home,
    "box",
    image(
      [
        base(
          file("gone", "x"),
          file("kept", "first\n"),
          directory("opaque"),
          file("opaque/old", "x"),
          directory("removed"),
          file("removed/old", "x"),
          directory("merged"),
          file("merged/old", "x"),
          file("turned", "x"),
        ),
        layer(
          file(".wh.gone"),
          directory("opaque"),
          file("opaque/.wh..wh..opq"),
          file("opaque/new", "x"),
          file(".wh.removed"),
          directory("merged"),
          file("merged/.wh.old"),
          file("merged/new", "x"),
          directory("turned"),
          file("turned/new", "x"),
        ),
        layer(file("kept", "third\n"), file("top", "x")),
      ],
      { Cmd: ["cat", "kept"] },
    ),
  ),
);

// The root

test("the root is an overlay with an upper directory of its own, gone afterwards", [root], async () => {
  const before = snapshot();
  const { id, pid, end } = await sleeping("");
  const { type, options } = rootMount(pid);
  assert.is(type, "overlay");
  const layers = path.join(home, "layers");
  const upper = path.resolve(layers, options.get("upperdir") ?? "");
  assert.is(upper, path.join(home, "containers", id, "upper"));
  assert.is(path.resolve(layers, options.get("workdir") ?? ""), path.join(path.dirname(upper), "work"));
  assert.ok(existsSync(path.join(layers, options.get("lowerdir") ?? "", "bin/sh")));
  assert.equal(containers(), [id]);
  writeFileSync(path.join(`/proc/${pid}/root`, "from-outside"), "");
  assert.ok(existsSync(path.join(upper, "from-outside")));
  await end();
  assert.equal(containers(), []);
  assertSame(before, snapshot(), "an overlay");
});

/** Changes whatever of the root can be changed. */
const VANDAL = `cd /; echo more >> etc/passwd; chmod 700 etc; chown 5:6 etc/group; touch bin etc
  rm bin/cat; rm -rf tmp; mkdir tmp new; mv etc/group etc/moved; ln etc/passwd new/link; ln -s nowhere bin/cat
  mkdir -p proc2/deep; chmod 4755 bin/sh; for each in *; do touch "$each/made" || true; done`;

test(
  "a container's changes end with it: image, built-in root and --rootfs are untouched",
  images,
  async () => {
    await loadBox();
    const own = tempDir();
    execFileSync("cp", ["-a", (await ft("rootfs")).stdout.trim(), path.join(own, "root")]);
    execFileSync("cp", ["-a", makeTree(), path.join(own, "root/tree")]);
    const dir = path.join(own, "root");
    const starts = [[], ["--image", "box"], ["--rootfs", dir]];
    for (const flags of starts) await inside(...flags, "cat", "/etc/passwd");
    const all = () => [...keptFolders(home), dir].map((folder) => [folder, fingerprint(folder)] as const);
    const before = all();
    assert.is(before.length, 4);
    for (const flags of starts) {
      assert.is(await inside(...flags, "sh", "-c", `exec 2>/dev/null; ${VANDAL}; ls -d new`), "new\n");
      assert.not.match(await inside(...flags, "sh", "-c", "cat /etc/passwd; ls /"), /more|new|proc2/);
    }
    assert.equal(all(), before);
    assert.equal(containers(), []);
  },
);

test("two containers share their layers, and neither sees the other's files", images, async () => {
  await loadBox();
  const own = "mkdir /own; echo $(hostname) > /own/name; rm /top; echo $(hostname) > /kept";
  const one = await sleeping(own, "--image", "box");
  const two = await sleeping(own, "--image", "box");
  for (const { pid, id } of [one, two]) {
    const seen = (name: string) => readFileSync(`/proc/${pid}/root/${name}`, "utf8");
    assert.is(seen("own/name"), `${id}\n`);
    assert.is(seen("kept"), `${id}\n`);
    assert.not(existsSync(`/proc/${pid}/root/top`));
  }
  const [first, second] = [rootMount(one.pid).options, rootMount(two.pid).options];
  assert.is(first.get("lowerdir")?.split(":").length, 3);
  assert.is(first.get("lowerdir"), second.get("lowerdir"));
  assert.is.not(first.get("upperdir"), second.get("upperdir"));
  assert.is(await inside("--image", "box", "cat", "/kept", "/own/name").catch(() => "gone"), "gone");
  await one.end();
  assert.is(readFileSync(`/proc/${two.pid}/root/own/name`, "utf8"), `${two.id}\n`);
  await two.end();
});

test("whiteouts and opaque directories hide what is below them", images, async () => {
  await loadBox();
  const script = "cd /; ls -d gone removed top; ls opaque merged turned; cat kept";
  const { stdout } = await ft("run", "--image", "box", "sh", "-c", script);
  assert.is(stdout, "top\nmerged:\nnew\n\nopaque:\nnew\n\nturned:\nnew\nthird\n");
});

test("an image of 128 layers", images, async () => {
  const small = Array.from({ length: 127 }, (_, i) =>
    layer(directory("each"), file(`each/${i}`, ""), file("top", `${i}\n`)),
  );
  await load(chapter, home, "tall", image([base(), ...small]));
  assert.is(await inside("--image", "tall", "sh", "-c", "ls /each | wc -l; cat /top"), "127\n126\n");
  const { pid, end } = await sleeping("", "--image", "tall");
  assert.is(rootMount(pid).options.get("lowerdir")?.split(":").length, 128);
  await end();
  assert.is((await ft("rmi", "tall")).status, 0);
});

test("--image and --rootfs exclude each other, and an image that isn't here is named", [root], async () => {
  const both = await ft("run", "--image", "box", "--rootfs", "/tmp", "true");
  assert.is(both.status, 125);
  assertError(both.stderr, "--image and --rootfs: a container has one root");
  const explained = await ft("run", "--explain", "--image", "nowhere.invalid/x", "true");
  assert.is(explained.status, 125);
  assertError(explained.stderr, "--image nowhere.invalid/x: it isn't here yet");
});

// --read-only

test("--read-only: the root can't be written, volumes and tmpfs can", [root], async () => {
  const folder = tempDir();
  const script = `for each in / /etc /bin /root; do touch $each/made; done; rm /bin/cat; mount -o remount,rw /x 2>/dev/null
    echo volume > /data/made && echo memory > /scratch/made && echo dev > /dev/shm/made && cat /scratch/made`;
  const flags = ["--read-only", "--tmpfs", "/scratch", "-v", `${folder}:/data`];
  const { stdout, stderr } = await ft("run", ...flags, "sh", "-c", script);
  assert.is(stdout, "memory\n");
  assert.is(stderr.match(/Read-only file system/g)?.length, 5, stderr);
  assert.is(readFileSync(path.join(folder, "made"), "utf8"), "volume\n");
  assert.is(await inside("--read-only", "-w", "/made/here", "pwd"), "/made/here\n");
});

test("--read-only with --rootfs that has nothing of what is mounted", images, async () => {
  const dir = path.join(tempDir(), "bare");
  mkdirSync(path.join(dir, "bin"), { recursive: true });
  execFileSync("cp", [execFileSync("which", ["busybox"], { encoding: "utf8" }).trim(), `${dir}/bin/busybox`]);
  symlinkSync("busybox", path.join(dir, "bin/sh"));
  const words = ["--rootfs", dir, "--tmpfs", "/a/b", "/bin/busybox", "ls", "/", "/a"];
  assert.is(await inside("--read-only", ...words), "/:\na\nbin\ndev\nproc\nsys\n\n/a:\nb\n");
  assert.equal(readdirSync(dir), ["bin"]);
});

// --tmpfs

/** A mount's own options, and its file system's, as the container sees them. */
async function mountedAt(target: string, ...flags: string[]): Promise<string> {
  const lines = (await inside(...flags, "cat", "/proc/self/mountinfo")).split("\n");
  const words = lines.map((line) => line.split(" ")).find((each) => each[4] === target) ?? [];
  return `${words[words.indexOf("-") + 1]} ${words[5]} ${words.at(-1)}`;
}

test("--tmpfs is empty, in memory, and safe unless it is told otherwise", [root], async () => {
  assert.match(await mountedAt("/etc", "--tmpfs", "/etc"), /^tmpfs rw,nosuid,nodev,noexec,\w+ rw\b/);
  assert.is(await inside("--tmpfs", "/etc/", "sh", "-c", "ls -A /etc; stat -c %a /etc"), "1777\n");
  const options = "size=1m,mode=750,uid=5,gid=6,nr_inodes=99,exec,suid,dev,ro";
  const mounted = await mountedAt("/new/place", "--tmpfs", `/new/place:${options}`);
  assert.match(mounted, /^tmpfs ro,(?!.*no(exec|suid|dev)).* /);
  for (const option of ["size=1024k", "nr_inodes=99", "mode=750", "uid=5", "gid=6"])
    assert.ok(mounted.split(/[ ,]/).includes(option), `${option} in ${mounted}`);
  const full = await ft("run", "--tmpfs", "/m:size=1m", "sh", "-c", "head -c 2000000 /dev/zero > /m/a");
  assert.match(full.stderr, /No space left/);
});

test("a tmpfs that can't be is refused before anything is done", async () => {
  for (const [text, what] of [
    ["relative", "DST must be an absolute path below /"],
    ["/", "DST must be an absolute path below /"],
    ["/a/..", "DST must be an absolute path below /"],
    ["/proc/sys", "DST is the kernel's own"],
    ["/x:huge", "no such option: huge"],
    ["/x:size=1t", "no such option: size=1t"],
    ["/x:mode=9", "no such option: mode=9"],
    ["/x:size=1m,lowerdir=/etc", "no such option: lowerdir=/etc"],
    ["/x:constructor", "no such option: constructor"],
  ] as const) {
    const { status, stderr } = await ft("run", "--explain", "--tmpfs", text, "true");
    assert.is(status, 125, text);
    assertError(stderr, `--tmpfs ${text}: ${what}`);
  }
});

test("volumes and tmpfs inside one another are mounted outer first", [root], async () => {
  const [outer, inner] = [tempDir(), tempDir()];
  writeFileSync(path.join(outer, "outer"), "");
  writeFileSync(path.join(inner, "inner"), "");
  const before = snapshot();
  const deep = ["-v", `${inner}:/a/b/c/d`, "--tmpfs", "/a/b/c", "--tmpfs", "/a", "-v", `${outer}:/a/b`];
  assert.is(await inside(...deep, "sh", "-c", "ls /a /a/b /a/b/c /a/b/c/d"), listingOf());
  assert.equal(readdirSync(outer), ["outer"]);
  const other = ["--tmpfs", "/x/y", "-v", `${outer}:/x`];
  assert.is(await inside(...other, "sh", "-c", "touch /x/y/z /x/kept; ls /x/y"), "z\n");
  assert.equal(readdirSync(outer), ["kept", "outer"]);
  assertSame(before, snapshot(), "mounts in mounts");
});
const listingOf = () => "/a:\nb\n\n/a/b:\nc\nouter\n\n/a/b/c:\nd\n\n/a/b/c/d:\ninner\n";

test("a hostile image can't lead a mount out of the container", images, async () => {
  const victim = tempDir();
  writeFileSync(path.join(victim, "file"), "the host's");
  const trap = layer(
    symlink("data", victim),
    symlink("up", "../../../../../../.."),
    symlink("self", "/proc/self/root"),
  );
  await load(chapter, home, "hostile", image([base(), trap]));
  for (const target of ["/data", "/data/new", `/up${victim}/new`, `/self${victim}`]) {
    for (const flags of [
      ["--tmpfs", target],
      ["-v", `${tempDir()}:${target}`],
      ["-w", target],
    ])
      await ft("run", "--image", "hostile", ...flags, "sh", "-c", `touch ${target}/made`);
    assert.equal(readdirSync(victim), ["file"], target);
  }
  for (const name of ["proc", "dev", "sys"])
    for (const [kind, entry] of [
      ["symlink", symlink(name, victim)],
      ["file", file(name, "")],
    ] as const) {
      await load(chapter, home, "odd", image([base(entry)]));
      const { status, stdout, stderr } = await ft("run", "--image", "odd", "echo", "ran");
      assert.is(`${status}${stdout}`, "125", `/${name} is a ${kind}`);
      assertError(stderr, "step ");
      assert.equal(readdirSync(victim), ["file"]);
    }
});

// What a container leaves

test("whatever a container has written is removed with it", images, async () => {
  await loadBox();
  const before = snapshot();
  const names = "mkdir $(printf 'a\\377b\\n\\001') && touch $(printf 'a\\377b\\n\\001/\\376')";
  const deep = `cd /; i=0; while [ $i -lt 60 ]; do mkdir ${"d".repeat(100)}; cd -P ${"d".repeat(100)}; i=$((i+1)); done; touch end`;
  const modes = "mkdir /closed; touch /closed/file; chmod 0 /closed /closed/file; mknod /null c 1 3";
  for (const flags of [["--image", "box"], []])
    await inside(...flags, "sh", "-ec", `cd /tmp; ${names}; ${deep}; ${modes}`);
  assert.equal(containers(), []);
  assertSame(before, snapshot(), "odd files");
});

test(
  "files that can't be changed (chattr +i, +a) are removed with the container",
  [root, tool("chattr")],
  async () => {
    const { pid, end } = await sleeping("mkdir /fixed; echo x > /fixed/file; echo x > /log");
    const at = (name: string) => `/proc/${pid}/root/${name}`;
    assert.is(containers().length, 1);
    execFileSync("chattr", ["+i", at("fixed/file"), at("fixed"), at("etc/passwd")]);
    execFileSync("chattr", ["+a", at("log")]);
    await end();
    assert.equal(containers(), []);
  },
);

test("a command that isn't root's can use its terminal", [...images, tool("script")], async () => {
  await load(chapter, home, "ann", image([base()], { User: "ann" }));
  const words = [
    "run",
    "--image",
    "ann",
    "sh",
    "-c",
    "id -un; tty; echo to-the-tty > $(tty); stat -c %u $(tty)",
  ];
  const { stdout } = await terminal([...runtime(chapter), ...words], { env }).done;
  assert.match(stdout, /^ann\r\n\/dev\/pts\/\d+\r\nto-the-tty\r\n1000\r\n$/);
});

test("--explain makes nothing, and shows the overlay", async () => {
  const none = path.join(tempDir(), "home");
  const words = [...runtime(chapter), "run", "--explain", "--read-only", "--tmpfs", "/m", "true"];
  const { stdout, status } = await run(words, { env: { FT_DOCKER_HOME: none } });
  assert.is(status, 0);
  assert.match(stdout, /mount\("overlay", "\S+\/merged", "overlay", 0, "lowerdir=/);
  assert.match(stdout, /mount\("tmpfs", "\.", "tmpfs", [\w |]+, "mode=1777"\)/);
  assert.match(stdout, /mount\(NULL, "\/", NULL, MS_RDONLY\|MS_REMOUNT\|MS_BIND, NULL\)/);
  assert.not(existsSync(none));
});

test.run();
