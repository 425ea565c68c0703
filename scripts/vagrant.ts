/**
 * `npm run test:vagrant [-- --install] [-- --box FILE]`: boots the Vagrantfile's machine by libvirt and an emulated processor,
 * looks at it, and destroys it. Without --box one is made of Debian's packages first. It takes many minutes; `npm test` doesn't.
 */
import { type ChildProcess, spawn } from "node:child_process";
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
import { parseArgs } from "node:util";
import { report, say } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { installPackages, missingPackages, type Packages } from "./packages.ts";
import { asRoot, foreground, isRoot, node } from "./root.ts";

const repo = path.join(import.meta.dirname, "..");
const part = (name: string) => path.join(import.meta.dirname, "vagrant", name);

const PACKAGES: Packages = {
  vagrant: { has: "vagrant", why: "what is tested" },
  "vagrant-libvirt": { has: "/usr/share/doc/vagrant-libvirt/copyright", why: "its provider" },
  "libvirt-daemon-system": { has: "libvirtd", why: "what runs the machine" },
  "libvirt-clients": { has: "virsh", why: "asking whether it is ready" },
  "dnsmasq-base": { has: "dnsmasq", why: "the machine's address" },
  "qemu-system-x86": { has: "qemu-system-x86_64", why: "the machine" },
  "qemu-utils": { has: "qemu-img", why: "its disk" },
  mmdebstrap: { has: "mmdebstrap", why: "the box" },
  e2fsprogs: { has: "mkfs.ext4", why: "the box's disk" },
  rsync: { has: "rsync", why: "the repository in the machine" },
  "openssh-client": { has: "ssh", why: "commands in the machine" },
  slirp4netns: { has: "slirp4netns", why: "a network of its own with a way out" },
  curl: { has: "curl", why: "looking at the site" },
};

/** Read by vagrant before ours: an emulated processor, which takes its time. */
const SETTINGS = `Vagrant.configure("2") do |config|
  config.vm.boot_timeout = 1800
  config.vm.provider :libvirt do |libvirt|
    libvirt.driver = "qemu"
    libvirt.cpu_mode = "custom"
    libvirt.cpu_model = "Nehalem"
  end
end
`;

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { install: { type: "boolean", default: false }, box: { type: "string" } },
  });
  if (process.arch !== "x64") throw new UserError("test:vagrant: it has been tried on x64 alone");
  if (!isRoot()) return foreground(asRoot(node(import.meta.filename, argv)));
  if (values.install) installPackages(PACKAGES);
  const missing = missingPackages(PACKAGES);
  if (missing.length > 0)
    throw new UserError(`test:vagrant: not installed: ${missing.join(" ")}`, {
      hint: "npm run test:vagrant -- --install",
    });
  // Below /var/tmp, which is a disk even where /tmp is memory.
  const folder = mkdtempSync("/var/tmp/ft-docker-vagrant-");
  try {
    return await boot(folder, values.box && path.resolve(values.box));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function boot(folder: string, box = path.join(folder, "ft-docker.box")): Promise<number> {
  const started = performance.now();
  const took = (what: string) => say(`${what}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  if (!existsSync(box)) {
    if ((await foreground([path.join(repo, "workshop/box.sh"), box])) !== 0)
      throw new UserError("the box can't be made");
    took("a box");
  }
  const home = path.join(folder, "home");
  mkdirSync(home);
  writeFileSync(path.join(home, "Vagrantfile"), SETTINGS);
  const namespaces = [
    "--mount",
    "--net",
    "--propagation",
    "private",
    "--pid",
    "--fork",
    "--mount-proc",
    "--kill-child",
  ];
  // unshare takes no SIGTERM: its end comes by SIGKILL, with ours at the latest, and is the end of all in its PID namespace.
  const argv = ["--pdeathsig", "KILL", "unshare", ...namespaces, part("host.sh"), folder, part("up.sh")];
  const host = spawn("setpriv", argv, {
    cwd: repo,
    stdio: "inherit",
    env: {
      ...process.env,
      ...certificate(folder),
      HOME: home,
      VAGRANT_HOME: home,
      VAGRANT_DOTFILE_PATH: path.join(folder, "vagrant"),
      VAGRANT_CHECKPOINT_DISABLE: "1",
      FT_DOCKER_BOX: box,
    },
  });
  const ended = new Promise<number>((resolve) => host.on("close", (code) => resolve(code ?? 1)));
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => host.kill("SIGKILL"));
  const slirp = await network(folder, host);
  const status = await ended;
  slirp?.kill();
  took("all");
  return status;
}

/** A way out for the namespace that host.sh is in, once it is there. */
async function network(folder: string, host: ChildProcess): Promise<ChildProcess | undefined> {
  while (!existsSync(path.join(folder, "namespaces"))) {
    if (host.exitCode !== null) return undefined;
    await sleep(100);
  }
  const inner = readFileSync(`/proc/${host.pid}/task/${host.pid}/children`, "utf8").trim();
  const slirp = spawn(
    "slirp4netns",
    ["--configure", "--mtu=65520", "--disable-host-loopback", inner, "tap0"],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  writeFileSync(path.join(folder, "online"), "");
  return slirp;
}

/** The certificates that were added to this machine's own, for a network that opens TLS on the way. */
function certificate(folder: string): Record<string, string> {
  const own = "/usr/local/share/ca-certificates";
  const names = existsSync(own) ? readdirSync(own) : [];
  if (names.length === 0) return {};
  const file = path.join(folder, "ca.pem");
  writeFileSync(file, names.map((name) => readFileSync(path.join(own, name), "utf8")).join("\n"));
  return { FT_DOCKER_CA: file };
}

process.exit(await main(process.argv.slice(2)).catch(report));
