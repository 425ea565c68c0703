/**
 * Debian's kernel for clouds in qemu, run by the processor (KVM) or emulated (TCG). The kernel's package is unpacked below
 * the user's cache folder, not installed. The host's "/" is seen through virtiofs, served by virtiofsd.
 */
import { execFileSync } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { say } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import type { Packages } from "../packages.ts";
import type { Backend, Machine } from "./backend.ts";

/** What differs between processors: Debian's name, qemu's, and the kernel's name of the first serial port. */
const ARCHITECTURES = {
  x64: { debian: "amd64", qemu: "x86_64", package: "qemu-system-x86", machine: "pc", console: "ttyS0" },
  arm64: {
    debian: "arm64",
    qemu: "aarch64",
    package: "qemu-system-arm",
    machine: "virt",
    console: "ttyAMA0",
  },
} as const;

const architecture = process.arch === "arm64" ? ARCHITECTURES.arm64 : ARCHITECTURES.x64;
const cache = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "ft-docker");
const kernel = path.join(cache, `kernel-${architecture.debian}`);

/** Debian 12 has it with qemu, later ones in a package of its own. */
const VIRTIOFSD = ["/usr/lib/qemu/virtiofsd", "/usr/libexec/virtiofsd"] as const;
const virtiofsd = () => VIRTIOFSD.find((file) => existsSync(file));

export const kvm = qemu("kvm", ["-accel", "kvm", "-cpu", "host"], 20, () => {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return `/dev/kvm can't be opened: ${(error as NodeJS.ErrnoException).code}`;
  }
});

// la57, page tables of five levels, is in "max", and slower to emulate.
const emulated = process.arch === "x64" ? "max,la57=off" : "max";
export const tcg = qemu(
  "tcg",
  ["-accel", "tcg,thread=multi,tb-size=512", "-cpu", emulated],
  240,
  () => undefined,
);

function qemu(
  name: string,
  accelerator: readonly string[],
  bootLimit: number,
  lack: () => string | undefined,
): Backend {
  const known = process.arch in ARCHITECTURES ? undefined : `no kernel is known for ${process.arch}`;
  return {
    name,
    bootLimit,
    lack: () => known ?? lack(),
    packages,
    hasKernel: () => existsSync(kernel),
    fetchKernel,
    modules: () => path.join(kernel, "lib/modules", version()),
    boot: (machine) => boot(machine, accelerator),
  };
}

function packages(): Packages {
  const own = !virtiofsd() && !isDebian12();
  return {
    [architecture.package]: { has: `qemu-system-${architecture.qemu}`, why: "the guest's machine" },
    ...(own ? { virtiofsd: { has: VIRTIOFSD[1], why: "shows the guest the host's files" } } : {}),
    "busybox-static": { has: "/bin/busybox", why: "what starts the guest" },
    kmod: { has: "/sbin/modprobe", why: "the modules of the guest's kernel" },
  };
}

function isDebian12(): boolean {
  const file = "/etc/os-release";
  return existsSync(file) && /^VERSION_ID="?12"?$/m.test(readFileSync(file, "utf8"));
}

const version = (): string => readdirSync(path.join(kernel, "lib/modules"))[0] ?? "";

/** Downloads Debian's kernel, some 30 MB, and unpacks it: nothing is installed, nothing runs. */
function fetchKernel(): void {
  const meta = `linux-image-cloud-${architecture.debian}`;
  const text = (command: string, args: readonly string[], cwd?: string) =>
    execFileSync(command, args, { encoding: "utf8", cwd, stdio: ["ignore", "pipe", "inherit"] });
  const [, name] = /Depends: (linux-image-\S+)/.exec(text("apt-cache", ["depends", meta])) ?? [];
  if (!name) throw new UserError(`apt-get knows no ${meta}`, { hint: "it is in Debian: see docs/guest.md" });
  say(`apt-get download ${name}, into ${kernel}`);
  const folder = `${kernel}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  try {
    text("apt-get", ["download", "-o", "APT::Sandbox::User=root", name], folder);
    const file = readdirSync(folder)[0] ?? "";
    text("dpkg-deb", ["-x", file, "."], folder);
    rmSync(path.join(folder, file));
    // Later ones have all of it below usr.
    if (!existsSync(path.join(folder, "lib")))
      renameSync(path.join(folder, "usr/lib"), path.join(folder, "lib"));
    text("depmod", ["-b", folder, readdirSync(path.join(folder, "lib/modules"))[0] ?? ""]);
    rmSync(kernel, { recursive: true, force: true });
    renameSync(folder, kernel);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function boot({ memory, cpus }: Machine, accelerator: readonly string[]): ReturnType<Backend["boot"]> {
  const channel = (name: string, fd: number) => ["-chardev", `socket,id=${name},fd=${fd}`];
  const port = (name: string) => ["-device", `virtserialport,chardev=${name}`];
  const line = [`console=${architecture.console}`, "quiet", "panic=-1", "mitigations=off", "nokaslr"];
  return {
    env: { KERNEL: kernel, VERSION: version(), VIRTIOFSD: virtiofsd() ?? "virtiofsd" },
    argv: [
      path.join(import.meta.dirname, "qemu-host.sh"),
      `qemu-system-${architecture.qemu}`,
      ...accelerator,
      ...["-machine", `${architecture.machine},memory-backend=memory`],
      // virtiofsd reads and writes the guest's memory: so it is a file that both share.
      ...["-m", `${memory}M`, "-object", `memory-backend-memfd,id=memory,size=${memory}M,share=on`],
      ...["-smp", String(cpus), "-display", "none", "-nodefaults", "-no-user-config", "-no-reboot"],
      ...["-chardev", "socket,id=files,path=/run/files"],
      ...["-device", "vhost-user-fs-pci,chardev=files,tag=host"],
      ...channel("console", 6),
      ...["-serial", "chardev:console"],
      ...["-device", "virtio-serial-pci"],
      ...[...channel("control", 3), ...port("control")],
      ...[...channel("out", 4), ...port("out")],
      ...[...channel("err", 5), ...port("err")],
      ...["-kernel", path.join(kernel, "boot", `vmlinuz-${version()}`)],
      ...["-initrd", "/run/initrd.cpio", "-append", line.join(" ")],
    ],
  };
}
