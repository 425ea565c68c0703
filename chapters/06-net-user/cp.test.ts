import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { tryLock } from "../../common/lock.ts";
import { builtinRootfs } from "../../common/rootfs.ts";
import { openContainer } from "../../containers/copy/container-root.ts";
import { openAt } from "../../containers/copy/root.ts";
import { findContainer } from "../../containers/find.ts";
import { containerFolder } from "../../containers/record.ts";
import { putRecord } from "../../containers/testing/records.ts";
import { startShell } from "../../containers/testing/running.ts";
import { O_PATH } from "../../syscall/constants.ts";
import { END, file, symlink } from "../../test/archive.ts";
import { assert, root, run, runtime, start, suite, tempDir } from "../../test/harness.ts";

const test = suite("06-net-user: cp");

const home = tempDir();
process.env.FT_DOCKER_HOME = home;

const cp = (words: readonly string[], cwd?: string, input: string | Buffer = "") =>
  run([...runtime("06-net-user"), "cp", ...words], { input, ...(cwd ? { cwd } : {}) });

async function copied(...words: string[]): Promise<void> {
  const { status, stdout, stderr } = await cp(words);
  assert.is(`${status}${stdout}${stderr}`, "0", words.join(" "));
}

async function refused(words: string[], message: RegExp): Promise<void> {
  const { status, stderr } = await cp(words);
  assert.is(status, 125, words.join(" "));
  assert.match(stderr, message);
}

/** What a test copies: a directory with all that there is in directories. */
function tree(): string {
  const folder = path.join(tempDir(), "tree");
  mkdirSync(path.join(folder, "sub"), { recursive: true });
  writeFileSync(path.join(folder, "file"), "text\n", { mode: 0o640 });
  writeFileSync(path.join(folder, "sub/tool"), "#!/bin/sh\n");
  chmodSync(path.join(folder, "sub/tool"), 0o4755);
  symlinkSync("../file", path.join(folder, "sub/link"));
  execFileSync("ln", [path.join(folder, "file"), path.join(folder, "second")]);
  execFileSync("mknod", [path.join(folder, "device"), "c", "1", "3"]);
  chownSync(path.join(folder, "sub"), 1000, 1001);
  return folder;
}

test(
  "a running container: in and out, with names, modes and owners as cp(1) and Docker have them",
  [root],
  async () => {
    const from = tree();
    const to = tempDir();
    const shell = await startShell([], 'mkdir /work; echo up; while read x; do eval "$x"; echo done; done');
    const { name } = shell.config;
    const inside = async (command: string): Promise<string> => {
      const { length } = shell.output().stdout;
      shell.type(`${command}\n`);
      await shell.waitFor(new RegExp(`^[^]{${length}}[^]*done\n`));
      return shell
        .output()
        .stdout.slice(length)
        .replace(/done\n$/, "");
    };
    const { stderr } = await cp([from, `${name}:/work`]);
    assert.is(stderr, 'note: "tree/device" is a device: it isn\'t copied\n');
    const list =
      'cd /work/tree; stat -c "%n %a %u:%g %h %F" . file second sub sub/tool sub/link; readlink sub/link; cat file';
    assert.equal((await inside(list)).split("\n").slice(0, -1), [
      ". 755 0:0 3 directory",
      "file 640 0:0 2 regular file",
      "second 640 0:0 2 regular file",
      "sub 755 0:0 2 directory",
      "sub/tool 755 0:0 1 regular file",
      "sub/link 777 0:0 1 symbolic link",
      "../file",
      "text",
    ]);
    await cp(["-a", from, `${name}:/work/kept`]);
    assert.is(
      await inside('cd /work/kept; stat -c "%n %a %u:%g" sub sub/tool'),
      "sub 755 1000:1001\nsub/tool 4755 0:0\n",
    );
    await copied(`${name}:/work/tree/.`, `${to}/out`);
    assert.is(readFileSync(`${to}/out/second`, "utf8"), "text\n");
    assert.is(statSync(`${to}/out/second`).ino, statSync(`${to}/out/file`).ino);
    assert.is(readlinkSync(`${to}/out/sub/link`), "../file");
    await copied("-a", `${name}:/work/kept`, to);
    const { uid, gid } = statSync(`${to}/kept/sub`);
    assert.is(
      `${uid}:${gid} ${(statSync(`${to}/kept/sub/tool`).mode & 0o7777).toString(8)}`,
      "1000:1001 4755",
    );
    // A file's set-user-ID bit, and its owner, are nothing that one gets unasked.
    await copied(`${name}:/work/kept/sub/tool`, `${to}/plain`);
    assert.is((statSync(`${to}/plain`).mode & 0o7777).toString(8), "755");
    await copied(`${name}:/work/kept/sub/link`, `${to}/link`);
    assert.ok(lstatSync(`${to}/link`).isSymbolicLink());
    await copied("-L", `${name}:/work/kept/sub/link`, `${to}/followed`);
    assert.is(readFileSync(`${to}/followed`, "utf8"), "text\n");
    const tar = execFileSync(
      "sh",
      ["-c", '"$@" | tar -tv', "sh", ...runtime("06-net-user"), "cp", `${name}:/work/kept`, "-"],
      {
        encoding: "utf8",
      },
    );
    assert.match(tar, /^drwxr-xr-x 1000\/1001 .* kept\/sub\/$/m);
    const archive = execFileSync("tar", ["-C", path.dirname(from), "-cz", "tree/file"]);
    assert.is((await cp(["-", `${name}:/work/sub/../`], undefined, archive)).status, 0);
    writeFileSync(`${to}/new`, "longer text\n");
    await copied(`${to}/new`, `${name}:/work/tree/file`);
    assert.is(await inside("cat /work/tree/file /work/tree/second"), "longer text\ntext\n");
    await refused(
      [from, `${name}:/work/tree/file`],
      /^error: cp: \S+:\/work\/tree\/file is a file, and a directory can't go there\n/,
    );
    await refused(
      [`${to}/new`, `${name}:/none/x`],
      /ENOENT .*\nhint: the directory that it is in must be there\n/,
    );
    await refused([`${to}/new`, `${name}:/work/tree/file/`], /ENOTDIR/);
    await refused([`${to}/new`, to], /^error: cp .*: one of both is a container's\n/);
    await refused([`${name}:/none`, to], /^error: cp: "\S+:\/none": ENOENT/);
    await refused(["none:/x", to], /^error: cp none: there is no such container\n/);
    shell.child.stdin?.end();
    await shell.done;
  },
);

test("a container that doesn't run, before it was ever started", [root], async () => {
  const source = tempDir();
  const { id, name } = putRecord({
    lowers: [await builtinRootfs(home)],
    flags: { volume: [`${source}:/mnt`, `${source}:/srv:ro`] },
  });
  const from = tree();
  const to = tempDir();
  assert.is((await cp([from, `${name}:/tmp`])).status, 0);
  assert.is(readFileSync(path.join(containerFolder(id), "upper/tmp/tree/file"), "utf8"), "text\n");
  await copied(`${name}:/tmp/tree/file`, to);
  await copied(`${name}:/bin/sh`, to);
  assert.is(readFileSync(`${to}/file`, "utf8"), "text\n");
  assert.ok(lstatSync(`${to}/sh`).isSymbolicLink());
  await copied(`${from}/file`, `${name}:/mnt`);
  assert.ok(existsSync(`${source}/file`), "a volume is the host's");
  await refused([`${from}/file`, `${name}:/srv/other`], /EROFS/);
  assert.not.match(readFileSync("/proc/self/mountinfo", "utf8"), id);
});

test(
  "a container that swaps a directory for a symlink to the host's files gets and gives nothing of them",
  [root],
  async () => {
    const outside = tempDir();
    writeFileSync(`${outside}/file`, "the host's");
    const volume = tempDir();
    const shell = await startShell(
      ["-v", `${volume}:/mnt`],
      `mkdir -p /work/dir; cd /work; echo mine >dir/file; ln -s ${outside} link; ln -s /mnt mnt; ln -s ${outside} absolute; ln -s ../../../../../..${outside} up
    echo up; while :; do mv -T dir x; mv -T x dir; mv -T link x; mv -T x link; done`,
    );
    const { config } = shell;
    const container = findContainer("test", config.id);
    const pid = container.state.process?.pid;
    /** What the file is, each time that there is one, until `enough` says so. */
    const look = (open: () => number, enough: (seen: string) => boolean): void => {
      for (let tries = 0; tries < 3_000_000; tries++) {
        const fd = open();
        if (fd < 0) continue;
        const seen = readFileSync(`/proc/self/fd/${fd}`, "utf8");
        closeSync(fd);
        if (enough(seen)) return;
      }
      assert.unreachable("the container doesn't swap");
    };
    // Without the guard it works: a path below /proc/PID/root is the host's as soon as a symlink says so.
    const naive = openSync("/", "r");
    look(
      () => openAt(naive, `/proc/${pid}/root/work/x/file`, O_PATH, 0),
      (seen) => seen === "the host's",
    );
    const { root } = openContainer(container);
    let mine = 0;
    look(
      () => root.open("/work/x/file", { follow: true }),
      (seen) => {
        assert.is(seen, "mine\n");
        return ++mine === 2000;
      },
    );
    closeSync(naive);
    closeSync(root.fd);
    const to = tempDir();
    writeFileSync(`${to}/new`, "new");
    await Promise.all([
      refused([`${to}/new`, `${config.name}:/work/absolute/file`], /ENOENT/),
      refused([`${to}/new`, `${config.name}:/work/up/file`], /ENOENT/),
      refused(
        [`${to}/new`, `${config.name}:/work/mnt/file`],
        /a symlink of the container's leads into another mount\nhint: name the place there itself\n$/,
      ),
      copied(`${to}/new`, `${config.name}:/mnt/named`),
    ]);
    // The last of these may make a file in the container where its symlink leads to, so those above come first.
    await Promise.all([
      cp([`${config.name}:/work/x/file`, `${to}/a`]),
      cp([`${config.name}:/work`, `${to}/b`]),
      cp([`${to}/new`, `${config.name}:/work/x/file`]),
      cp([`${to}/new`, `${config.name}:/work/x`]),
    ]);
    assert.equal(readdirSync(outside), ["file"]);
    assert.is(readFileSync(`${outside}/file`, "utf8"), "the host's");
    assert.equal(readdirSync(volume), ["named"]);
    assert.is(spawnSync("grep", ["-r", "the host's", to]).status, 1);
    shell.child.kill("SIGTERM");
    process.kill(pid ?? 0, "SIGKILL");
    await shell.done;
  },
);

test("start waits while cp has the container's layers mounted", [root], async () => {
  const ft = (...words: string[]) => [...runtime("06-net-user"), ...words];
  const made = await run(ft("create", "--network", "none", "--name", "waits", "sleep", "3000"));
  assert.is(`${made.status}${made.stderr}`, "0");
  const folder = containerFolder(made.stdout.trim());
  await copied("/etc/passwd", "waits:/tmp/before");
  const lock = openSync(folder, "r");
  assert.ok(tryLock(lock, "shared"));
  const starting = start(ft("start", "waits"));
  // proc_locks(5): an arrow stands before who waits.
  const waits = new RegExp(`-> FLOCK .*:${statSync(folder).ino} `);
  while (!waits.test(readFileSync("/proc/locks", "latin1"))) {
    assert.is(starting.child.exitCode, null, starting.output().stderr);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await refused(
    ["/etc/passwd", "waits:/tmp/x"],
    /^error: cp: waits has ended, or only begins\nhint: try again\n$/,
  );
  closeSync(lock);
  assert.is((await starting.done).status, 0);
  assert.is(
    (await run(ft("exec", "waits", "stat", "-c", "%u %a", "/tmp/before", "/tmp"))).stdout,
    "0 644\n0 1777\n",
  );
  assert.is((await run(ft("rm", "-f", "waits"))).status, 0);
});

test("an archive from the container leads nowhere on the host", [root], async () => {
  const to = tempDir();
  const outside = tempDir();
  const shell = await startShell([], "mkdir -p /work/a; echo evil >/work/a/b; echo up; read x");
  // Where the host has a symlink, a directory of the container's doesn't go through it.
  mkdirSync(`${to}/work`);
  symlinkSync(outside, `${to}/work/a`);
  await refused([`${shell.config.name}:/work`, to], /"work\/a" is no directory there, or a symlink to one\n/);
  assert.equal(readdirSync(outside), []);
  const evil = Buffer.concat([symlink("l", outside), file("l/x", "evil"), END]);
  const words = ["-", `${shell.config.name}:/work`];
  assert.match((await cp(words, undefined, evil)).stderr, /"l" is no directory there, or a symlink to one\n/);
  const up = Buffer.concat([file("../../x", "evil"), END]);
  assert.match((await cp(words, undefined, up)).stderr, /^error: cp: .*leads up with "\.\."\n/);
  assert.equal(readdirSync(outside), []);
  shell.type("\n");
  await shell.done;
});

test.run();
