/** What this machine needs to run another one in it: for `vagrant up`, where it isn't Linux or isn't to be touched. */

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { type Finding, findCommand, LAST, ok, readText, warning } from "./finding.ts";

const ALL = [1, LAST] as const;
const WHERE = "docs/workshop.md";

/** What runs the machine, and the command by which it is found; those of the Vagrantfile, in the order of preference. */
const PROVIDERS = [
  ["virtualbox", "VBoxManage"],
  ["libvirt", "virsh"],
  ["parallels", "prlctl"],
  ["vmware_desktop", "vmrun"],
  ["qemu", "qemu-system-aarch64"],
] as const;

/** On Linux only where vagrant is there: without it nobody wants a machine. */
export function vagrant(): Finding[] {
  const command = findCommand("vagrant");
  const isLinux = process.platform === "linux";
  if (!command) return isLinux ? [] : [...appleSilicon(), withoutVagrant()];
  const providers = PROVIDERS.filter(([, tool]) => findCommand(tool)).map(([name]) => name);
  return [
    ...appleSilicon(),
    ok(ALL, `vagrant: ${command}`),
    provider(providers),
    ...(isLinux ? [virtualisation(), ...kvm(providers), ...secureBoot(providers)] : []),
  ];
}

function withoutVagrant(): Finding {
  const others = ["limactl", "multipass"].filter((name) => findCommand(name));
  if (others.length > 0) return ok(ALL, `a machine with Linux: by ${others.join(" or ")}, see ${WHERE}`);
  const fix =
    process.platform === "darwin"
      ? "brew install lima (free, nothing else needed), or vagrant with a provider"
      : "wsl --install Debian (WSL 2), or vagrant with VirtualBox";
  return warning(
    ALL,
    "a machine with Linux: there is neither vagrant nor Lima nor Multipass",
    `${fix}: ${WHERE}`,
  );
}

function provider(found: readonly string[]): Finding {
  if (found.length > 0) return ok(ALL, `vagrant's providers here: ${found.join(", ")}`);
  const fixes: Readonly<Record<string, string>> = {
    darwin:
      "VirtualBox 7.1 or newer, Parallels, VMware Fusion, or brew install qemu and vagrant plugin install vagrant-qemu",
    win32: "VirtualBox",
    linux: "sudo apt-get install vagrant-libvirt libvirt-daemon-system qemu-system, or VirtualBox",
  };
  return warning(ALL, "vagrant has no provider here", fixes[process.platform] ?? WHERE);
}

/** On such a Mac an amd64 machine would be emulated, and an amd64 Node chooses one. */
function appleSilicon(): Finding[] {
  if (process.platform !== "darwin") return [];
  if (process.arch === "arm64")
    return [ok(ALL, "Apple silicon: the machine is arm64's, as all chapters are")];
  const { stdout } = spawnSync("sysctl", ["-n", "sysctl.proc_translated"], { encoding: "utf8" });
  if (stdout?.trim() !== "1") return [];
  const what =
    "Apple silicon, and this Node is Intel's (Rosetta): tools started by it take the Mac for an Intel one";
  return [warning(ALL, what, "a Node for arm64: arch -arm64 brew install node")];
}

/** cpuinfo's flags: Intel's vmx, AMD's svm; arm64 has no such flag. */
function virtualisation(): Finding {
  const what = "virtualisation by the processor";
  const flags = /^flags\s*:(.*)$/m.exec(readText("/proc/cpuinfo") ?? "")?.[1]?.split(" ") ?? [];
  if (process.arch !== "x64" || flags.includes("vmx") || flags.includes("svm")) return ok(ALL, what);
  const fix =
    "switch it on in the firmware (VT-x, AMD-V, SVM); in a machine: its host's setting for nested virtualisation";
  return warning(ALL, `${what}: it isn't there, so a machine is emulated or doesn't start`, fix);
}

function kvm(providers: readonly string[]): Finding[] {
  if (!providers.includes("libvirt") && !providers.includes("qemu")) return [];
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return [ok(ALL, "/dev/kvm can be used")];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      return [
        warning(
          ALL,
          "/dev/kvm isn't there: a machine is emulated, and slow",
          "sudo modprobe kvm_intel (or kvm_amd)",
        ),
      ];
    return [
      warning(ALL, "/dev/kvm isn't for this user", "sudo usermod -aG kvm,libvirt $USER, and a new login"),
    ];
  }
}

const EFI_VARIABLE = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

/** VirtualBox's modules are built on this machine and signed by nobody that the firmware trusts. */
function secureBoot(providers: readonly string[]): Finding[] {
  if (!providers.includes("virtualbox") || existsSync("/sys/module/vboxdrv")) return [];
  // Four bytes of attributes come before the variable's one.
  const on = existsSync(EFI_VARIABLE) && readFileSync(EFI_VARIABLE)[4] === 1;
  if (!on) return [warning(ALL, "VirtualBox's kernel module isn't loaded", "sudo /sbin/vboxconfig")];
  const fix =
    "enrol a key (mokutil --import, and a new start) and sign it, or take libvirt, whose modules are the kernel's";
  return [warning(ALL, "Secure Boot is on and refuses VirtualBox's kernel module", fix)];
}
