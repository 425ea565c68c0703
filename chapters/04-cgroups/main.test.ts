import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { assertError, commonTests } from "../../test/behaviours.ts";
import { account, controller, groupOf, ourGroups, treeOf, v1, v2, version } from "../../test/cgroups.ts";
import {
  assert,
  assertSame,
  findProcess,
  findTool,
  need,
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

const test = suite(`04-cgroups (cgroup v${version})`);
const command = (...words: string[]) => [...runtime("04-cgroups"), "run", ...words];
const stats = (...words: string[]) => [...runtime("04-cgroups"), "stats", ...words];
const MIB = 1024 * 1024;

commonTests(test, { chapter: "04-cgroups", needs: [root], signalFlags: ["--init"] });

/** A number of seconds that nobody else sleeps on this machine. */
const own = (name: string): string => `3000.${name}${process.pid}`;

/** A container that sleeps, its first process as the host counts, and its end. */
async function sleeping(
  name: string,
  ...flags: string[]
): Promise<{ pid: number; end: () => Promise<void> }> {
  const running = start(command(...flags, "sleep", own(name)));
  const pid = await findProcess(new RegExp(`^sleep ${own(name)}$`), running);
  return { pid, end: () => ended(running, pid) };
}

async function ended(running: Running, pid: number): Promise<void> {
  process.kill(pid, "SIGKILL");
  assert.is((await running.done).status, 137);
}

/** Until it holds: what the kernel counts is seen a moment after it happened. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// The group

test(
  "a container has a group of its own, in a namespace of its own, and it is gone afterwards",
  [root],
  async () => {
    const before = ourGroups();
    const { pid, end } = await sleeping("41");
    const group = groupOf(pid, "memory");
    assert.match(group, /\/ft-docker-[0-9a-f]{12}$/);
    assert.equal(readFileSync(path.join(group, "cgroup.procs"), "utf8"), `${pid}\n`);
    assert.is.not(readlinkSync(`/proc/${pid}/ns/cgroup`), readlinkSync("/proc/self/ns/cgroup"));
    await end();
    assert.equal(ourGroups(), before);
  },
);

test("inside, its group is the root, is shown in /sys/fs/cgroup, and can't be changed", [root], async () => {
  const file = version === 2 ? "/sys/fs/cgroup/pids.max" : "/sys/fs/cgroup/pids/pids.max";
  const script = `cat /proc/self/cgroup; cat ${file}; echo max > ${file}; mkdir ${path.dirname(file)}/more`;
  const { stdout, stderr } = await run(command("--pids-limit", "77", "sh", "-c", script));
  assert.not.match(stdout, "ft-docker");
  assert.match(stdout, /^(\d+:[\w,=]*:\/\n)+77\n$/);
  assert.is(stderr.match(/Read-only file system/g)?.length, 2, stderr);
});

test("all containers at once have their own", [root], async () => {
  const before = snapshot();
  const limits = ["71", "72", "73", "74", "75", "76"];
  const file = version === 2 ? "/sys/fs/cgroup/pids.max" : "/sys/fs/cgroup/pids/pids.max";
  const results = await Promise.all(limits.map((limit) => run(command("--pids-limit", limit, "cat", file))));
  assert.equal(
    results.map(({ stdout, stderr }) => stdout + stderr),
    limits.map((limit) => `${limit}\n`),
  );
  assertSame(before, snapshot(), "six containers");
});

// Memory

test(
  "a process that allocates past --memory is killed: status 137, and stderr says why",
  [root],
  async () => {
    const before = snapshot();
    // tail keeps the last line of what it reads, and this one has no end.
    const { status, stdout, stderr } = await run(command("--memory", "32m", "tail", "/dev/zero"));
    assert.is(`${status}${stdout}`, "137");
    assertError(
      stderr,
      "out of memory: the kernel killed a process of the container: the limit is 32MiB, it used ",
    );
    const [, used = ""] = /used ([\d.]+)MiB$/m.exec(stderr) ?? [];
    assert.ok(Number(used) > 24 && Number(used) <= 32, stderr);
    assertSame(before, snapshot(), "out of memory");
  },
);

test("one that isn't PID 1 is killed as well, and the container goes on", [root], async () => {
  const { status, stdout, stderr } = await run(
    command("-m", "32m", "sh", "-c", "tail /dev/zero; echo it ended with $?"),
  );
  assert.is(`${status} ${stdout}`, "0 it ended with 137\n");
  assert.match(
    stderr,
    /^error: out of memory: the kernel killed a process of the container: the limit is 32MiB/m,
  );
});

test("what needs less than --memory isn't", [root], async () => {
  const { status, stderr } = await run(
    command("-m", "32m", "sh", "-c", "head -c 8m /dev/zero | tail -c 8m > /dev/null"),
  );
  assert.is(`${status}${stderr}`, "0");
});

test("--memory-swap and --memory-reservation are in the kernel's files", [root], async () => {
  const flags = ["-m", "64m", "--memory-swap", "96m", "--memory-reservation", "48m"];
  const { pid, end } = await sleeping("42", ...flags);
  const group = groupOf(pid, "memory");
  assert.is(account(group, "memory.max", "memory.limit_in_bytes"), 64 * MIB);
  assert.is(
    account(group, "memory.swap.max", "memory.memsw.limit_in_bytes"),
    (version === 2 ? 32 : 96) * MIB,
  );
  assert.is(account(group, "memory.low", "memory.soft_limit_in_bytes"), 48 * MIB);
  await end();
});

test("--cgroup-conf memory.high slows what is above it, and kills nothing", [root, v2], async () => {
  const script =
    "head -c 24m /dev/zero | tail -c 24m | wc -c; grep '^high [1-9]' /sys/fs/cgroup/memory.events";
  const { status, stdout, stderr } = await run(
    command("--cgroup-conf", "memory.high=16M", "sh", "-c", script),
  );
  assert.is(`${status}${stderr}`, "0");
  assert.match(stdout, /^25165824\nhigh \d+\n$/);
});

// Processors

/** What the group's processes have used of a core, over some two seconds, by its own account. */
async function coresUsed(group: string): Promise<number> {
  const used = () =>
    version === 2
      ? account(group, "usage_usec:cpu.stat", "")
      : account(groupIn("cpuacct", group), "", "cpuacct.usage") / 1000;
  const [from, started] = [used(), performance.now()];
  await sleep(2000);
  return (used() - from) / (1000 * (performance.now() - started));
}
const groupIn = (name: string, group: string) => path.join(treeOf(name) ?? "", path.basename(group));

test(
  "--cpus 0.5 is half a core at most, and it is throttled for that",
  [root, controller("cpu")],
  async () => {
    const running = start(command("--cpus", "0.5", "sh", "-c", `while :; do :; done # ${own("43")}`));
    const pid = await findProcess(new RegExp(`^sh -c while .* # ${own("43")}$`), running);
    const group = groupOf(pid, "cpu");
    const cores = await coresUsed(group);
    assert.ok(cores > 0 && cores < 0.6, `${cores} cores`);
    // On a busy machine it may not have got its half for some periods.
    await until(() => account(group, "nr_throttled:cpu.stat", "nr_throttled:cpu.stat") > 0);
    await ended(running, pid);
  },
);

test("--cpu-shares is a weight: 1024 is everybody's", [root, controller("cpu")], async () => {
  for (const [shares, weight] of [
    ["2", 1],
    ["1024", 100],
    ["262144", 10000],
  ] as const) {
    const { pid, end } = await sleeping("44", "--cpu-shares", shares);
    assert.is(
      account(groupOf(pid, "cpu"), "cpu.weight", "cpu.shares"),
      version === 2 ? weight : Number(shares),
    );
    await end();
  }
});

test("--cpuset-cpus is seen in /proc/self/status", [root, controller("cpuset")], async () => {
  const last = String(os.cpus().length - 1);
  for (const list of ["0", last]) {
    const { stdout, stderr } = await run(
      command("--cpuset-cpus", list, "grep", "^Cpus_allowed_list", "/proc/self/status"),
    );
    assert.is(stdout + stderr, `Cpus_allowed_list:\t${list}\n`);
  }
});

// Processes

test("a fork bomb stops at --pids-limit, and the host goes on", [root], async () => {
  const bomb = `bomb() { bomb | bomb & }; bomb 2>/dev/null; read end # ${own("51")}`;
  const running = start(command("--pids-limit", "30", "sh", "-c", bomb));
  const pid = await findProcess(new RegExp(`^sh -c bomb.* # ${own("51")}$`), running);
  const group = groupOf(pid, "pids");
  await until(() => account(group, "max:pids.events", "max:pids.events") > 0);
  for (let i = 0; i < 20; i++) {
    assert.ok(account(group, "pids.current", "pids.current") <= 30);
    assert.is(spawnSync("true").status, 0);
  }
  process.kill(pid, "SIGKILL");
  assert.is((await running.done).status, 137);
});

test("--pids-limit -1 is no limit", [root], async () => {
  const { pid, end } = await sleeping("45", "--pids-limit", "-1");
  assert.is(readFileSync(path.join(groupOf(pid, "pids"), "pids.max"), "utf8"), "max\n");
  await end();
});

// Disks

/** A loop device is a disk whose bytes are a file's. */
function loopDevice(): { device: string; detach: () => void } {
  const file = path.join(tempDir(), "disk");
  const fd = openSync(file, "w");
  ftruncateSync(fd, 16 * MIB);
  closeSync(fd);
  const device = execFileSync("losetup", ["--find", "--show", file], { encoding: "utf8" }).trim();
  return { device, detach: () => void execFileSync("losetup", ["--detach", device]) };
}
const loop = need("needs a free loop device", () => {
  if (process.geteuid?.() !== 0 || !findTool("losetup")) return false;
  return spawnSync("losetup", ["--find"]).status === 0;
});

test(
  "--device-write-bps and --device-read-bps slow a real disk",
  [root, controller("io"), loop],
  async () => {
    const { device, detach } = loopDevice();
    try {
      const [, minor = ""] = /(\d+)$/.exec(device) ?? [];
      /** Bytes in a second, as dd measures itself, past the page cache. */
      const speed = async (flags: string[], words: string) => {
        const script = `mknod /dev/disk b 7 ${minor} && exec dd ${words} bs=512k count=6`;
        const { status, stderr } = await run(command(...flags, "sh", "-c", script));
        assert.is(status, 0, stderr);
        const [, bytes, seconds] = /(\d+) bytes .*, ([\d.e-]+) s,/.exec(stderr) ?? [];
        return Number(bytes) / Number(seconds);
      };
      const write = "if=/dev/zero of=/dev/disk oflag=direct";
      const read = "if=/dev/disk of=/dev/null iflag=direct";
      // The kernel lets some of a second's bytes through at once.
      assert.ok((await speed(["--device-write-bps", `${device}:1m`], write)) < 2 * MIB);
      assert.ok((await speed(["--device-read-bps", `${device}:1m`], read)) < 2 * MIB);
      assert.ok((await speed([], write)) > 2 * MIB);
      assert.ok((await speed(["--device-read-bps", `${device}:1m`], write)) > 2 * MIB);
    } finally {
      detach();
    }
  },
);

// What can't be given

test("a limit that makes no sense is refused before anything is done", async () => {
  for (const [words, what] of [
    [["-m", "12x"], "--memory 12x: not a size"],
    [["-m", "0"], "--memory 0: not a size"],
    [["-m", "5m"], "--memory 5m: less than 6m"],
    [["--memory-swap", "1g"], "--memory-swap 1g: there is no --memory"],
    [["-m", "64m", "--memory-swap", "32m"], "--memory-swap 32m: less than --memory"],
    [["-m", "64m", "--memory-reservation", "65m"], "--memory-reservation 65m: more than --memory"],
    [["--cpus", "0"], "--cpus 0: not a number of processors"],
    [["--cpus", "1e9"], "--cpus 1e9: not a number of processors"],
    [["--cpu-shares", "1"], "--cpu-shares 1: not a weight"],
    [["--cpuset-cpus", "all"], "--cpuset-cpus all: not a list of processors"],
    [["--pids-limit", "0"], "--pids-limit 0: not a number of processes"],
    [["--pids-limit", "1.5"], "--pids-limit 1.5: not a number of processes"],
    [["--device-write-bps", "/dev/null:1m"], "--device-write-bps /dev/null:1m: /dev/null isn't a disk"],
    [["--device-read-bps", "1m"], "--device-read-bps 1m: not DEV:RATE"],
    [["--cgroup-conf", "cgroup.procs=1"], "--cgroup-conf cgroup.procs=1: not FILE=VALUE"],
    [["--cgroup-conf", "../x.y=1"], "--cgroup-conf ../x.y=1: not FILE=VALUE"],
  ] as const) {
    const { status, stdout, stderr } = await run(command("--explain", ...words, "true"));
    assert.is(`${status}${stdout}`, "125", words.join(" "));
    assertError(stderr, what);
  }
});

test("processors that there aren't are refused", [controller("cpuset")], async () => {
  const { status, stderr } = await run(command("--explain", "--cpuset-cpus", "0,8191", "true"));
  assert.is(status, 125);
  assertError(stderr, "--cpuset-cpus 0,8191: there are only ");
});

test("a value that the kernel refuses names the step, and leaves nothing", [root, v2], async () => {
  const before = snapshot();
  const { status, stderr } = await run(command("--cgroup-conf", "memory.high=much", "true"));
  assert.is(status, 125);
  assert.match(stderr, /^error: step \d+, write\(#\d+, "much", 4\): EINVAL .*\nhint: is 'much' a value/);
  assertSame(before, snapshot(), "refused by the kernel");
});

/** The host as it would be with other mounts in /sys/fs/cgroup: in a mount namespace of the test's own. */
const withMounts = (mounts: string, words: string[]) =>
  run([
    "unshare",
    "--mount",
    "--propagation",
    "private",
    "sh",
    "-ec",
    `${mounts}; exec "$@"`,
    "sh",
    ...words,
  ]);
const EMPTY = "mount -t tmpfs tmpfs /sys/fs/cgroup";

test(
  "without cgroups there are no limits and no container, and it says so",
  [root, tool("unshare")],
  async () => {
    const { status, stderr } = await withMounts(EMPTY, command("true"));
    assert.is(status, 125);
    assertError(stderr, "cgroups: none are mounted");
  },
);

test("a controller that the host lacks is named", [root, tool("unshare"), v1], async () => {
  const only = `${EMPTY}; mkdir /sys/fs/cgroup/pids; mount -t cgroup -o pids cgroup /sys/fs/cgroup/pids`;
  const limited = await withMounts(only, command("-m", "64m", "true"));
  assert.is(limited.status, 125);
  assertError(limited.stderr, "memory.limit_in_bytes=67108864: the memory controller isn't there");
  const file = "/sys/fs/cgroup/pids/pids.max";
  const other = await withMounts(only, command("--pids-limit", "9", "cat", file));
  assert.is(other.stdout + other.stderr, "9\n");
});

const noCpuset = need("needs a host without the cpuset controller", () => treeOf("cpuset") === undefined);
test("a controller that the kernel lacks is named", [root, v2, noCpuset], async () => {
  const { status, stderr } = await run(command("--cpuset-cpus", "0", "true"));
  assert.is(status, 125);
  assertError(stderr, "cpuset.cpus=0: the cpuset controller isn't there");
});

test("where no group may be made, it says so", [root, tool("unshare")], async () => {
  const trees = version === 2 ? ["/sys/fs/cgroup"] : [treeOf("cpu") ?? ""];
  const readOnly = trees.map((tree) => `mount -o remount,bind,ro ${tree}`).join("; ");
  const before = snapshot();
  const { status, stderr } = await withMounts(readOnly, command("true"));
  assert.is(status, 125);
  assert.match(stderr, /^error: step \d+, \w+\(.*\): EROFS .*\nhint: /);
  assertSame(before, snapshot(), "read-only cgroups");
});

// The two generations

test("v1: the list writes 0 to each tree's tasks file", [v1], async () => {
  const { stdout } = await run(command("--explain", "true"));
  for (const name of ["memory", "pids", "cpuacct"])
    assert.match(
      stdout,
      new RegExp(`openat\\(AT_FDCWD, "/sys/fs/cgroup/[\\w,]*${name}[\\w,]*/ft-docker-\\w+/tasks"`),
    );
});

test("v2: the child is born in its group", [v2], async () => {
  const { stdout } = await run(command("--explain", "true"));
  assert.match(stdout, /clone3\(\{flags: \S*CLONE_INTO_CGROUP, exit_signal: SIGCHLD, cgroup: #\d+\}, 88\)/);
});

test("v2: controllers are enabled for the run alone, by whoever needs them", [root, v2], async () => {
  const file = "/sys/fs/cgroup/cgroup.subtree_control";
  const enabled = () =>
    readFileSync(file, "utf8")
      .trim()
      .split(" ")
      .filter((name) => name !== "")
      .sort();
  const before = enabled();
  const first = await sleeping("46");
  const second = await sleeping("47", "--cpus", "0.5");
  assert.ok(["cpu", "memory", "pids"].every((name) => enabled().includes(name)));
  await first.end();
  assert.is(account(groupOf(second.pid, "cpu"), "nr_periods:cpu.stat", "") >= 0, true);
  assert.ok(enabled().includes("memory"));
  await second.end();
  assert.equal(enabled(), before);
});

test(
  "v2: in a container around it, who is there makes room and comes back",
  [root, v2, tool("unshare")],
  async () => {
    const control = "/sys/fs/cgroup/cgroup.subtree_control";
    const had = readFileSync(control, "utf8")
      .trim()
      .split(" ")
      .filter((name) => name !== "");
    const script = `
    set -e
    echo '+memory +pids' > ${control}
    mkdir /sys/fs/cgroup/ft-docker-outer
    echo $$ > /sys/fs/cgroup/ft-docker-outer/cgroup.procs
    unshare --mount --cgroup --propagation private sh -c '
      mount -t tmpfs tmpfs /sys/fs/cgroup
      mount -t cgroup2 cgroup2 /sys/fs/cgroup
      echo $(wc -l < /sys/fs/cgroup/cgroup.procs) before
      "$@"
      echo $(wc -l < /sys/fs/cgroup/cgroup.procs) after, $(ls -d /sys/fs/cgroup/*/ | wc -l) groups,
      cat /sys/fs/cgroup/cgroup.subtree_control
    ' sh "$@"
    echo $$ > /sys/fs/cgroup/cgroup.procs
    rmdir /sys/fs/cgroup/ft-docker-outer`;
    const inner = command("-m", "32m", "cat", "/sys/fs/cgroup/memory.max");
    const { stdout, stderr } = await run(["sh", "-c", script, "sh", ...inner]);
    for (const name of ["memory", "pids"]) if (!had.includes(name)) writeFileSync(control, `-${name}`);
    assert.match(stdout, /^(\d+) before\n33554432\n\1 after, 0 groups,\n\n?$/, stderr);
  },
);

// stats

test("stats shows each container once with --no-stream", [root], async () => {
  const idle = await sleeping("48", "-m", "64m");
  const busy = start(command("sh", "-c", `while :; do :; done # ${own("49")}`));
  const pid = await findProcess(new RegExp(`^sh -c while .* # ${own("49")}$`), busy);
  const ids = [idle.pid, pid].map((each) => path.basename(groupOf(each, "memory")).replace("ft-docker-", ""));
  const { stdout, stderr, status } = await run(stats("--no-stream"));
  assert.is(`${status}${stderr}`, "0");
  assert.match(
    stdout,
    /^CONTAINER ID +CPU % +MEM USAGE \/ LIMIT +MEM % +BLOCK I\/O +PIDS +PRESSURE CPU\/MEM\/IO\n/,
  );
  assert.match(
    stdout,
    new RegExp(`^${ids[0]} +0\\.\\d\\d% +[\\d.]+[KM]iB / 64MiB +\\d+\\.\\d\\d% +\\S+ / \\S+ +1 `, "m"),
  );
  const row = new RegExp(
    `^${ids[1]} +(\\d+)\\.\\d\\d% +[\\d.]+[KM]iB / none +none +\\S+ / \\S+ +1 `,
    "m",
  ).exec(stdout);
  assert.ok(Number(row?.[1]) > 5, stdout);

  const json = await run(stats("--no-stream", "--format", "json", ids[0]?.slice(0, 8) ?? ""));
  const [line = "", ...rest] = json.stdout.split("\n");
  assert.equal(rest, [""]);
  const fields = JSON.parse(line) as Record<string, string>;
  assert.equal(Object.keys(fields).sort(), [
    "BlockIO",
    "CPUPerc",
    "ID",
    "MemPerc",
    "MemUsage",
    "PIDs",
    "Pressure",
  ]);
  assert.is(fields.ID, ids[0]);
  await idle.end();
  await ended(busy, pid);
});

test("stats goes on until Ctrl-C, and redraws on a terminal", [root, tool("script")], async () => {
  const { pid, end } = await sleeping("50");
  const id = path.basename(groupOf(pid, "memory")).replace("ft-docker-", "");
  const live = terminal(stats());
  await live.waitFor(new RegExp(`\x1b\\[H[^]*${id}[^]*\x1b\\[H[^]*${id}`));
  live.type("\x03");
  await live.done;
  await end();
});

test("stats of one container shows that one alone, however long it goes on", [root], async () => {
  const [wanted, other] = [await sleeping("52"), await sleeping("53")];
  const [id, otherId] = [wanted, other].map(({ pid }) =>
    path.basename(groupOf(pid, "memory")).replace("ft-docker-", ""),
  );
  const live = start(stats("--format", "json", id ?? ""));
  await live.waitFor(new RegExp(`([^]*"${id}"){3}`));
  live.child.kill("SIGKILL");
  assert.not.match((await live.done).stdout, new RegExp(otherId ?? "none"));
  await wanted.end();
  await other.end();
});

test("stats of a container that doesn't run is an error; of none, an empty table", [root], async () => {
  const { status, stdout, stderr } = await run(stats("--no-stream", "0123456789ab"));
  assert.is(`${status}${stdout}`, "125");
  assertError(stderr, "stats 0123456789ab: no such container runs");
  if (ourGroups().length === 0) assert.match((await run(stats("--no-stream"))).stdout, /^CONTAINER ID .*\n$/);
});

test.run();
