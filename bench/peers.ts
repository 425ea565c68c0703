/** Other people's ways of running a command in namespaces, each with the same ones and the same root filesystem. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type CommandOptions, type Contender, command } from "./measure.ts";

export interface Peer {
  readonly name: string;
  readonly argv: (words: readonly string[]) => string[];
  readonly options?: CommandOptions;
}

export interface Surroundings {
  /** The root directory of all peers: some of them write in it. */
  readonly rootfs: string;
  /** "pid", "ns" (mounts), "uts", "ipc", "net", "user", "cgroup". */
  readonly namespaces: readonly string[];
  /** A directory for what they keep. */
  readonly folder: string;
}

export function findTool(name: string): string | undefined {
  const folders = [path.dirname(process.execPath), ...(process.env.PATH ?? "").split(":")];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** The peers that are installed and work here, as contenders that run /bin/true; of the others, what is the matter. */
export function findPeers(surroundings: Surroundings, wanted: readonly string[]) {
  const contenders: Contender[] = [];
  const problems: string[] = [];
  for (const name of wanted) {
    const found = findPeer(name, surroundings);
    if (typeof found === "string") problems.push(`${name}: ${found}`);
    else contenders.push(command(found.name, found.argv(["/bin/true"]), found.options));
  }
  return { contenders, problems };
}

/** The first of a tool's forms that works, or what is the matter with all of them. */
function findPeer(name: string, surroundings: Surroundings): Peer | string {
  const tool = findTool(name);
  if (!tool) return "not installed";
  const problems: string[] = [];
  for (const peer of PEERS[name]?.(tool, surroundings) ?? []) {
    const problem = tryOut(peer);
    if (problem === undefined) return peer;
    problems.push(problem);
  }
  return problems.join("; ");
}

/** What a peer must do to take part: print one word and end with the command's exit status. */
function tryOut(peer: Peer): string | undefined {
  const argv = peer.argv(["/bin/sh", "-c", "echo hello; exit 7"]);
  const [file = "", ...args] = peer.options?.withoutCgroups ? hidden(argv) : argv;
  const env = { ...process.env, ...peer.options?.environment };
  const { status, stdout, stderr } = spawnSync(file, args, {
    encoding: "utf8",
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status === 7 && stdout === "hello\n") return undefined;
  return `exit status ${status} instead of 7: ${(stderr.trim() || stdout.trim()).split("\n")[0]}`;
}

const hidden = (argv: readonly string[]): string[] => [
  ...["unshare", "--mount", "sh", "-c", 'mount -t tmpfs tmpfs /sys/fs/cgroup && exec "$@"', "sh"],
  ...argv,
];

/** A name is unique on the machine only while its container runs, and ours run one after another. */
const ID = "ft-docker-bench";

/** Each in the forms to try, the first that works is taken. */
const PEERS: Readonly<Record<string, (tool: string, surroundings: Surroundings) => Peer[]>> = {
  unshare: (tool, { rootfs, namespaces }) => {
    const long: Readonly<Record<string, string>> = { ns: "mount" };
    const flags = namespaces.map((name) => `--${long[name] ?? name}`);
    const pid = namespaces.includes("pid") ? ["--fork", "--mount-proc"] : [];
    return [
      { name: "unshare --root", argv: (words) => [tool, ...flags, ...pid, `--root=${rootfs}`, ...words] },
    ];
  },
  bwrap: (tool, { rootfs, namespaces }) => {
    const flags = namespaces.filter((name) => name !== "ns").map((name) => `--unshare-${name}`);
    const mounts = ["--bind", rootfs, "/", "--proc", "/proc", "--dev", "/dev", "--ro-bind", "/sys", "/sys"];
    return [{ name: "bwrap", argv: (words) => [tool, ...flags, ...mounts, ...words] }];
  },
  crun: (tool, surroundings) => {
    const own = [`--root=${path.join(surroundings.folder, "crun")}`, "--cgroup-manager=disabled"];
    return alsoWithoutCgroups({ name: "crun run", argv: ociRun([tool, ...own], surroundings) });
  },
  runc: (tool, surroundings) => {
    const own = [`--root=${path.join(surroundings.folder, "runc")}`];
    return [{ name: "runc run", argv: ociRun([tool, ...own], surroundings) }];
  },
  podman: (tool, surroundings) => {
    const { rootfs, namespaces, folder } = surroundings;
    const own = [
      `--root=${folder}/podman`,
      `--runroot=${folder}/podman-run`,
      "--storage-driver=vfs",
      `--runtime-flag=root=${folder}/podman-crun`,
    ];
    const run = [
      ...["run", "--rm", "--cgroups=disabled", `--network=${namespaces.includes("net") ? "none" : "host"}`],
      ...["--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024", "--rootfs", rootfs],
    ];
    const environment = { CONTAINERS_CONF: podmanConfig(folder) };
    const argv = (words: readonly string[]) => [tool, ...own, ...run, ...words];
    return alsoWithoutCgroups({ name: "podman run", argv, options: { environment } });
  },
};

/** The `run` that crun and runc have in common: of a bundle as the OCI runtime specification has it. */
const ociRun = (runtime: readonly string[], surroundings: Surroundings) => (words: readonly string[]) => [
  ...runtime,
  "run",
  `--bundle=${bundle(surroundings, words)}`,
  ID,
];

/** crun refuses hosts that have both versions of cgroups in use. */
const alsoWithoutCgroups = (peer: Peer): Peer[] => [
  peer,
  { ...peer, name: `${peer.name} (cgroups hidden)`, options: { ...peer.options, withoutCgroups: true } },
];

/** All that podman would otherwise leave in /var, /run and /dev/shm. */
export function podmanConfig(folder: string): string {
  const file = path.join(folder, "podman.conf");
  const settings = {
    runtime: "crun",
    cgroup_manager: "cgroupfs",
    lock_type: "file",
    events_logger: "none",
    tmp_dir: path.join(folder, "podman-tmp"),
    static_dir: path.join(folder, "podman-static"),
    volume_path: path.join(folder, "podman-volumes"),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`);
  writeFileSync(file, `[engine]\n${lines.join("")}`);
  return file;
}

let bundles = 0;
/** An OCI bundle: a directory with a config.json, as the OCI runtime specification has it. */
function bundle({ rootfs, namespaces, folder }: Surroundings, args: readonly string[]): string {
  const directory = path.join(folder, `bundle-${bundles++}`);
  mkdirSync(directory);
  const names: Readonly<Record<string, string>> = { ns: "mount", net: "network" };
  const safe = ["nosuid", "noexec", "nodev"];
  const config = {
    ociVersion: "1.0.2",
    process: { user: { uid: 0, gid: 0 }, args, env: ["PATH=/usr/bin:/bin"], cwd: "/" },
    root: { path: rootfs },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc", options: safe },
      { destination: "/sys", type: "sysfs", source: "sysfs", options: [...safe, "ro"] },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755", "size=65536k"] },
      {
        destination: "/dev/pts",
        type: "devpts",
        source: "devpts",
        options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
      },
      {
        destination: "/dev/shm",
        type: "tmpfs",
        source: "shm",
        options: [...safe, "mode=1777", "size=65536k"],
      },
      { destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: safe },
    ],
    linux: {
      namespaces: namespaces.map((name) => ({ type: names[name] ?? name })),
      maskedPaths: MASKED,
      readonlyPaths: READ_ONLY,
    },
  };
  writeFileSync(path.join(directory, "config.json"), JSON.stringify(config));
  return directory;
}

/** As in chapter 03. */
const MASKED = [
  "/proc/acpi",
  "/proc/asound",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/timer_list",
].concat(
  ["/proc/latency_stats", "/proc/sched_debug", "/proc/scsi", "/proc/timer_stats", "/sys/firmware"],
  ["/sys/devices/virtual/powercap"],
);
const READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
