import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { leaseRange, RANGE_SIZE, type Range } from "../../common/id-ranges.ts";
import { node } from "../../scripts/root.ts";
import { directory, file } from "../../test/archive.ts";
import { assertError } from "../../test/behaviours.ts";
import { librariesOf } from "../../test/escapes/perl.ts";
import {
  assert,
  assertSame,
  findProcess,
  need,
  repo,
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

const test = suite("06-net-user: users");
const chapter = "06-net-user";
const home = tempDir();
const env = { FT_DOCKER_HOME: home };
/** The network isn't the question, and not every kernel has all of it. */
const withFlags = (words: readonly string[]) =>
  words[0] === "run" ? ["run", "--network", "none", ...words.slice(1)] : words;
const command = (...words: string[]) => [...runtime(chapter), ...withFlags(words)];
const ft = (...words: string[]) => run(command(...words), { env });
const inside = async (...words: string[]) => {
  const { status, stdout, stderr } = await ft("run", ...words);
  assert.is(`${status}${stderr}`, "0");
  return stdout;
};
const needs = [root, busybox];

let sleeps = 0;
/** A container that runs the script and then sleeps; `pid` is its first process, as the host counts. */
async function sleeping(script: string, ...flags: string[]) {
  const seconds = `3000.6${++sleeps}`;
  const ready = `${script}\necho ready $(hostname); exec sleep ${seconds}`;
  const running = start(command("run", ...flags, "sh", "-ec", ready), { env });
  const [, id = ""] = await running.waitFor(/^ready (\w+)$/m);
  const pid = await findProcess(new RegExp(`^sleep ${seconds}$`), running);
  const end = async () => {
    process.kill(pid, "SIGKILL");
    assert.is((await running.done).status, 137);
  };
  return { id, pid, running, end };
}

/** The host's id that is 0 there. */
function firstId(pid: number): number {
  const [inner, outer, size] = readFileSync(`/proc/${pid}/uid_map`, "utf8").trim().split(/\s+/).map(Number);
  assert.equal([inner, size], [0, RANGE_SIZE]);
  return outer ?? 0;
}

/** The four user ids of a process, as the host counts: proc_pid_status(5). */
const idsOf = (pid: number): number[] =>
  (/^Uid:\t(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "").split("\t").map(Number);

/** Files of several owners in two layers, one of them of an id that isn't in the container's range. */
let loaded: Promise<void> | undefined;
const loadOwners = () => {
  const lower = base(
    directory("of", { uid: 1000, gid: 1001 }),
    file("of/ann", "hers\n", { mode: 0o600, uid: 1000, gid: 1001 }),
    file("of/nobody", "x", { uid: 65534, gid: 65534 }),
    file("of/far", "x", { uid: 100000, gid: 100000 }),
    file("secret", "root's\n", { mode: 0o600 }),
  );
  const upper = layer(file("own", "x", { uid: 3, gid: 4 }), file("gone", "x"));
  loaded ??= load(chapter, home, "owners", image([lower, upper]));
  return loaded;
};

const subids = need("needs /etc/subuid and /etc/subgid", () =>
  ["subuid", "subgid"].every((name) => existsSync(`/etc/${name}`)),
);

// The map

test("root of the container is nobody on the host; with --userns host it is root", needs, async () => {
  const auto = await sleeping("");
  const first = firstId(auto.pid);
  assert.ok(first >= 0x78000000, `${first}`);
  assert.equal(idsOf(auto.pid), [first, first, first, first]);
  assert.match(readFileSync(`/proc/${auto.pid}/status`, "utf8"), new RegExp(`^Groups:\t${first} $`, "m"));
  await auto.end();
  const host = await sleeping("", "--userns", "host");
  assert.equal(idsOf(host.pid), [0, 0, 0, 0]);
  await host.end();
});

test("two containers have no id in common", needs, async () => {
  const [one, two] = [await sleeping(""), await sleeping("")];
  assert.ok(Math.abs(firstId(one.pid) - firstId(two.pid)) >= RANGE_SIZE);
  await one.end();
  await two.end();
});

test("fifty leases are fifty ranges, which are free again afterwards", [root], () => {
  const leases = Array.from({ length: 50 }, leaseRange);
  const firsts = new Set(leases.map(({ range }) => range.first));
  assert.is(firsts.size, 50);
  const [lowest] = [...firsts].sort((a, b) => a - b);
  for (const { release } of leases) release();
  const again = leaseRange();
  assert.is(again.range.first, lowest);
  again.release();
});

test("a range is free again when its process is killed", [root], async () => {
  const script = path.join(tempDir(), "lease.ts");
  writeFileSync(
    script,
    `import { leaseRange } from ${JSON.stringify(path.join(repo, "common/id-ranges.ts"))};
     console.log(JSON.stringify(leaseRange().range)); setInterval(() => {}, 1000);`,
  );
  const holder = start(node(script, []));
  const [line] = await holder.waitFor(/^{.*}$/m);
  const { first } = JSON.parse(line) as Range;
  const taken = leaseRange();
  assert.is.not(taken.range.first, first);
  holder.child.kill("SIGKILL");
  await holder.done;
  const all = Array.from({ length: 60 }, leaseRange);
  assert.ok(all.some(({ range }) => range.first === first));
  for (const { release } of [taken, ...all]) release();
});

test("/etc/subuid may name other ranges for ft-docker", [root, tool("unshare"), subids], async () => {
  const files = tempDir();
  const write = (uid: string, gid: string) => {
    writeFileSync(path.join(files, "subuid"), uid);
    writeFileSync(path.join(files, "subgid"), gid);
  };
  const script = `for each in subuid subgid; do mount --bind ${files}/$each /etc/$each || exit 99; done; exec "$@"`;
  const argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"];
  const map = () => run([...argv, ...command("run", "cat", "/proc/self/uid_map")], { env });
  write("ann:100000:65536\nft-docker:1610612736:131072\n", "ft-docker:1610612736:131072\n");
  const { stdout, stderr } = await map();
  assert.is(stdout.trim().replace(/\s+/g, " "), "0 1610612736 65536", stderr);
  write("ft-docker:1610612736:1000\n", "ft-docker:1610612736:1000\n");
  const small = await map();
  assert.is(small.status, 125);
  assertError(small.stderr, "ft-docker in /etc/subuid: not 65536 ids");
});

// Files

const OWNERS = ["of", "of/ann", "of/nobody", "of/far", "secret", "own", "tmp"];
/** Lines of mode, owner and name. */
const owners = (...flags: string[]) =>
  inside("--image", "owners", ...flags, "stat", "-c", "%a %u:%g %n", ...OWNERS);

test("files of image layers have the owners that the image says", needs, async () => {
  await loadOwners();
  const expected = (far: string) =>
    `755 1000:1001 of\n600 1000:1001 of/ann\n644 65534:65534 of/nobody\n644 ${far} of/far\n600 0:0 secret\n644 3:4 own\n1777 0:0 tmp\n`;
  assert.is(await owners(), expected("65534:65534"));
  assert.is(await owners("--userns", "host"), expected("100000:100000"));
  const hers = await ft("run", "--image", "owners", "-u", "ann", "sh", "-c", "cat /of/ann /secret");
  assert.is(hers.stdout, "hers\n");
  assert.match(hers.stderr, /secret.*Permission denied/);
});

test("what the container changes is its own, and the image isn't changed", needs, async () => {
  await loadOwners();
  const all = () => keptFolders(home).map((folder) => [folder, fingerprint(folder)] as const);
  await inside("true");
  const before = all();
  const script = `echo more >> secret; chown 5:6 own; rm gone; mkdir new; chown ann new; touch new/file
    ln own new/link; mv of/ann new/; chmod 4755 bin/busybox; stat -c "%a %u:%g %n" secret own new new/file new/ann`;
  const changed = await inside("--image", "owners", "sh", "-ec", script);
  assert.is(
    changed,
    "600 0:0 secret\n644 5:6 own\n755 1000:0 new\n644 0:0 new/file\n600 1000:1001 new/ann\n",
  );
  assert.equal(all(), before);
});

test("diff and commit see the container's ids", needs, async () => {
  await loadOwners();
  const script =
    "mkdir /new; chown ann /new; echo x > /new/file; chown 3:4 /new/file; rm /gone; echo y >> /secret";
  const { id, end } = await sleeping(script, "--image", "owners");
  const changes = (await ft("diff", id)).stdout;
  assert.is(changes, "D /gone\nA /new\nA /new/file\nC /secret\n");
  const made = await ft("commit", id, "changed");
  assert.is(made.status, 0, made.stderr);
  await end();
  for (const mode of ["auto", "host"]) {
    const words = [
      "--image",
      "changed",
      "--userns",
      mode,
      "stat",
      "-c",
      "%u:%g %n",
      "new",
      "new/file",
      "secret",
    ];
    assert.is(await inside(...words), "1000:0 new\n3:4 new/file\n0:0 secret\n");
  }
});

test("an image of 128 layers", needs, async () => {
  const small = Array.from({ length: 127 }, (_, i) => layer(directory("each"), file(`each/${i}`, "")));
  await load(chapter, home, "tall", image([base(), ...small]));
  assert.is(await inside("--image", "tall", "sh", "-c", "ls /each | wc -l"), "127\n");
});

test("--rootfs: a directory's files keep their owners too", needs, async () => {
  const rootfs = path.join(tempDir(), "root");
  const { stdout } = await ft("rootfs");
  spawnSync("cp", ["-a", stdout.trim(), rootfs]);
  chmodSync(path.dirname(rootfs), 0o700);
  const words = ["--rootfs", rootfs, "sh", "-c", "echo x > /new; stat -c %u:%g /etc /new"];
  assert.is(await inside(...words), "0:0\n0:0\n");
  assert.not(existsSync(path.join(rootfs, "new")));
});

// What root there may not do

/** A folder whose "secret" is the host's root's alone. */
function withSecret(): string {
  const folder = tempDir();
  writeFileSync(path.join(folder, "secret"), "of the host\n", { mode: 0o600 });
  chmodSync(folder, 0o755);
  return folder;
}

test(
  "a file of the host's root, in a volume, can't be read or replaced; with --userns host it can",
  needs,
  async () => {
    const folder = withSecret();
    const attack = ["-v", `${folder}:/v`, "sh", "-c", "cat /v/secret; chmod 666 /v/secret; echo x > /v/made"];
    const { stdout, stderr, status } = await ft("run", ...attack);
    assert.is(stdout, "");
    assert.is.not(status, 0);
    assert.match(
      stderr,
      /secret.*Permission denied[\s\S]*secret.*not permitted[\s\S]*made.*Permission denied/,
    );
    assert.equal(readdirSync(folder), ["secret"]);
    assert.is(statSync(path.join(folder, "secret")).mode & 0o777, 0o600);
    assert.is(await inside("--userns", "host", ...attack), "of the host\n");
    assert.is(statSync(path.join(folder, "secret")).mode & 0o777, 0o666);
    assert.ok(existsSync(path.join(folder, "made")));
  },
);

test(
  "a script whose interpreter is the runtime's program gets another one, with the host's ids",
  [...needs, tool("ldd")],
  async () => {
    const folder = tempDir();
    chmodSync(folder, 0o755);
    for (const library of librariesOf(process.execPath))
      copyFileSync(library, path.join(folder, path.basename(library)));
    const script = path.join(folder, "script");
    writeFileSync(script, "#!/proc/self/exe --version\n", { mode: 0o755 });
    const volume = ["-v", `${folder}:/v:ro`, "-e", "LD_LIBRARY_PATH=/v"];
    const before = await run([...runtime("05-overlay"), "run", ...volume, "/v/script"], { env });
    assert.is(before.stdout, `${process.version}\n`);
    for (const flags of [[], ["--init"], ["--name", "kept"]]) {
      const { status, stdout } = await ft("run", "--userns", "host", ...flags, ...volume, "/v/script");
      assert.is(`${status}${stdout}`, "127");
    }
    await ft("rm", "kept");
    const id = (await ft("run", "-d", "--userns", "host", ...volume, "sleep", "1000")).stdout.trim();
    const { status, stdout } = await ft("exec", id, "/v/script");
    assert.is(`${status}${stdout}`, "127");
    assert.is((await ft("exec", id, "/v/nothing")).status, 127);
    assert.is((await ft("exec", id, "/v")).status, 126);
    assert.is((await ft("exec", id, "sh", "-c", "exit 3")).status, 3);
    await ft("rm", "-f", id);
  },
);

test("-v SRC:DST:idmap: the files' owners are the container's, on purpose", needs, async () => {
  const folder = withSecret();
  const script = "cat /v/secret; echo x > /v/made; stat -c %u:%g /v/secret";
  assert.is(await inside("-v", `${folder}:/v:idmap`, "sh", "-c", script), "of the host\n0:0\n");
  assert.is(statSync(path.join(folder, "made")).uid, 0);
  const both = await ft(
    "run",
    "-v",
    `${folder}:/v:ro,idmap`,
    "sh",
    "-c",
    "cat /v/secret; echo x > /v/secret",
  );
  assert.is(both.stdout, "of the host\n");
  assert.match(both.stderr, /Read-only file system/);
});

test("a volume below a directory that only its owner may enter", needs, async () => {
  const folder = tempDir();
  mkdirSync(path.join(folder, "closed/v"), { recursive: true });
  writeFileSync(path.join(folder, "closed/v/file"), "seen\n");
  chmodSync(path.join(folder, "closed"), 0o700);
  spawnSync("chown", ["1234", path.join(folder, "closed")]);
  assert.is(await inside("-v", `${folder}/closed/v:/v`, "cat", "/v/file"), "seen\n");
});

test(
  "no process of the host's can be signalled; with --userns host it can",
  [root, tool("nsenter")],
  async () => {
    const victim = start(["sleep", "3000.999"]);
    // In the container's user namespace alone, the host's processes in sight: what the PID namespace hides isn't the question.
    const kill = (pid: number) =>
      run(["nsenter", `--user=/proc/${pid}/ns/user`, "-S", "0", "-G", "0", "kill", `${victim.pid}`]);
    const auto = await sleeping("");
    const { status, stderr } = await kill(auto.pid);
    assert.is.not(status, 0);
    assert.match(stderr, /not permitted/);
    assert.is(victim.child.exitCode ?? victim.child.signalCode, null);
    await auto.end();
    const host = await sleeping("", "--userns", "host");
    const direct = await run(["nsenter", "-t", `${host.pid}`, "--uts", "kill", `${victim.pid}`]);
    assert.is(direct.status, 0, direct.stderr);
    assert.is((await victim.done).signal, "SIGTERM");
    await host.end();
  },
);

test("no device can be made; those of /dev work, and stay the host's", needs, async () => {
  const script = `mknod /disk b 8 0; echo $?; echo x > /dev/null; head -c 3 /dev/zero | wc -c; chmod 600 /dev/null; echo $?`;
  const { stdout, stderr } = await ft("run", "sh", "-c", script);
  assert.is(stdout, "1\n3\n1\n");
  assert.match(stderr, /not permitted[\s\S]*not permitted/);
  assert.is(statSync("/dev/null").mode & 0o777, 0o666);
});

test("a place in a volume for another volume is made, and removed again", needs, async () => {
  const [outer, inner] = [tempDir(), tempDir()];
  for (const folder of [outer, inner]) chmodSync(folder, 0o755);
  writeFileSync(path.join(inner, "file"), "found\n");
  const volumes = ["-v", `${outer}:/o`, "-v", `${inner}:/o/on/the/way`, "-v", `${inner}/file:/o/file`];
  assert.is(await inside(...volumes, "cat", "/o/on/the/way/file", "/o/file"), "found\nfound\n");
  assert.equal(readdirSync(outer), []);
});

// Whom the command runs as

test("-u takes names and numbers, with the groups of the image's /etc/group", needs, async () => {
  await loadOwners();
  for (const [user, ids] of [
    ["ann", "uid=1000(ann) gid=1001(ann) groups=1001(ann),2000(lab),3000(team)"],
    ["1000", "uid=1000(ann) gid=1001(ann) groups=1001(ann),2000(lab),3000(team)"],
    ["ann:lab", "uid=1000(ann) gid=2000(lab) groups=2000(lab)"],
    ["7:8", "uid=7 gid=8 groups=8"],
    ["7", "uid=7 gid=0(root) groups=0(root)"],
    ["root", "uid=0(root) gid=0(root) groups=0(root),2000(lab)"],
    ["65535:65535", "uid=65535 gid=65535 groups=65535"],
  ] as const) {
    for (const mode of ["auto", "host"]) {
      const words = ["--image", "owners", "--userns", mode, "-u", user, "id"];
      assert.is((await inside(...words)).trim(), ids, `${mode} -u ${user}`);
    }
  }
});

test("the image's user applies, and -u wins over it", needs, async () => {
  await load(chapter, home, "hers", image([base()], { User: "ann", Cmd: ["id", "-u"] }));
  assert.is(await inside("--image", "hers"), "1000\n");
  assert.is(await inside("--image", "hers", "-u", "0"), "0\n");
});

test("-u of an id that the container hasn't, or of an unknown name", needs, async () => {
  for (const [user, error] of [
    ["65536", "user 65536:0: 65536 isn't one of the container's 65536 ids"],
    ["1:70000", "user 1:70000: 70000 isn't"],
    ["eve", 'user "eve": "eve" isn\'t in the image\'s /etc/passwd'],
    ["0:eve", 'user "0:eve": "eve" isn\'t in the image\'s /etc/group'],
  ] as const) {
    const { status, stdout, stderr } = await ft("run", "-u", user, "true");
    assert.is(`${status}${stdout}`, "125");
    assertError(stderr, error);
  }
  assert.is(await inside("--userns", "host", "-u", "65536", "id", "-u"), "65536\n");
  const { status, stderr } = await ft("run", "--userns", "other", "true");
  assert.is(status, 125);
  assertError(stderr, "--userns other: no such mode");
});

test("fds 0 to 2 can be opened again where they are pipes, by any user", needs, async () => {
  for (const user of ["0", "1000"]) {
    const script = "echo out > /dev/stdout; echo err > /dev/stderr; cat /dev/stdin";
    const argv = command("run", "-u", user, "sh", "-c", script);
    // Node's own pipes are sockets: a shell's are pipes.
    const quoted = argv.map((word) => `'${word}'`).join(" ");
    const { stdout } = await run(["sh", "-c", `echo in | ${quoted} 2>&1 | cat`], { env });
    assert.is(stdout, "out\nerr\nin\n");
  }
});

test("the terminal is the user's", [...needs, tool("script")], async () => {
  for (const user of ["0", "1000"]) {
    const words = ["run", "-u", user, "sh", "-c", "stat -c %u:%g $(tty); echo typed > $(tty)"];
    const { done } = terminal(command(...words), { env });
    assert.match((await done).stdout, new RegExp(`^${user}:5\r\ntyped\r\n`));
  }
});

// Nothing is left behind

test("after its end, and after kill -9 and clean, the host is as before", needs, async () => {
  const before = snapshot();
  await (await sleeping("echo x > /new")).end();
  assertSame(before, snapshot(), "a run");
  const { running, pid } = await sleeping("echo x > /new");
  running.child.kill("SIGKILL");
  await running.done;
  while (existsSync(`/proc/${pid}/ns/user`)) await new Promise((resolve) => setTimeout(resolve, 10));
  const { status, stderr } = await run(node(path.join(repo, "scripts/clean.ts"), []), { env });
  assert.is(status, 0, stderr);
  assertSame(before, snapshot(), "kill -9 and clean");
  assert.equal(readdirSync(path.join(home, "containers")), []);
});

const mapless = need("needs unshare and a kernel with overlayfs", () => tool("unshare").lack() === undefined);
test("where a file system can't map ids, the error says what to do", [...needs, mapless], async () => {
  // An overlay can't.
  const places = tempDir();
  for (const name of ["lower", "upper", "work", "merged"]) mkdirSync(path.join(places, name));
  const options = `lowerdir=${places}/lower,upperdir=${places}/upper,workdir=${places}/work`;
  const script = `mount -t overlay overlay -o ${options} ${places}/merged && exec "$@"`;
  const argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"];
  const words = command("run", "--rootfs", path.join(places, "merged"), "true");
  const { status, stderr } = await run([...argv, ...words], { env });
  assert.is(status, 125);
  assert.match(stderr, /^error: step \d+, mount_setattr\(.*: EINVAL.*\nhint: .*--userns host/);
});

test.run();
