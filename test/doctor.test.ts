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

const SCRIPT = path.join(repo, "scripts/doctor.ts");
const doctor = node(SCRIPT, []);
/** By tsx, as a reader starts it: a bundle loads koffi at once. */
const unbundled = [process.execPath, "--import", import.meta.resolve("tsx"), SCRIPT];

interface Diagnosis {
  readonly status: number | null;
  readonly findings: readonly Finding[];
  /** The first finding whose text has this in it. */
  find(text: string): Finding;
}

async function diagnose(
  options: Options = {},
  before: readonly string[] = [],
  command: readonly string[] = doctor,
): Promise<Diagnosis> {
  const { status, stdout, stderr } = await run([...before, ...command, "--format", "json"], options);
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

/** As `instead`, and then as an ordinary user. */
const asOrdinary = (before: readonly string[]) => [
  ...before,
  ...["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
];

/** After these commands, in a mount namespace for the doctor alone. */
const after = (script: string) => ["unshare", "--mount", "/bin/sh", "-ec", `${script}; exec "$@"`, "sh"];

test("AppArmor's restriction, and a kernel without seccomp filters", unshare, async () => {
  const name = "apparmor_restrict_unprivileged_userns";
  const folder = "mount -t tmpfs none /proc/sys/kernel";
  const { find } = await diagnose({}, after(`${folder}; echo 1 >/proc/sys/kernel/${name}`));
  const finding = find("user namespace: ");
  assert.is(finding.state, "warning");
  assert.match(finding.what, new RegExp(`useless, /proc/sys/kernel/${name} is 1`));
  assert.match(finding.fix ?? "", new RegExp(`sudo sysctl -w kernel\\.${name}=0`));
  assert.is(find("seccomp: ").state, "lacks");
  assert.equal(find("seccomp: ").chapters, [6, 6]);
});

test("no user namespaces at all", [...unshare, there("/proc/sys/user/max_user_namespaces")], async () => {
  // The limit holds for the user namespace that unshare makes, so the host's isn't touched.
  const limit = 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"';
  const before = ["unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-ec", limit, "sh"];
  if ((await run([...before, "true"])).status !== 0) return;
  const { find } = await diagnose({}, before);
  assert.is(find("user namespace: ").state, "lacks");
  assert.match(find("user namespace: ").fix ?? "", /sysctl -w user\.max_user_namespaces=/);
});

test(
  "ids for rootless containers: newuidmap and both files",
  [...unshare, asNobody, there("/etc/subuid"), there("/etc/subgid"), tool("newuidmap"), tool("setpriv")],
  async () => {
    const ids = (subuid: string, subgid: string) =>
      asOrdinary(instead({ "/etc/subuid": subuid, "/etc/subgid": subgid }));
    const range = "nobody:100000:65536\n";
    const whole = await diagnose({}, ids(range, "65534:100000:65536\n"));
    assert.is(whole.find("user ids").state, "ok");
    const half = (await diagnose({}, ids(range, "somebody:100000:65536\n"))).find("user ids");
    assert.is(half.state, "warning");
    assert.match(half.what, /\/etc\/subgid give/);
    assert.is(half.fix, "sudo usermod --add-subgids 100000-165535 nobody");
    const none = await diagnose({ uid: NOBODY, env: { PATH: tempDir() } });
    assert.match(none.find("user ids").what, /there is no newuidmap, no newgidmap/);
    assert.match(none.find("user ids").fix ?? "", /install uidmap/);
  },
);

test("a file system that maps no ids", [root], async () => {
  const { find } = await diagnose({ env: { FT_DOCKER_HOME: "/proc/ft-docker" } });
  assert.is(find("id-mapped mounts of /proc").state, "lacks");
  assert.match(find("id-mapped").fix ?? "", /FT_DOCKER_HOME=DIR on ext4/);
});

test("a network that can't be filtered, no nft, IPv6 off", [...unshare, tool("setpriv")], async () => {
  const file = "/proc/sys/net/ipv6/conf/default/disable_ipv6";
  const hasIPv6 = existsSync(file);
  const { find } = await diagnose({ env: { PATH: "/usr/bin:/bin" } }, [
    ...["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"],
    ...(hasIPv6 ? instead({ [file]: "1\n" }) : after(":")),
    ...after("mount -t tmpfs none /usr/sbin; mount -t tmpfs none /sbin"),
  ]);
  assert.is(find("CAP_NET_ADMIN").state, "lacks");
  assert.is(find("nftables, for").state, "lacks");
  assert.match(find("nftables, for").what, /EPERM/);
  assert.match(find("no nft to look").fix ?? "", /install nftables/);
  assert.match(find("IPv6 is off").fix ?? "", hasIPv6 ? /sysctl -w net\.ipv6/ : /CONFIG_IPV6/);
});

test("Windows' Subsystem for Linux, its generations and its settings", unshare, async () => {
  const mountinfo = [
    "1 0 0:1 / / rw - ext4 /dev/sdc rw",
    `2 1 0:2 / ${repo} rw - 9p C: rw`,
    "3 1 0:3 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
    "4 1 0:4 / /proc rw - proc proc rw",
  ].join("\n");
  const two = "Linux version 5.15.90.1-microsoft-standard-WSL2 (oe-user@oe-host)\n";
  const second = await diagnose({}, [
    ...after("mount -t tmpfs none /run"),
    ...instead({ "/proc/version": two, "/proc/$$/mountinfo": mountinfo }),
  ]);
  assert.is(second.find("WSL 2").state, "ok");
  assert.match(second.find("cgroups v1 beside v2").fix ?? "", /cgroup_no_v1=all.*wsl --shutdown/);
  assert.match(second.find("without systemd").fix ?? "", /wsl\.conf.*systemd=true/);
  assert.match(second.find("disk of Windows").fix ?? "", /home directory/);
  const first = await diagnose({}, instead({ "/proc/version": "Linux version 4.4.0-19041-Microsoft\n" }));
  assert.is(first.find("WSL 1").state, "lacks");
  assert.match(first.find("WSL 1").fix ?? "", /--set-version/);
});

/** A PATH with these commands alone, which all do the same. */
function commands(names: readonly string[], script = "exit 0"): string {
  const folder = tempDir();
  for (const name of names) writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  chmodSync(folder, 0o755); // tempDir is for its owner alone.
  return folder;
}

test("Vagrant's host: virtualisation, Secure Boot, /dev/kvm, no provider", unshare, async () => {
  const efi = "/sys/firmware/efi/efivars";
  const secure = `mount -t tmpfs none /sys/firmware; mkdir -p ${efi}; printf '\\6\\0\\0\\0\\1' >${efi}/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c`;
  const devices =
    "mount -t tmpfs -o mode=755 none /dev; mknod -m 666 /dev/null c 1 3; mknod -m 666 /dev/urandom c 1 9";
  const bare = instead({ "/proc/cpuinfo": "flags\t\t: fpu sse\n" });
  const path = (...names: string[]) => ({
    env: { PATH: `${commands(["vagrant", ...names])}:/usr/bin:/bin` },
  });
  const one = await diagnose(path("VBoxManage", "virsh"), [...bare, ...after(`${secure}; ${devices}`)]);
  assert.match(one.find("vagrant's providers").what, /virtualbox, libvirt/);
  if (process.arch === "x64") assert.match(one.find("virtualisation").fix ?? "", /firmware/);
  assert.match(one.find("Secure Boot").fix ?? "", /mokutil/);
  assert.match(one.find("/dev/kvm isn't there").fix ?? "", /modprobe/);
  const kvm = `${devices}; touch /dev/kvm; chmod 600 /dev/kvm`;
  const other = await diagnose(
    path("virsh"),
    asOrdinary([...instead({ "/proc/cpuinfo": "flags\t\t: fpu svm\n" }), ...after(kvm)]),
  );
  assert.is(other.find("virtualisation").state, "ok");
  assert.match(other.find("isn't for this user").fix ?? "", /usermod -aG kvm/);
  const none = await diagnose({ env: { PATH: commands(["vagrant"]) } });
  assert.is(none.find("no provider").state, "warning");
});

/** With another system's name for this one; esbuild is told where it is, for it would look for that system's. */
function elsewhere(platform: string, arch: string, PATH: string): Promise<Diagnosis> {
  const system = `for (const [name, value] of [['platform','${platform}'],['arch','${arch}']]) Object.defineProperty(process, name, { value })`;
  const [file = "", ...args] = unbundled;
  const command = [
    file,
    ...args.slice(0, 2),
    "--import",
    `data:text/javascript,${encodeURIComponent(system)}`,
    SCRIPT,
  ];
  const ESBUILD_BINARY_PATH = path.join(repo, `node_modules/@esbuild/linux-${process.arch}/bin/esbuild`);
  return diagnose({ env: { PATH, ESBUILD_BINARY_PATH } }, [], command);
}

test("on a Mac and on Windows: what brings Linux there", async () => {
  const mac = await elsewhere("darwin", "arm64", commands(["limactl"]));
  assert.is(mac.status, 1);
  assert.is(mac.find("darwin isn't Linux").state, "lacks");
  assert.is(mac.find("Apple silicon").state, "ok");
  assert.match(mac.find("by limactl").what, /docs\/workshop\.md/);
  const rosetta = await elsewhere("darwin", "x64", commands(["vagrant", "sysctl"], "echo 1"));
  assert.match(rosetta.find("Rosetta").fix ?? "", /arm64/);
  assert.match(rosetta.find("no provider").fix ?? "", /VirtualBox 7\.1.*qemu/);
  const windows = await elsewhere("win32", "x64", commands([]));
  assert.match(windows.find("neither vagrant").fix ?? "", /wsl --install/);
});

test("koffi that doesn't load", unshare, async () => {
  const native = path.join(repo, "node_modules/@koromix");
  const { status, find } = await diagnose({}, after(`mount -t tmpfs none ${native}`), unbundled);
  assert.is(find("koffi, which calls the C library").state, "lacks");
  assert.is(find("koffi, which calls the C library").fix, "npm ci");
  assert.is(find("cgroups").chapters[0], 4, "what needs no koffi is told all the same");
  assert.is(status, 1);
});

test("a bad format is an error of two lines", async () => {
  for (const words of [["--format", "xml"], ["--fromat", "json"], ["more"]]) {
    const { status, stdout, stderr } = await run([...doctor, ...words]);
    assert.is(`${status}${stdout}`, "125");
    assert.match(stderr, /^error: doctor: .*\nhint: npm run doctor .*\n$/);
  }
});

test.run();
