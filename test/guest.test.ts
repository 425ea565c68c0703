import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tcg } from "../scripts/guest/qemu.ts";
import { uml } from "../scripts/guest/uml.ts";
import { missingPackages } from "../scripts/packages.ts";
import { node } from "../scripts/root.ts";
import { assert, type Need, need, repo, root, run, start, suite, tempDir, tool } from "./harness.ts";

const test = suite("guest");

const guest = (...words: string[]) => [...node(path.join(repo, "scripts/guest.ts"), ["run"]), ...words];
const outside = need("is a guest itself", () => process.env.FT_DOCKER_GUEST === undefined);
/** The names of the packages are in the reason. */
const missing = missingPackages(uml.packages());
const installed: Need = need(`needs ${missing.join(", ")}`, () => missing.length === 0);
const x64 = need("needs an x64 processor", () => uml.lack() === undefined);
const emulator = need(
  "needs qemu, and a kernel for it: npm run guest -- --backend tcg --install true",
  () => {
    return missingPackages(tcg.packages()).length === 0 && tcg.hasKernel();
  },
);

/** SIGKILL is the hard one. The others are our own command's business, whatever the backend. */
const BACKENDS = [
  { backend: "uml", needs: [root, outside, x64, installed], signals: ["SIGINT", "SIGTERM", "SIGKILL"] },
  { backend: "tcg", needs: [root, outside, emulator], signals: ["SIGKILL"] },
] as const;

for (const { backend, needs, signals } of BACKENDS) {
  test(
    `${backend}: output arrives byte by byte, stdout and stderr apart, and the exit status`,
    needs,
    async () => {
      // Every byte there is, and more than a pipe holds.
      const bytes = Buffer.from(Array.from({ length: 1 << 20 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
      const file = path.join(tempDirInSight(), "bytes");
      writeFileSync(file, bytes);
      const script = 'cat "$1"; echo "on $(cat /proc/sys/kernel/version)" >&2; exit 37';
      const [command = "", ...args] = guest("--backend", backend, "sh", "-c", script, "sh", file);
      const { status, stdout, stderr } = spawnSync(command, args, { maxBuffer: 1 << 24 });
      assert.is(status, 37, stderr.toString());
      assert.ok(stdout.equals(bytes), `${stdout.length} bytes, not the ${bytes.length} that were written`);
      const [line, ...more] = stderr.toString().split("\n");
      assert.match(line ?? "", /^on #\d+ /);
      assert.is.not(line, `on ${readFileSync("/proc/sys/kernel/version", "utf8").trim()}`);
      assert.equal(more, [""]);
    },
  );

  test(
    `${backend}: cgroup v2 with its controllers, none of them enabled, and nothing of v1`,
    needs,
    async () => {
      const script = `cd /sys/fs/cgroup
      stat --file-system --format %T .
      cat cgroup.controllers
      echo "enabled: $(cat cgroup.subtree_control)"
      grep -c cgroup /proc/mounts
      echo +memory >cgroup.subtree_control && mkdir a && cat a/memory.max a/memory.swap.max`;
      const { stdout, stderr } = await run(guest("--backend", backend, "sh", "-c", script));
      const [type, controllers = "", ...rest] = stdout.split("\n");
      assert.is(type, "cgroup2fs");
      for (const name of ["cpu", "io", "memory", "pids"])
        assert.ok(controllers.split(" ").includes(name), name);
      assert.equal(rest, ["enabled: ", "1", "max", "max", ""], stderr);
    },
  );

  test(
    `${backend}: a loop device, with swap on it`,
    [...needs, tool("mkswap"), tool("losetup")],
    async () => {
      const script = `truncate --size 16M /tmp/disk && losetup /dev/loop1 /tmp/disk &&
      mkswap /dev/loop1 >/dev/null && swapon /dev/loop1 && cat /proc/swaps`;
      const { stdout, stderr } = await run(guest("--backend", backend, "sh", "-c", script));
      assert.match(stdout, /^\/dev\/loop1\s+partition\s+\d+\s/m, stderr);
    },
  );

  test(`${backend}: what is written there doesn't reach the host`, needs, async () => {
    const folder = tempDirInSight();
    writeFileSync(path.join(folder, "kept"), "as it was");
    const script = `cd "$1" && cat kept && echo changed >kept && echo new >made && mkdir inside && rm kept &&
      mount --bind /etc inside && echo more >/etc/ft-docker-guest && ls && mount -o remount,rw / && ls`;
    const { stdout, stderr } = await run(guest("--backend", backend, "sh", "-c", script, "sh", folder));
    assert.is(stdout, "as it wasinside\nmade\ninside\nmade\n", stderr);
    assert.equal(readdirSync(folder), ["kept"]);
    assert.is(readFileSync(path.join(folder, "kept"), "utf8"), "as it was");
    assert.not(existsSync("/etc/ft-docker-guest"));
  });

  for (const signal of signals) {
    test(`${backend}: ${signal} ends the guest and leaves nothing`, needs, async () => {
      const mounts = readFileSync("/proc/self/mountinfo", "utf8");
      const running = start(guest("--backend", backend, "sh", "-c", "echo running; sleep 1000"), {
        input: "",
      });
      await running.waitFor(/running/);
      const group = descendants(running.pid);
      assert.ok(group.length > 1, "unshare and the guest");
      running.child.kill(signal);
      const { status } = await running.done;
      assert.is(status, signal === "SIGKILL" ? null : signal === "SIGINT" ? 130 : 143);
      // By itself our command waits for the guest's end; killed, it leaves that to the kernel, which takes a moment.
      for (let i = 0; signal === "SIGKILL" && i < 600 && group.some(isAlive); i++) await sleep(50);
      assert.equal(group.filter(isAlive), []);
      assert.is(readFileSync("/proc/self/mountinfo", "utf8"), mounts);
    });
  }
}

test(
  "auto: where KVM doesn't work, the next one is tried",
  [root, outside, x64, installed, emulator],
  async () => {
    // In a mount namespace of its own /dev/kvm is there, and is none.
    const dev = path.join(tempDir(), "dev");
    const script = `set -e
    mkdir ${dev} && mount -t tmpfs tmpfs ${dev}
    cp -a /dev/null /dev/zero /dev/random /dev/urandom /dev/fd ${dev}
    touch ${dev}/kvm
    mount --move ${dev} /dev
    exec "$@"`;
    const argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"];
    const { stdout, stderr } = await run([...argv, ...guest("cat", "/proc/cmdline")]);
    assert.match(stderr, "kvm doesn't work here; the next one is tried\n");
    assert.match(stdout, "rootfstype=hostfs");
  },
);

test("without its packages a guest says what is missing", [root, outside, x64], async () => {
  // On this PATH there is no kernel: only the name is looked for.
  const env = { PATH: tempDir() };
  const { status, stderr } = await run(guest("--backend", "uml", "true"), { env });
  assert.is(status, 125);
  assert.match(stderr, /needs what isn't installed: user-mode-linux/);
});

const npmTest = (...words: string[]) => node(path.join(repo, "scripts/test.ts"), words);

test("npm test -- --guest: one last line for both kernels", [root, outside, x64, installed], async () => {
  const { status, stdout, stderr } = await run(npmTest("--guest", "elf", "faults"), {
    env: { RUNTIME: "true" },
  });
  assert.is(status, 0, stderr);
  const passed = [...stdout.matchAll(/Passed: +([1-9]\d*)/g)].map(([, count]) => Number(count));
  const skipped = stdout.match(/^skipped: faults › .*: needs this project's own runtime/gm) ?? [];
  const there = stdout.match(/^skipped in the guest \(\w+\): faults › .*: needs this project's own/gm) ?? [];
  assert.is(passed.length, 2);
  assert.ok(skipped.length > 0 && there.length > 0, stdout);
  const last = `${(passed[0] ?? 0) * 2} passed, 0 failed, ${skipped.length + there.length} skipped`;
  assert.is(stdout.trimEnd().split("\n").at(-1), last);
});

test("npm test -- --guest: a guest that can't start is a failure", [root, outside, x64], async () => {
  const { status, stdout, stderr } = await run(npmTest("--guest", "elf"), { env: { PATH: tempDir() } });
  assert.is(status, 1);
  assert.match(stderr, /needs what isn't installed/);
  assert.match(stdout, /\n[1-9]\d* passed, 1 failed, 0 skipped\n$/);
});

test("wrong flags are answered before anything begins", async () => {
  for (const [words, error] of [
    [["--backend", "xen", "true"], "--backend xen: no such backend"],
    [["--memory", "lots", "true"], "--memory lots: not a size"],
    [["--cpus", "0", "true"], "--cpus 0: not a number above 0"],
    [["--fast", "true"], "Unknown option '--fast'"],
    [[], "guest: no command"],
  ] as const) {
    const { status, stderr } = await run(guest(...words));
    assert.is(status, 125);
    assert.match(stderr, error);
  }
});

/** A folder that the guest sees: it has a /tmp of its own. */
function tempDirInSight(): string {
  const cache = path.join(repo, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, "ft-docker-test-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The processes that a process has started, and those that they have started. */
function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    (read(`/proc/${pid}/task/${thread}/children`) ?? "").split(" ").filter((word) => word !== ""),
  );
  return children.map(Number).flatMap((child) => [child, ...descendants(child)]);
}

/** One that has ended and that nobody has waited for isn't alive. */
const isAlive = (pid: number): boolean => /^State:\t[^ZX]/m.test(read(`/proc/${pid}/status`) ?? "");

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

test.run();
