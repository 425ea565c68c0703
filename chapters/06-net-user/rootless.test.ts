import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { node } from "../../scripts/root.ts";
import { directory, file } from "../../test/archive.ts";
import { assertError } from "../../test/behaviours.ts";
import { EXE } from "../../test/escapes/before.ts";
import { librariesOf } from "../../test/escapes/perl.ts";
import {
  assert,
  assertSame,
  findProcess,
  repo,
  run,
  runtime,
  snapshot,
  start,
  suite,
  tempDir,
  terminal,
  tool,
} from "../../test/harness.ts";
import { archiveOf, base, busybox, image, layer } from "../../test/images.ts";
import { type Person, person, personTools, RANGE, UID } from "../../test/person.ts";

const test = suite("06-net-user: rootless");
const chapter = "06-net-user";
const needs = [...personTools, busybox];
const ranges = [...needs, tool("newuidmap")];

const rich = person("range");
const alone = person("none");
const stateOf = ({ home }: Person) => path.join(home, ".local/share/ft-docker");
const ft = ({ as }: Person, ...words: string[]) => run(as(...runtime(chapter), ...words));
async function inside(who: Person, ...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await ft(who, "run", ...words);
  assert.is(`${status}${stderr}`, "0");
  return stdout;
}

let sleeps = 0;
async function sleeping(who: Person, script: string, ...flags: string[]) {
  const seconds = `3000.7${++sleeps}`;
  const ready = `${script}\necho ready $(hostname); exec sleep ${seconds}`;
  const running = start(who.as(...runtime(chapter), "run", ...flags, "sh", "-ec", ready));
  const [, id = ""] = await running.waitFor(/^ready (\w+)$/m);
  const pid = await findProcess(new RegExp(`^sleep ${seconds}$`), running);
  const end = async () => {
    process.kill(pid, "SIGKILL");
    assert.is((await running.done).status, 137);
  };
  return { id, pid, running, end };
}

const idsOf = (pid: number): number[] =>
  (/^Uid:\t(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "").split("\t").map(Number);

async function load(who: Person, name: string, ...layers: Buffer[]): Promise<void> {
  const archive = archiveOf(image(layers), name);
  chmodSync(path.dirname(archive), 0o755);
  const { status, stderr } = await ft(who, "load", "-i", archive);
  assert.is(`${status}${stderr}`, "0");
}

// Whom it runs as

test("without root: the container's root is the user on the host", ranges, async () => {
  for (const who of [rich, alone]) {
    const { pid, end } = await sleeping(who, "test $(id -u) = 0; echo x > /new");
    assert.equal(idsOf(pid), [UID, UID, UID, UID]);
    await end();
    assert.ok(existsSync(stateOf(who)));
    assert.is(statSync(stateOf(who)).uid, UID);
    assert.equal(readdirSync(path.join(stateOf(who), "containers")), []);
  }
});

test("the runtime's own program is read-only from inside, even where it is the user's", needs, async () => {
  const [folder, own] = [tempDir(), path.join(alone.home, "node")];
  chmodSync(folder, 0o755);
  copyFileSync(process.execPath, own);
  chownSync(own, UID, UID);
  writeFileSync(path.join(folder, "exe"), EXE, { mode: 0o755 });
  for (const file of librariesOf(process.execPath))
    copyFileSync(file, path.join(folder, path.basename(file)));
  // On the host the user may write to it.
  assert.is((await run(alone.as(own, path.join(folder, "exe")))).stdout, "works\n");
  const words = ["run", "-v", `${folder}:/exe`, "-e", "LD_LIBRARY_PATH=/exe", "/exe/exe"];
  const { stdout, stderr } = await run(alone.as(own, ...runtime(chapter).slice(1), ...words));
  assert.is(stdout, "EROFS\n", stderr);
});

test("the exit status, stdout and stderr are the command's own", needs, async () => {
  const { status, stdout, stderr } = await ft(alone, "run", "sh", "-c", "echo out; echo err >&2; exit 37");
  assert.equal({ status, stdout, stderr }, { status: 37, stdout: "out\n", stderr: "err\n" });
  const { status: missing, stderr: why } = await ft(alone, "run", "no-such-command");
  assert.is(missing, 127);
  assertError(why, "run no-such-command: ENOENT");
});

test("with a range in /etc/subuid there are other users", ranges, async () => {
  const map = (await inside(rich, "cat", "/proc/self/uid_map")).trim().split(/\s+/).map(Number);
  assert.equal(map, [0, UID, 1, 1, ...RANGE]);
  const { pid, end } = await sleeping(rich, "id -u", "-u", "1000");
  assert.equal(new Set(idsOf(pid)), new Set([RANGE[0] + 999]));
  await end();
});

test("without one there is the user alone, and the error says how to get more", needs, async () => {
  const map = (await inside(alone, "cat", "/proc/self/uid_map")).trim().split(/\s+/).map(Number);
  assert.equal(map, [0, UID, 1]);
  const { status, stderr } = await ft(alone, "run", "-u", "1000", "true");
  assert.is(status, 125);
  assertError(stderr, "user 1000:0: 1000 isn't one of the container's 1 ids");
  assert.match(stderr, /hint: .*\/etc\/subuid.*uidmap/);
});

test("files in a volume are the user's; the host's root's can't be read", needs, async () => {
  const folder = tempDir();
  chmodSync(folder, 0o755);
  writeFileSync(path.join(folder, "secret"), "of root\n", { mode: 0o600 });
  const own = path.join(folder, "own");
  mkdirSync(own);
  chownSync(own, UID, UID);
  const script = "cat /v/secret; echo x > /v/own/made; echo x > /v/made; exit 0";
  const { stdout, stderr } = await ft(alone, "run", "-v", `${folder}:/v`, "sh", "-c", script);
  assert.is(stdout, "");
  assert.match(stderr, /secret.*Permission denied[\s\S]*made.*Permission denied/);
  assert.equal(readdirSync(folder).sort(), ["own", "secret"]);
  assert.is(statSync(path.join(own, "made")).uid, UID);
});

// Images

const lower = () =>
  base(
    directory("of", { uid: 1000, gid: 1001 }),
    file("of/ann", "hers\n", { mode: 0o600, uid: 1000, gid: 1001 }),
    file("gone", "x"),
    directory("opaque"),
    file("opaque/old", "x"),
  );
const upper = () =>
  layer(file(".wh.gone"), directory("opaque"), file("opaque/.wh..wh..opq"), file("opaque/new", "x"));

test("an image's layers: owners, whiteouts and opaque directories", ranges, async () => {
  const script = "cd /; ls -d gone; ls opaque; stat -c '%u:%g %n' of of/ann bin";
  for (const [who, owner] of [
    [rich, "1000:1001"],
    [alone, "0:0"],
  ] as const) {
    await load(who, "layers", lower(), upper());
    const { stdout, stderr } = await ft(who, "run", "--image", "layers", "sh", "-c", script);
    assert.is(stdout, `new\n${owner} of\n${owner} of/ann\n0:0 bin\n`, stderr);
  }
});

test("diff, commit and rmi of what has several owners", ranges, async () => {
  await load(rich, "start", lower());
  const script =
    "mkdir /new; chown ann /new; rm /gone; rm -r /opaque; mkdir /opaque; chmod 700 /of; chown 5:6 /of";
  const { id, end } = await sleeping(rich, script, "--image", "start");
  // The places for the network's files in /etc aren't the question.
  const changes = (await ft(rich, "diff", id)).stdout.replaceAll(/^. \/etc.*\n/gm, "");
  assert.is(changes, "D /gone\nA /new\nC /of\nC /opaque\nD /opaque/old\n");
  const made = await ft(rich, "commit", id, "made");
  assert.is(made.status, 0, made.stderr);
  await end();
  const look = "stat -c '%u:%g %n' new of; ls -d gone; ls opaque";
  assert.is((await ft(rich, "run", "--image", "made", "sh", "-c", look)).stdout, "1000:0 new\n5:6 of\n");
  for (const name of ["made", "start"]) assert.is((await ft(rich, "rmi", name)).status, 0);
  const { status, stderr } = await ft(rich, "run", "--image", "localhost/no/made", "true");
  assert.is(status, 125, stderr);
});

// Limits, terminals, signals

test("cp, top, system df and prune, of a container that runs and of one that has ended", ranges, async () => {
  const said = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await ft(rich, ...words);
    assert.is(`${status}${stderr}`, "0", words.join(" "));
    return stdout;
  };
  const mine = path.join(rich.home, "mine");
  writeFileSync(mine, "mine\n");
  await said("run", "-d", "-i", "--name", "kept", "sh", "-c", "read x");
  await said("exec", "kept", "sh", "-c", "echo x >/of-ann; chown 1000:1000 /of-ann; chmod 600 /of-ann");
  assert.match(await said("top", "kept"), /^\d+ +1 +\d+ +4242 +\S+ +\S+ +sh -c /m);
  await said("cp", mine, "kept:/copied");
  await said("cp", "kept:/of-ann", path.join(rich.home, "anns"));
  assert.is(statSync(path.join(rich.home, "anns")).uid, UID);
  await said("stop", "-t", "0", "kept");
  await said("cp", "kept:/copied", path.join(rich.home, "back"));
  assert.is(readFileSync(path.join(rich.home, "back"), "utf8"), "mine\n");
  await said("cp", "-a", mine, "kept:/later");
  assert.match(await said("system", "df"), /^Containers +1 +0 +[1-9]/m);
  assert.match(await said("prune", "-f"), /^Deleted containers:\nkept\n/);
  assert.equal(readdirSync(path.join(stateOf(rich), "containers")), []);
});

test("limits where no group is delegated: an error that says how to get one", needs, async () => {
  const { status, stderr } = await ft(alone, "run", "--memory", "64m", "true");
  assert.is(status, 125);
  assert.match(
    stderr,
    /^error: limits: \/sys\/fs\/cgroup.* isn't this user's to make groups in\nhint: .*Delegate=yes/,
  );
});

test("a terminal of its own", [...needs, tool("script")], async () => {
  const words = alone.as(...runtime(chapter), "run", "sh", "-c", "tty; stty size; stat -c %u $(tty)");
  const { done } = terminal(words, { rows: 33, columns: 77 });
  assert.is((await done).stdout, "/dev/pts/0\r\n33 77\r\n0\r\n");
});

test("a signal to the runtime reaches the command once", needs, async () => {
  const script =
    "trap 'echo got INT' INT; trap 'echo got TERM; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
  const running = start(alone.as(...runtime(chapter), "run", "--init", "sh", "-c", script));
  await running.waitFor(/ready/);
  running.child.kill("SIGINT");
  await running.waitFor(/got INT/);
  running.child.kill("SIGTERM");
  const { status, stdout } = await running.done;
  assert.is(status, 3);
  assert.is(stdout, "ready\ngot INT\ngot TERM\n");
});

test("without pasta and slirp4netns the network is none or the host's", needs, async () => {
  assert.is(await inside(alone, "sh", "-c", "cd /sys/class/net && echo *"), "lo\n");
  const host = await inside(alone, "--network", "host", "readlink", "/proc/self/ns/net");
  assert.is(host.trim(), readlinkSync("/proc/self/ns/net"));
  for (const [flags, error] of [
    [["--network", "bridge"], "--network bridge: only root may change the host's network, and"],
    [["-p", "8080:80"], "-p: only root may change the host's network, and"],
  ] as const) {
    const { status, stderr } = await ft(alone, "run", ...flags, "true");
    assert.is(status, 125);
    assertError(stderr, error);
  }
});

// Nothing is left behind

test("after its end, and after kill -9 and clean, all is as before", needs, async () => {
  const before = snapshot();
  const left = () =>
    ["run/ledger", "containers"].flatMap((name) => readdirSync(path.join(stateOf(alone), name)));
  await inside(alone, "sh", "-c", "echo x > /new");
  assert.equal(left(), []);
  const { running, pid } = await sleeping(alone, "mkdir -p /new/deep; echo x > /new/deep/file");
  assert.ok(left().length > 0);
  running.child.kill("SIGKILL");
  await running.done;
  while (existsSync(`/proc/${pid}/ns/user`)) await new Promise((resolve) => setTimeout(resolve, 10));
  const clean = await run(alone.as(...node(path.join(repo, "scripts/clean.ts"), [])));
  assert.match(clean.stdout, /cleaned up after [12] run/, clean.stderr);
  assert.equal(left(), []);
  assertSame(before, snapshot(), "kill -9 and clean");
});

// What blocks it

test("where the system forbids it, the error says which setting does, and what lifts it", needs, async () => {
  const places = ["/proc/sys/user/max_user_namespaces", "/proc/sys/kernel/unprivileged_userns_clone"];
  for (const place of places.filter(existsSync)) {
    const { status, stdout, stderr } = await ft(
      person("none", { covers: { [place]: "0\n" } }),
      "run",
      "true",
    );
    assert.is(`${status}${stdout}`, "125");
    const name = place.replace("/proc/sys/", "").replaceAll("/", ".");
    assertError(stderr, `run: ordinary users may not make user namespaces here: ${name} is 0`);
    assert.match(stderr, `hint: sudo sysctl -w ${name}=`);
  }
});

test("--explain needs no namespace, and shows an ordinary user's list", needs, async () => {
  const { status, stdout, stderr } = await ft(alone, "run", "--explain", "true");
  assert.is(status, 0, stderr);
  assert.match(stdout, "userxattr");
});

test.run();
