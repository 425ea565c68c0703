import { chmodSync, existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Finding } from "../scripts/doctor/finding.ts";
import { node } from "../scripts/root.ts";
import {
  assert,
  need,
  type Options,
  repo,
  root,
  run,
  runtime,
  snapshot,
  suite,
  tempDir,
  tool,
} from "./harness.ts";
import { asNobody, NOBODY } from "./nobody.ts";

const test = suite("doctor");

const doctor = node(path.join(repo, "scripts/doctor.ts"), []);

interface Diagnosis {
  readonly status: number | null;
  readonly findings: readonly Finding[];
  /** The first finding whose text has this in it. */
  find(text: string): Finding;
}

async function diagnose(options: Options = {}, before: readonly string[] = []): Promise<Diagnosis> {
  const { status, stdout, stderr } = await run([...before, ...doctor, "--format", "json"], options);
  assert.is(stderr, "");
  const findings = JSON.parse(stdout) as Finding[];
  const find = (text: string) => {
    const found = findings.find(({ what }) => what.includes(text));
    assert.ok(found, `no finding has ${text} in it:\n${stdout}`);
    return found as Finding;
  };
  return { status, findings, find };
}

/** Files that are seen instead of the host's, in a mount namespace for the doctor alone. */
function instead(files: Readonly<Record<string, string>>): string[] {
  const folder = tempDir();
  const mounts = Object.entries(files).map(([file, content], i) => {
    writeFileSync(path.join(folder, `${i}`), content);
    return `mount --bind ${path.join(folder, `${i}`)} ${file}`;
  });
  return ["unshare", "--mount", "/bin/sh", "-ec", `${mounts.join("; ")}; exec "$@"`, "sh"];
}

const unshare = [root, tool("unshare")];
const there = (file: string) => need(`needs ${file}`, () => existsSync(file));

test("each line is whole: what lacks or warns has a fix, and chapters in order", async () => {
  const { findings } = await diagnose();
  assert.ok(findings.length > 20);
  for (const { state, what, chapters, fix } of findings) {
    assert.match(state, /^(ok|lacks|warning)$/, what);
    assert.is(fix === undefined, state === "ok", what);
    assert.ok(chapters[0] <= chapters[1] && chapters[0] >= 1 && chapters[1] <= 6, what);
  }
});

test("text has the same findings as JSON, and names chapters and fixes", async () => {
  const { findings } = await diagnose();
  const { stdout, stderr } = await run(doctor);
  assert.is(stderr, "");
  for (const { what, state, fix } of findings) {
    assert.ok(stdout.includes(`${state.padEnd(7)}  ${what} — chapter`), what);
    if (fix) assert.ok(stdout.includes(`fix: ${fix}\n`), fix);
  }
});

test(
  "nothing is lacking for chapters 01 to 03 where they run, and something is where they don't",
  [root],
  async () => {
    const { findings } = await diagnose();
    const lacking = findings.filter(({ state, chapters }) => state === "lacks" && chapters[0] <= 3);
    const { status, stderr } = await run([...runtime("03-pid-mnt"), "run", "--init", "/bin/true"]);
    assert.is(status === 0, lacking.length === 0, `${stderr}${JSON.stringify(lacking)}`);
  },
);

test("it changes nothing", [root], async () => {
  const before = JSON.stringify(snapshot());
  await diagnose();
  assert.is(JSON.stringify(snapshot()), before);
});

test("an ordinary user sees as much, and what only root would be told", [asNobody], async () => {
  const { findings, find } = await diagnose({ uid: NOBODY });
  assert.ok(findings.length > 20);
  assert.is(find("clone3").state, "ok");
  assert.is(find("move_mount").state, "ok");
  assert.match(find("PID namespace").what, /as root this would be tried/);
});

const noSudo = need("needs a machine without sudo in /usr/sbin", () => !existsSync("/usr/sbin/sudo"));

test("without root and without sudo: it lacks root, from chapter 02 on", [asNobody, noSudo], async () => {
  const { status, find } = await diagnose({ uid: NOBODY, env: { PATH: tempDir() } });
  const finding = find("root: ");
  assert.is(finding.state, "lacks");
  assert.equal(finding.chapters, [2, 6]);
  assert.match(finding.fix ?? "", /su -c .*apt-get install sudo/);
  assert.is(status, 1);
});

test("sudo that gives root, that asks for a password, and that refuses", [asNobody], async () => {
  for (const [script, state, what] of [
    ["exit 0", "ok", /sudo gives it/],
    ["echo 'sudo: a password is required' >&2; exit 1", "warning", /asks for a password/],
    ["echo 'nobody is not in the sudoers file.' >&2; exit 1", "lacks", /refuses/],
  ] as const) {
    const folder = tempDir();
    writeFileSync(path.join(folder, "sudo"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    chmodSync(folder, 0o755); // tempDir is for its owner alone.
    const { find } = await diagnose({ uid: NOBODY, env: { PATH: `${folder}:${process.env.PATH}` } });
    assert.is(find("root: ").state, state);
    assert.match(find("root: ").what, what);
  }
});

test("a filesystem that the kernel doesn't know, and that no module brings", unshare, async () => {
  const { find, status } = await diagnose(
    {},
    instead({ "/proc/filesystems": "nodev\tproc\nnodev\tsysfs\nnodev\tdevpts\nnodev\tmqueue\n" }),
  );
  assert.is(find("filesystem tmpfs").state, "lacks");
  assert.equal(find("filesystem tmpfs").chapters, [3, 6]);
  assert.is(find("filesystem proc").state, "ok");
  assert.is(status, 1, "chapter 03 needs tmpfs");
});

test("whether the state's folder can hold an upper directory", unshare, async () => {
  const home = tempDir();
  const overlay = `mount -t tmpfs none ${home}; cd ${home}; mkdir lower upper work state`;
  const mount = `mount -t overlay none -o lowerdir=lower,upperdir=upper,workdir=work state`;
  const before = ["unshare", "--mount", "/bin/sh", "-ec", `${overlay}; ${mount}; cd /; exec "$@"`, "sh"];
  const on = (folder: string) => diagnose({ env: { FT_DOCKER_HOME: path.join(home, folder) } }, before);
  assert.is((await on("upper")).find("upper director").state, "ok");
  assert.is((await on("state/not/yet")).find("upper director").state, "warning");
});

test(
  "a limit of 0 namespaces is named, with the command that lifts it",
  [...unshare, there("/proc/sys/user/max_pid_namespaces")],
  async () => {
    const { find, status } = await diagnose({}, instead({ "/proc/sys/user/max_pid_namespaces": "0\n" }));
    const finding = find("PID namespace");
    assert.is(finding.state, "lacks");
    assert.match(finding.fix ?? "", /sysctl -w user\.max_pid_namespaces=/);
    assert.is(find("UTS namespace").state, "ok");
    assert.is(status, 1);
  },
);

test("namespaces that can't be had are found by trying", [...unshare, there("/proc/sys/user")], async () => {
  // The limit holds for the user namespace that unshare makes, so the host's isn't touched.
  const limit = 'echo 0 >/proc/sys/user/max_uts_namespaces; mount -t tmpfs none /proc/sys/user; exec "$@"';
  const before = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc"];
  const prepared = [...before, "/bin/sh", "-ec", limit, "sh"];
  if ((await run([...prepared, "true"])).status !== 0) return;
  const { find, status } = await diagnose({}, prepared);
  assert.is(find("UTS namespace").state, "lacks");
  assert.match(find("UTS namespace").what, /clone3.*ENOSPC/);
  assert.is(find("IPC namespace").state, "ok");
  assert.is(status, 1);
});

test("root without its capabilities", [root, tool("setpriv")], async () => {
  const { find, status } = await diagnose({}, [
    "setpriv",
    "--bounding-set=-sys_admin",
    "--inh-caps=-sys_admin",
  ]);
  assert.is(find("CAP_SYS_ADMIN").state, "lacks");
  assert.is(find("UTS namespace").state, "lacks");
  assert.is(find("a child, started").state, "ok");
  assert.is(status, 1);
});

test("cgroups that can't be reached", unshare, async () => {
  const { find } = await diagnose({}, [
    ...["unshare", "--mount", "/bin/sh", "-ec", 'mount -t tmpfs none /sys; exec "$@"', "sh"],
  ]);
  const finding = find("cgroups: no group can be made");
  assert.is(finding.state, "lacks");
  assert.equal(finding.chapters, [4, 6]);
});

test("what the machine is in: hidepid", unshare, async () => {
  const { find } = await diagnose({}, [
    ...["unshare", "--mount", "--pid", "--fork", "/bin/sh", "-ec"],
    'mount -t proc -o hidepid=2 proc /proc; exec "$@"',
    "sh",
  ]);
  const finding = find("/proc is mounted with hidepid");
  assert.is(finding.state, "warning");
  assert.match(finding.fix ?? "", /hidepid=0/);
});

test("a bad format is an error of two lines", async () => {
  for (const words of [["--format", "xml"], ["--fromat", "json"], ["more"]]) {
    const { status, stdout, stderr } = await run([...doctor, ...words]);
    assert.is(`${status}${stdout}`, "125");
    assert.match(stderr, /^error: doctor: .*\nhint: npm run doctor .*\n$/);
  }
});

test.run();
