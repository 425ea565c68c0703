/** A second command in a container that runs: it is in there as the first one is, and no way leads from there to the runtime. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { node } from "../../scripts/root.ts";
import { assertError } from "../../test/behaviours.ts";
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
import { base, busybox, image, load } from "../../test/images.ts";
import { exec } from "./join-run.ts";

const test = suite("06-net-user: exec");
const chapter = "06-net-user";
const home = tempDir();
const env = { FT_DOCKER_HOME: home };
const needs = [root, busybox];

const command = (...words: string[]) => [...runtime(chapter), ...words];
const ft = (...words: string[]) => run(command(...words), { env });

/** Its stdout; it must succeed and say nothing else. */
async function ok(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await ft(...words);
  assert.is(`${status}${stderr}`, "0", words.join(" "));
  return stdout;
}

async function refused(words: readonly string[], status: number, error: string): Promise<void> {
  const result = await ft(...words);
  assert.is(result.stdout, "");
  assert.is(result.status, status, result.stderr);
  assertError(result.stderr, error);
}

const detached = (name: string, ...words: string[]) =>
  ok("run", "-d", "--network", "none", "--name", name, ...words);
const before = snapshot();

let loaded = false;
async function loadImage(): Promise<void> {
  if (loaded) return;
  const execution = { User: "ann", WorkingDir: "/tmp", Env: ["IMAGE=its", "BOTH=image"] };
  await load(chapter, home, "exec", image([base()], execution));
  loaded = true;
}

/** What a process is, as far as it can be told from inside: of the first one, and of the one that asks. */
const LOOK = `for p in 1 $$; do
grep -E '^(Cap|Seccomp:|NoNewPrivs|Uid|Gid|Groups)' /proc/$p/status
for link in ns/cgroup ns/ipc ns/mnt ns/net ns/pid ns/user ns/uts root exe; do readlink /proc/$p/$link; done
cat /proc/$p/cgroup
grep -E 'open files|processes' /proc/$p/limits
echo ---
done`;

test(
  "it is in the container as its first command is: namespaces, group, limits, rights, filter, user",
  needs,
  async () => {
    await loadImage();
    const flags =
      "--image exec -u 1000:2000 --cap-drop KILL --security-opt no-new-privileges --ulimit nofile=300:400";
    const id = (await detached("same", ...flags.split(" "), "-e", "BOTH=run", "sleep", "3001")).trim();
    const [first, own] = (await ok("exec", "same", "sh", "-c", LOOK)).split("---\n");
    assert.is(own, first);
    assert.match(first ?? "", /^Uid:\t1000\t1000\t1000\t1000\nGid:\t2000/);
    assert.match(first ?? "", /NoNewPrivs:\t1\nSeccomp:\t2/);
    // The group is the same from outside as well, in each tree.
    const outer = await ok("exec", "-d", id.slice(0, 6), "sleep", "3002");
    assert.is(outer, "");
    const groups = async (seconds: string) =>
      readFileSync(`/proc/${await findProcess(new RegExp(`^sleep ${seconds}$`))}/cgroup`, "utf8");
    assert.match(await groups("3002"), `ft-docker-${id}`);
    assert.is(await groups("3002"), await groups("3001"));
    await ok("rm", "-f", "same");
    assert.ok(!isRunning("sleep 3002"), "what exec -d has started ends with the container");
  },
);

/** Fails where the container ends before that. */
async function until(id: string, condition: () => boolean): Promise<void> {
  const state = () => JSON.parse(readFileSync(path.join(home, "records", id, "state.json"), "utf8"));
  while (!condition()) {
    assert.is(state().status, "running");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const isRunning = (words: string): boolean =>
  readdirSync("/proc").some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1") === `${words.replaceAll(" ", "\0")}\0`;
    } catch {
      return false;
    }
  });

test("variables, directory and user: the image's, then the container's, then its own", needs, async () => {
  await loadImage();
  await detached(
    "own",
    "--image",
    "exec",
    "-e",
    "BOTH=run",
    "-e",
    "RUN=1",
    "--hostname",
    "box",
    "sleep",
    "3003",
  );
  const look =
    "echo $IMAGE $BOTH $RUN $MORE $HOME $TERM $(hostname); pwd; id; ls /proc/self/fd | tr -d '\\n'";
  // ls has the directory open itself.
  assert.is(
    await ok("exec", "own", "sh", "-c", look),
    "its run 1 /home/ann box\n/tmp\nuid=1000(ann) gid=1001(ann) groups=1001(ann),2000(lab),3000(team)\n0123",
  );
  const file = path.join(tempDir(), "env");
  writeFileSync(file, "BOTH=file\nMORE=more\n");
  await ok("exec", "-u", "0", "own", "sh", "-c", "echo new:x:77:78::/home/new: >> /etc/passwd");
  const flags = ["--env-file", file, "-e", "RUN=2", "-w", "/etc", "-u", "new"];
  assert.is(
    await ok("exec", ...flags, "own", "sh", "-c", look),
    "its file 2 more /home/new box\n/etc\nuid=77(new) gid=78 groups=78\n0123",
  );
  const rights = "grep -hE '^(CapEff|Seccomp):' /proc/self/status";
  assert.match(
    await ok("exec", "--privileged", "-u", "0", "own", "sh", "-c", rights),
    /^CapEff:\t[0-9a-f]*1ff+\nSeccomp:\t0\n$/,
  );
  // Exit statuses
  assert.is((await ft("exec", "own", "sh", "-c", "exit 37")).status, 37);
  assert.is((await ft("exec", "own", "sh", "-c", "kill -TERM $$")).status, 143);
  assert.is((await run(command("exec", "own", "cat"), { env, input: "in" })).stdout, "in");
  await refused(["exec", "own", "no-such-command"], 127, "run no-such-command: ENOENT");
  await refused(["exec", "own", "/etc/passwd"], 126, "run /etc/passwd: EACCES");
  await refused(["exec", "-d", "own", "no-such-command"], 127, "run no-such-command: ENOENT");
  // Mistakes
  await refused(["exec", "own"], 125, "exec: no command");
  await refused(["exec", "nobody", "true"], 125, "exec nobody: there is no such container");
  await refused(["exec", "-u", "stranger", "own", "true"], 125, 'user "stranger"');
  await refused(["exec", "-w", "none", "own", "true"], 125, "-w none: not an absolute path");
  const { status, stderr } = await ft("exec", "-w", "/none", "own", "true");
  assert.is(status, 125);
  assert.match(stderr, /ENOENT.*\nhint: -w DIR: \/none isn't a directory there/);
  // The list is shown, and nothing runs.
  assert.match(
    await ok("exec", "--explain", "own", "touch", "/tmp/ran"),
    /setns\(<container>, CLONE_NEWUSER\)/,
  );
  assert.is(await ok("exec", "own", "ls", "/tmp"), "");
  await ok("stop", "-t", "0", "own");
  await refused(["exec", "own", "true"], 125, "exec own: the container doesn't run");
  await ok("rm", "own");
});

test(
  "a terminal of the container's own, whatever lies at its /dev/ptmx",
  [...needs, tool("script")],
  async () => {
    await loadImage();
    await detached("tty", "--image", "exec", "-u", "0", "--cap-add", "SYS_ADMIN", "sleep", "3004");
    const onTerminal = (...words: string[]) =>
      terminal(command("exec", ...words), { env, rows: 33, columns: 77 }).done;
    await ok("exec", "tty", "sh", "-c", "rm /dev/ptmx && ln -s /proc/1/fd/0 /dev/ptmx");
    const look = ["tty", "sh", "-c", "tty; stty size; stat -c %u $(tty); exit 5"];
    const { status, stdout } = await onTerminal("-u", "ann", ...look);
    assert.is(`${status} ${stdout}`, "5 /dev/pts/0\r\n33 77\r\n1000\r\n");
    // A device that isn't a terminal's could be anything: here, one that takes all that is written to it.
    await ok("exec", "tty", "mount", "-o", "bind", "/dev/null", "/dev/pts/ptmx");
    assert.match(
      (await onTerminal("tty", "true")).stdout,
      /^error: exec -t: .* makes no terminals: it is something else/,
    );
    await ok("rm", "-f", "tty");
  },
);

test("signals reach it, and it ends with the runtime; with -d it doesn't", needs, async () => {
  await loadImage();
  await detached("ends", "--init", "--image", "exec", "sleep", "3005");
  const waiting = start(
    command(
      "exec",
      "ends",
      "sh",
      "-c",
      "trap 'kill $!; exit 9' TERM; echo ready; sleep 3006 > /dev/null 2>&1 & wait",
    ),
    { env },
  );
  await waiting.waitFor(/ready/);
  // Until it is sleep, it is a shell still, which has the trap and would lose the signal.
  await findProcess(/^sleep 3006$/);
  waiting.child.kill("SIGTERM");
  assert.is((await waiting.done).status, 9);
  const killed = start(command("exec", "ends", "sleep", "3007"), { env });
  const pid = await findProcess(/^sleep 3007$/, killed);
  killed.child.kill("SIGKILL");
  await killed.done;
  while (isRunning("sleep 3007")) await new Promise((resolve) => setTimeout(resolve, 10));
  await ok("exec", "-d", "ends", "sleep", "3008");
  const left = await findProcess(/^sleep 3008$/);
  const parent = /^PPid:\t(\d+)/m.exec(readFileSync(`/proc/${left}/status`, "utf8"))?.[1];
  assert.is(readFileSync(`/proc/${parent}/cmdline`, "latin1"), "ft-docker-keeper\0");
  // What waits for it is no runtime, and is gone when it has ended.
  assert.ok(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${parent}/status`, "utf8"))?.[1]) < 200);
  process.kill(left, "SIGKILL");
  while (existsSync(`/proc/${parent}/exe`) && isRunning("ft-docker-keeper"))
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(!existsSync(`/proc/${left}`), "and no zombie");
  assert.ok(pid !== left);
  // A step that fails, and the runtime's death in the middle, leave the container as it was.
  for (const [fault, status] of [
    ["fail:2", 125],
    ["fail:40", 125],
    ["crash:3", null],
    ["crash:40", null],
  ] as const) {
    const result = await run(command("exec", "ends", "true"), { env: { ...env, FT_DOCKER_FAULT: fault } });
    assert.is(result.status, status, fault);
  }
  // Of a killed runtime's child, the host's init has to learn first: until then it is a zombie.
  const living = 'for p in /proc/[0-9]*; do grep -q "^State:.Z" $p/status || echo $p; done';
  const seen = (await ok("exec", "ends", "sh", "-c", living)).trim().split("\n");
  assert.is(seen.filter((each) => !["/proc/1", "/proc/2"].includes(each)).length, 1, seen.join(" "));
  await ok("rm", "-f", "ends");
});

test(
  "pause stops all processes, and nothing joins them; stop and kill end a paused container",
  needs,
  async () => {
    await loadImage();
    const script = "while :; do echo x >> /tmp/count; done";
    const id = (await detached("still", "--image", "exec", "sh", "-c", script)).trim();
    const count = () => statSync(path.join(home, "containers", id, "upper/tmp/count")).size;
    while (!existsSync(path.join(home, "containers", id, "upper/tmp/count")))
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.is(await ok("pause", "still"), "still\n");
    const paused = count();
    await refused(["exec", "still", "true"], 125, "exec still: the container is paused");
    await refused(["pause", "still"], 125, "pause still: it is paused already");
    assert.is(count(), paused);
    await ok("unpause", "still");
    await refused(["unpause", "still"], 125, "unpause still: it isn't paused");
    await ok("exec", "still", "true");
    assert.is.not(count(), paused);
    await ok("pause", "still");
    await ok("stop", "-t", "0", "still");
    // What it has written is still there to be looked at, and so is its name.
    assert.match(await ok("diff", "still"), /A \/tmp\/count/);
    assert.match(await ok("commit", "still", "counted"), /^sha256:/);
    await ok("rm", "still");
    assert.match(
      await ok("run", "--network", "none", "--image", "counted", "head", "-n", "1", "/tmp/count"),
      /^x\n$/,
    );
  },
);

/** Looks for processes that are the runtime's still, by their name, and writes what it could get of them. */
const ATTACK = String.raw`
use strict;
my ($ptrace, $readv) = $ENV{ARCH} eq "arm64" ? (117, 270) : (101, 310);
my ($tried, %got) = (0);
sub name { open(my $f, "<", "/proc/$_[0]/comm") or return ""; my $n = <$f>; chomp $n; $n }
# By then it may be the new program, which the kernel names a moment later: that is the container's own.
sub attempt {
  my ($what, $pid, $works) = @_;
  $works->() or return;
  my $exe = readlink("/proc/$pid/exe") // $ENV{PROGRAM};
  $got{$what} = 1 if name($pid) eq $ENV{RUNTIME} && $exe =~ m{(^|/)\Q$ENV{PROGRAM}\E$};
}
# Its files' names are no secret; what they are would be, at any moment, but for its socket to the runtime.
sub files {
  my ($pid) = @_;
  opendir(my $d, "/proc/$pid/fd") or return;
  grep { $_ > 2 && (readlink("/proc/$pid/fd/$_") // "socket:") !~ /^socket:/ } grep { /^\d+$/ } readdir $d;
}
open(my $ready, ">", "/ready");
while (1) {
  opendir(my $proc, "/proc");
  for my $pid (grep { /^\d+$/ && $_ > 1 && $_ != $$ } readdir $proc) {
    next if name($pid) ne $ENV{RUNTIME};
    attempt($_, $pid, sub { readlink("/proc/$pid/$_") }) for ("exe", "cwd", "root");
    $got{fd} = 1 if files($pid) && name($pid) eq $ENV{RUNTIME};
    attempt("environ", $pid, sub { my ($f, $b); open($f, "<", "/proc/$pid/environ") && sysread($f, $b, 1) });
    attempt("mem", $pid, sub { open(my $f, "+<", "/proc/$pid/mem") });
    my ($buffer, $local, $remote) = ("x" x 8);
    $local = pack("PQ", $buffer, 8); $remote = pack("QQ", 4096, 8);
    attempt("readv", $pid, sub { syscall($readv, $pid + 0, $local, 1, $remote, 1, 0) != -1 || $!{EFAULT} });
    attempt("ptrace", $pid, sub {
      syscall($ptrace, 0x4206, $pid + 0, 0, 0) == 0 or return 0;
      # The command that it has become meanwhile may be traced: until its end, which its parent then learns.
      waitpid($pid, 0) if name($pid) ne $ENV{RUNTIME};
      return 1;
    });
    $tried++;
    open(my $report, ">", "/report.new"); print $report "$tried ", join(",", sort keys %got), "\n"; close $report;
    rename("/report.new", "/report");
    exit if %got;
  }
}`;

const perl = need("needs perl in /usr", () => existsSync("/usr/bin/perl"));
/** Often enough that an attacker who can be first is first. */
const ENOUGH = 30;
const MOST = 3000;

test(
  "a container's root gets nothing of the process that joins it: memory, files, program, directory",
  [...needs, perl],
  async () => {
    process.env.FT_DOCKER_HOME = home;
    const name = readFileSync("/proc/self/comm", "utf8").trim();
    const attacked = async (container: string, ...flags: string[]): Promise<string> => {
      const program = path.basename(process.execPath);
      const variables = [`RUNTIME=${name}`, `PROGRAM=${program}`, `ARCH=${process.arch}`].flatMap((each) => [
        "-e",
        each,
      ]);
      const id = (
        await detached(container, ...flags, "-v", "/usr:/usr:ro", ...variables, "perl", "-e", ATTACK)
      ).trim();
      const file = (each: string) => path.join(home, "containers", id, "upper", each);
      await until(id, () => existsSync(file("ready")));
      const report = () =>
        (existsSync(file("report")) ? readFileSync(file("report"), "utf8").trim() : "0 ").split(" ");
      let got = "";
      for (let i = 0, tried = 0; i < MOST && tried < ENOUGH && got === ""; i++) {
        const status = await exec({}, [container, "true"]).catch((error) => error);
        const [times = "0", what = ""] = report();
        tried = Number(times);
        got = what;
        // An attacker who has what it wanted ends, and is PID 1.
        if (got === "") assert.is(status, 0);
      }
      const [times] = report();
      assert.ok(Number(times) >= (got === "" ? ENOUGH : 1), `only ${times} attempts in time`);
      await ok("rm", "-f", container);
      return got;
    };
    assert.is(await attacked("usual"), "");
    // Root of a user namespace may trace whom it likes there, but this memory isn't of there.
    assert.is(await attacked("tracer", "--cap-add", "SYS_PTRACE"), "");
    // That the attempts are fit for it: who was given this right over the host's processes has it over this one.
    assert.match(await attacked("host", "--userns", "host", "--cap-add", "SYS_PTRACE"), /./);
  },
);

test("a link to what the runtime has open isn't followed", needs, async () => {
  await loadImage();
  await detached("links", "--image", "exec", "-u", "0", "sleep", "3009");
  await ok(
    "exec",
    "links",
    "sh",
    "-c",
    "for i in $(seq 3 60); do ln -s /proc/self/fd/$i /d$i; done; rm /etc/passwd; ln -s /proc/self/environ /etc/passwd",
  );
  process.env.FT_DOCKER_HOME = home;
  for (let fd = 3; fd <= 60; fd++) {
    const error = await Promise.resolve(exec({ workdir: [`/d${fd}`] }, ["links", "true"])).catch(
      (thrown: Error) => thrown,
    );
    assert.match(`${error}`, /openat2.*(ELOOP|ENOENT)/, `-w /d${fd}`);
  }
  await refused(["exec", "-u", "ann", "links", "true"], 125, 'user "ann"');
  await ok("rm", "-f", "links");
});

test("another container's network is found by its name", needs, async () => {
  await loadImage();
  await detached("net", "--image", "exec", "sleep", "3010");
  const mine = await ok("exec", "net", "readlink", "/proc/self/ns/net");
  const joined = [
    "run",
    "-d",
    "--name",
    "net2",
    "--image",
    "exec",
    "--network",
    "container:net",
    "sleep",
    "3011",
  ];
  await ok(...joined);
  assert.is(await ok("exec", "net2", "readlink", "/proc/self/ns/net"), mine);
  await ok("rm", "-f", "net", "net2");
});

test("nothing is left behind, when what was killed is cleaned up", needs, async () => {
  const { status, stderr } = await run(node(path.join(repo, "scripts/clean.ts"), []), { env });
  assert.is(`${status}${stderr}`, "0");
  assertSame(before, snapshot(), "exec");
});

test.run();
