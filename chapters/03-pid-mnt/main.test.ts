import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { assertError, commonTests } from "../../test/behaviours.ts";
import {
  assert,
  assertSame,
  findProcess,
  root,
  run,
  runtime,
  snapshot,
  start,
  suite,
  tempDir,
  tool,
} from "../../test/harness.ts";

const test = suite("03-pid-mnt");
const command = (...words: string[]) => [...runtime("03-pid-mnt"), "run", ...words];
const inside = async (...words: string[]) => (await run(command(...words))).stdout;

commonTests(test, { chapter: "03-pid-mnt", needs: [root], signalFlags: ["--init"] });

/** A root filesystem of the test's own: a static busybox and nothing else. */
function busyboxRoot(): string {
  const folder = tempDir();
  mkdirSync(path.join(folder, "bin"));
  writeFileSync(path.join(folder, "bin/busybox"), readFileSync(busyboxFile() ?? ""), { mode: 0o755 });
  for (const name of ["sh", "ls", "cat", "echo", "mount"])
    symlinkSync("busybox", path.join(folder, "bin", name));
  return folder;
}
const busyboxFile = () => ["/bin/busybox", "/usr/bin/busybox"].find(existsSync);
const busybox = tool("busybox");

// Processes

test("the command is PID 1, and sees no process of the host's", [root], async () => {
  assert.is(await inside("sh", "-c", "echo $$"), "1\n");
  const pids = (await inside("sh", "-c", "echo /proc/[0-9]*")).trim().split(" ");
  assert.equal(pids, ["/proc/1"]);
});

test("five namespaces aren't the host's, as seen from the host; the others are", [root], async () => {
  const running = start(command("sleep", "3000.03"));
  const pid = await findProcess(/^sleep 3000\.03$/);
  const same = (name: string) =>
    readlinkSync(`/proc/${pid}/ns/${name}`) === readlinkSync(`/proc/self/ns/${name}`);
  for (const name of ["pid", "mnt", "uts", "ipc"]) assert.not(same(name), name);
  for (const name of ["net", "user"]) assert.ok(same(name), name);
  process.kill(pid, "SIGKILL");
  assert.is((await running.done).status, 137);
});

test("when PID 1 ends, so does all that it started", [root], async () => {
  await inside("sh", "-c", "exec >/dev/null 2>&1; setsid sleep 3000.04 & sleep 3000.05 & exit 0");
  const left = readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || !existsSync(`/proc/${pid}/cmdline`)) return false;
    const words = readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0");
    return words[0] === "sleep" && /^3000\.0[45]$/.test(words[1] ?? "");
  });
  for (const pid of left) process.kill(Number(pid), "SIGKILL");
  assert.equal(left, []);
});

test("a signal that PID 1 has no handler for doesn't reach it, as with Docker", [root], async () => {
  const shell =
    "trap 'echo got USR1' USR1; echo ready; while :; do read line; [ \"$line\" = q ] && exit 3; done";
  const running = start(command("sh", "-c", shell));
  await running.waitFor(/ready/);
  for (const signal of ["SIGTERM", "SIGHUP", "SIGUSR1"] as const) process.kill(running.pid, signal);
  await running.waitFor(/got USR1/);
  running.type("q\n");
  assert.is((await running.done).status, 3);
});

/** The command is born first: PID 1 may not have executed the init yet. */
const ITS_INIT = "until grep -q memfd:init /proc/1/maps 2> /dev/null; do :; done;";

test("--init: the command is PID 2, gets the signals, and its orphans are reaped", [root], async () => {
  assert.is(await inside("--init", "sh", "-c", "echo $$"), "2\n");
  assert.match(await inside("--init", "sh", "-c", `${ITS_INIT} cat /proc/1/comm`), /^(memfd:)?init$/m);
  // The command is a sleep, which waits for nobody; its orphan has ended long before the count.
  const count = "cat /proc/[0-9]*/stat | grep -c ') Z '";
  const script = `(sleep 1; ${count}) & sh -c 'sleep 0.05 & exit'; exec sleep 1.5`;
  assert.is(await inside("--init", "sh", "-c", script), "0\n");
  assert.is(await inside("sh", "-c", script), "1\n");
  const { status } = await run(command("--init", "sh", "-c", "exit 9"));
  assert.is(status, 9);
});

test("--init holds none of the runtime's memory", [root], async () => {
  const maps = await inside("--init", "sh", "-c", `${ITS_INIT} cat /proc/1/maps`);
  assert.not.match(maps, /node|koffi|libc/);
});

// The root filesystem

test("nothing of the host's files is seen", [root], async () => {
  const marker = path.join(tempDir(), "only-on-the-host");
  writeFileSync(marker, "");
  const result = await run(command("cat", marker));
  assert.is(result.status, 1);
  const mounts = await inside("cat", "/proc/self/mountinfo");
  const places = mounts
    .trim()
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "");
  assert.ok(
    places.every((place) => place === "/" || /^\/(proc|sys|dev)(\/|$)/.test(place)),
    mounts,
  );
});

test(
  "no mount inside reaches the host, even where its mounts are shared",
  [root, tool("unshare")],
  async () => {
    const before = snapshot();
    const shared = ["unshare", "--mount", "--propagation", "shared", "sh", "-c"];
    const script = `"$@" mount -t tmpfs leaked /mnt; grep -c leaked /proc/self/mountinfo; true`;
    const result = await run([...shared, script, "sh", ...command()]);
    assert.is(result.stdout, "0\n");
    assertSame(before, snapshot(), "a mount inside");
  },
);

test("--rootfs is the root, whatever it lacks, and is left as it was", [root, busybox], async () => {
  const folder = busyboxRoot();
  assert.is(await inside("--rootfs", folder, "ls", "/"), "bin\ndev\nproc\nsys\n");
  assert.equal(readdirSync(folder), ["bin"]);
  for (const directory of ["/no/such", "/etc/passwd", "/"]) {
    const result = await run(command("--rootfs", directory, "true"));
    assert.is(result.status, 125);
    assertError(result.stderr, `--rootfs ${directory}: `);
  }
});

test("a hostile root filesystem can't lead a mount out of itself", [root, busybox], async () => {
  const victim = tempDir();
  writeFileSync(path.join(victim, "file"), "the host's");
  for (const name of ["proc", "sys", "dev"]) {
    const folder = busyboxRoot();
    symlinkSync(victim, path.join(folder, name));
    const result = await run(command("--rootfs", folder, "echo", "ran"));
    assert.is(result.status, 125, name);
    assertError(result.stderr, "step ");
  }
  const folder = busyboxRoot();
  symlinkSync(victim, path.join(folder, "data"));
  symlinkSync("../../../../../../../..", path.join(folder, "up"));
  const source = tempDir();
  writeFileSync(path.join(source, "seen"), "");
  for (const target of ["/data", "/data/new", `/up${victim}/new`]) {
    await run(command("--rootfs", folder, "-v", `${source}:${target}`, "ls", target));
    assert.equal(readdirSync(victim), ["file"], target);
    assert.is(readFileSync(path.join(victim, "file"), "utf8"), "the host's");
  }
});

// What the kernel shows

test("/dev has what the OCI runtime specification lists, and nothing of the host's", [root], async () => {
  const names = (await inside("ls", "/dev")).trim().split("\n");
  const expected = "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero".split(" ");
  assert.equal(names, expected);
  const script =
    "echo x >/dev/null; head -c 3 /dev/zero | od -An -tx1; head -c 4 /dev/urandom | wc -c; cat /proc/self/comm >/dev/full";
  const result = await run(command("sh", "-c", script));
  assert.match(result.stdout, /00 00 00\n4\n/);
  assert.match(result.stderr, /No space left/);
  assert.is(await inside("sh", "-c", "stat -c %a /dev/shm; touch /dev/shm/a && ls /dev/shm"), "1777\na\n");
});

test("/sys and parts of /proc are read-only, and others are masked", [root], async () => {
  for (const file of ["/sys/kernel/uevent_helper", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger"]) {
    const { stderr, status } = await run(command("sh", "-c", `: > ${file}`));
    assert.is.not(status, 0, file);
    assert.match(stderr, /Read-only|Permission denied|nonexistent|No such/, file);
  }
  for (const file of ["/proc/kcore", "/proc/keys", "/proc/timer_list"].filter(existsSync)) {
    assert.is((await inside("sh", "-c", `head -c 1 ${file} | wc -c`)).trim(), "0", file);
  }
  for (const folder of ["/sys/firmware", "/proc/scsi", "/proc/acpi"].filter(existsSync)) {
    assert.is(await inside("ls", folder), "", folder);
  }
});

// Volumes

test("-v shows a file and a directory of the host's, writable", [root], async () => {
  const folder = tempDir();
  writeFileSync(path.join(folder, "a"), "from the host\n");
  const script = "cat /one/a /two; echo from inside > /one/b";
  const volumes = ["-v", `${folder}:/one`, "-v", `${folder}/a:/two`];
  assert.is(await inside(...volumes, "sh", "-c", script), "from the host\nfrom the host\n");
  assert.is(readFileSync(path.join(folder, "b"), "utf8"), "from inside\n");
});

test("a :ro volume is read-only with all that is mounted below it", [root, tool("unshare")], async () => {
  const folder = tempDir();
  mkdirSync(path.join(folder, "below"));
  const outer = ["unshare", "--mount", "sh", "-c", `mount -t tmpfs below ${folder}/below && exec "$@"`, "sh"];
  const script = "touch /data/a; touch /data/below/a; mount -o remount,bind,rw /data; touch /data/b; true";
  const ro = await run([
    ...outer,
    ...command("-v", `${folder}:/data:ro`, "sh", "-c", script.split("; mount")[0] ?? ""),
  ]);
  assert.is(ro.stderr.match(/Read-only file system/g)?.length, 2, ro.stderr);
  const rw = await run([...outer, ...command("-v", `${folder}:/data`, "touch", "/data/below/a")]);
  assert.is(rw.status, 0, rw.stderr);
});

test("a volume that can't be is refused, before anything is done", async () => {
  const folder = tempDir();
  for (const [volume, what] of [
    [`${folder}/missing:/data`, `${folder}/missing doesn't exist`],
    [folder, "not SRC:DST"],
    [`${folder}:data`, "DST must be an absolute path"],
    [`${folder}:/`, "DST must be an absolute path"],
    [`${folder}:/a/../..`, "DST must be an absolute path"],
    [`${folder}:/data:rx`, "no such mode: rx"],
    [`${folder}:/proc/sys`, "DST is the kernel's own"],
  ]) {
    const result = await run(command("--explain", "-v", volume ?? "", "true"));
    assert.is(result.status, 125, volume);
    assertError(result.stderr, `-v ${volume}: ${what}`);
  }
});

test(
  "volumes inside one another are mounted outer first, and their places are removed",
  [root, busybox],
  async () => {
    const [outer, inner, folder] = [tempDir(), tempDir(), busyboxRoot()];
    writeFileSync(path.join(inner, "found"), "");
    const volumes = ["-v", `${inner}:/a/b/c`, "-v", `${outer}:/a`];
    assert.is(await inside("--rootfs", folder, ...volumes, "ls", "/a/b/c"), "found\n");
    assert.equal(readdirSync(outer), []);
    assert.equal(readdirSync(folder), ["bin"]);
  },
);

// The environment

test("the environment is PATH, HOME, HOSTNAME, and TERM with a terminal", [root], async () => {
  const env = { SECRET: "token" };
  const { stdout } = await run(command("--hostname", "box", "env"), { env });
  assert.equal(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split("=")[0])
      .sort(),
    ["HOME", "HOSTNAME", "PATH"],
  );
  assert.match(stdout, /^HOSTNAME=box$/m);
  assert.match((await run(command("-t", "env"), { env })).stdout, /^TERM=xterm\r$/m);
});

test("-e and --env-file set variables, and take them from the host", [root], async () => {
  const file = path.join(tempDir(), "variables");
  writeFileSync(file, "# a comment\nA=1\nB=two words\n\nFROM_HOST\n");
  const env = { FROM_HOST: "host's", ALSO: "also" };
  const flags = [
    "--env-file",
    file,
    "-e",
    "A=3",
    "-e",
    "ALSO",
    "-e",
    "EMPTY=",
    "-e",
    "UNSET_THERE",
    "-e",
    "URL=a=b",
  ];
  const { stdout } = await run(command(...flags, "env"), { env });
  for (const line of ["A=3", "B=two words", "FROM_HOST=host's", "ALSO=also", "EMPTY=", "URL=a=b"]) {
    assert.ok(stdout.split("\n").includes(line), line);
  }
  assert.not.match(stdout, /UNSET_THERE/);
  assertError((await run(command("--explain", "-e", "=x", "true"))).stderr, "-e =x: not a variable's name");
  // Some versions of Node take this flag for their own, wherever it stands, and end with status 9.
  const missing = await run(command("--explain", "--env-file", "/no/file", "true"));
  if (missing.status !== 9) assertError(missing.stderr, "--env-file /no/file: ENOENT");
});

test("-w is where the command begins", [root], async () => {
  assert.is(await inside("pwd"), "/\n");
  assert.is(await inside("-w", "/usr/bin", "pwd"), "/usr/bin\n");
  const missing = await run(command("-w", "/no/such", "pwd"));
  assert.is(missing.status, 125);
  assertError(missing.stderr, "step ");
  assertError((await run(command("-w", "relative", "pwd"))).stderr, "-w relative: not an absolute path");
});

// The built-in root filesystem

test("'rootfs' makes and prints it; it is there for the next run", [root], async () => {
  const env = { FT_DOCKER_HOME: tempDir() };
  const first = await run([...runtime("03-pid-mnt"), "rootfs"], { env });
  assert.is(first.status, 0, first.stderr);
  const folder = first.stdout.trim();
  assert.ok(existsSync(path.join(folder, "bin/sh")));
  assert.is((await run([...runtime("03-pid-mnt"), "rootfs"], { env })).stdout, first.stdout);
  assert.is((await run(command("echo", "ran"), { env })).stdout, "ran\n");
});

test("--explain makes no root filesystem", async () => {
  const home = path.join(tempDir(), "home");
  const result = await run(command("--explain", "true"), { env: { FT_DOCKER_HOME: home } });
  assert.is(result.status, 0, result.stderr);
  assert.not(existsSync(home));
});

test.run();
