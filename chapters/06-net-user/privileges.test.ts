import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { assert, need, root, run, runtime, suite, tempDir } from "../../test/harness.ts";

const test = suite("privileges");
const main = runtime("06-net-user");

/** stdout of a shell's commands in a container, and stderr after it. */
async function inside(flags: readonly string[], script: string): Promise<string> {
  const { stdout, stderr } = await run([...main, "run", ...flags, "sh", "-c", script]);
  return `${stdout}${stderr}`;
}

const rights = "grep -hE '^(CapEff|Seccomp|NoNewPrivs):' /proc/1/status /proc/self/status | tr -d '\\n\\t'";
const LIMITED = "CapEff:00000000a80425fbNoNewPrivs:0Seccomp:2";

test("the command, and an init before it, have Docker's rights and no more", [root], async () => {
  assert.is(await inside([], rights), LIMITED + LIMITED);
  assert.is(await inside(["--init"], rights), LIMITED + LIMITED);
  assert.is(await inside(["--userns", "host"], rights), LIMITED + LIMITED);
});

test("another user has none, with the filter and without, with an init and without", [root], async () => {
  const none = (seccomp: number) => `CapEff:0000000000000000NoNewPrivs:0Seccomp:${seccomp}`.repeat(2);
  assert.is(await inside(["-u", "1000"], rights), none(2));
  assert.is(await inside(["-u", "1000", "--init", "--cap-add", "NET_ADMIN"], rights), none(2));
  assert.is(await inside(["-u", "1000:100", "--security-opt", "seccomp=unconfined"], rights), none(0));
});

test("no-new-privileges, with the filter", [root], async () => {
  const flags = ["--security-opt", "no-new-privileges", "--cap-drop", "ALL", "--cap-add", "chown"];
  const expected = "CapEff:0000000000000001NoNewPrivs:1Seccomp:2".repeat(2);
  assert.is(await inside(flags, rights), expected);
});

test("a mask can't be taken off, and with --privileged there is none", [root], async () => {
  const script = "umount /proc/interrupts && echo off; wc -c < /proc/interrupts";
  assert.match(await inside([], script), /^0\numount: /);
  assert.match(await inside(["--userns", "host"], script), /^0\numount: /);
  // It is this capability that makes the difference.
  assert.match(await inside(["--cap-add", "SYS_ADMIN", "--userns", "host"], script), /^off\n[1-9]/);
  assert.match(await inside(["--privileged"], "wc -c < /proc/interrupts"), /^[1-9]/);
});

test("the kernel's files can be written to by --privileged only", [root], async () => {
  const script =
    "grep -cE ' /(sys|proc|sys/fs/cgroup[^ ]*|proc/sys) ro[, ]' /proc/self/mountinfo; mkdir $(find /sys/fs/cgroup -name cgroup.procs | head -n 1 | xargs dirname)/own && echo made";
  assert.match(await inside([], script), /^[1-9]\d*\n(.*\n)*.*Read-only/);
  const privileged = await inside(["--privileged"], `${script}; rmdir $(find /sys/fs/cgroup -name own)`);
  assert.match(privileged, /^[01]\nmade\n/);
});

test("a namespace of its own user would give all rights again: only without the filter", [root], async () => {
  const script = "unshare --user --map-root-user grep CapEff /proc/self/status";
  assert.match(await inside(["--userns", "host"], script), /^unshare: .*Operation not permitted/);
  const flags = ["--userns", "host", "--security-opt", "seccomp=unconfined"];
  assert.match(await inside(flags, script), /^CapEff:\s*000001f/);
});

test(
  "a device of the host's disks can be made by root of the host's ids, and not opened",
  [root],
  async () => {
    const script = "mknod /tmp/loop b 7 0 && echo made; head -c 1 /tmp/loop > /dev/null && echo read";
    const host = await inside(["--userns", "host"], script);
    assert.match(host, /^made\n/);
    assert.match(host, /Operation not permitted/);
    assert.match(await inside([], script), /^mknod: .*Operation not permitted/);
    assert.match(await inside(["--privileged"], script), /^made\n(read\n)?(?!.*not permitted)/);
  },
);

const random = need("needs /dev/hwrng or /dev/kvm", () => device() !== undefined);
const device = () => ["/dev/kvm", "/dev/fuse"].find((file) => existsSync(file));

test("--device shows a device of the host's, as far as it says", [root, random], async () => {
  const file = device() ?? "";
  for (const userns of ["auto", "host"]) {
    const flags = ["--userns", userns, "--device", `${file}:/dev/deep/own:r`];
    const script = "exec 3< /dev/deep/own && echo opened; exec 3> /dev/deep/own; echo written";
    const output = await inside(flags, script);
    assert.match(output, /^opened\n/, output);
    assert.match(output, /Operation not permitted/, output);
    const without = await inside(["--userns", userns], `ls ${file}`);
    assert.match(without, /No such file/, without);
    assert.match(
      await inside([...flags.slice(0, 2), "--device", file], `exec 3<> ${file} && echo both`),
      /^both/,
    );
  }
});

test("limits don't hold the set-up back", [root], async () => {
  const folder = tempDir();
  const flags = [
    "--ulimit",
    "nofile=6:20",
    "--ulimit",
    "fsize=0",
    "--ulimit",
    "nproc=1",
    "-v",
    `${folder}:/a/b`,
  ];
  const script = "ulimit -n; ulimit -Hn; echo x > /a/b/c && echo written";
  assert.match(await inside([...flags, "--init"], script), /^6\n20\n/);
  assert.is(existsSync(path.join(folder, "c")) ? readFileSync(path.join(folder, "c"), "utf8") : "", "");
});

test("--sysctl, read-only afterwards", [root], async () => {
  const script = "cat /proc/sys/kernel/msgmax; echo 7 > /proc/sys/kernel/msgmax; cat /proc/sys/kernel/msgmax";
  const output = await inside(["--sysctl", "kernel.msgmax=4242"], script);
  assert.match(output, /^4242\n4242\n/);
  assert.match(output, /Read-only/);
});

test("mistakes are told, and nothing runs", [root], async () => {
  const profile = path.join(tempDir(), "profile.json");
  writeFileSync(profile, '{"defaultAction":"SCMP_ACT_ERRNO"}');
  const narrow = path.join(tempDir(), "profile.json");
  const fcntl = { names: ["fcntl"], action: "SCMP_ACT_ERRNO" };
  writeFileSync(narrow, JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [fcntl] }));
  for (const [flags, message] of [
    [
      ["--cap-add", "NET_ADMN"],
      "error: --cap-add NET_ADMN: there is no such capability\nhint: did you mean NET_ADMIN?\n",
    ],
    [["--ulimit", "files=3"], "error: --ulimit files=3: there is no such limit\n"],
    [["--sysctl", "vm.swappiness=3"], "error: --sysctl vm.swappiness=3: it isn't in any namespace"],
    [["--device", "/dev/none"], "error: --device /dev/none: there is no device /dev/none\n"],
    [["--security-opt", "seccomp=/none"], "error: --security-opt seccomp=/none: ENOENT"],
    [["--security-opt", `seccomp=${profile}`], "error: run sh: EPERM (operation not permitted)\n"],
    // Only there something else than execve comes after the filter: see syscall/native/door.c.
    [["--userns", "host", "--security-opt", `seccomp=${narrow}`], "error: run sh: EPERM (operation not"],
  ] as const) {
    const { status, stdout, stderr } = await run([...main, "run", ...flags, "sh", "-c", "echo ran"]);
    assert.is(stdout, "", flags.join(" "));
    assert.ok(stderr.startsWith(message), stderr);
    assert.ok(status === 125 || status === 126, `${status}`);
  }
});

test.run();
