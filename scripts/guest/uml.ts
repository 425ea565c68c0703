/**
 * User-mode Linux: the kernel as an ordinary process, which runs the guest's processes by ptrace(2). It needs no help from
 * the processor, so it works in virtual machines and containers. One CPU; the host's "/" is seen through hostfs.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Backend } from "./backend.ts";

const MODULES = "/usr/lib/uml/modules";

export const uml: Backend = {
  name: "uml",
  bootLimit: 120,
  lack: () => (process.arch === "x64" ? undefined : "user-mode Linux is for x64 processors"),
  packages: () => ({
    "user-mode-linux": { has: "linux.uml", why: "the guest's kernel, as a process" },
    "busybox-static": { has: "/bin/busybox", why: "what starts the guest" },
    kmod: { has: "/sbin/modprobe", why: "the modules of the guest's kernel" },
  }),
  hasKernel: () => true,
  fetchKernel: () => {},
  modules: () => path.join(MODULES, readdirSync(MODULES)[0] ?? ""),
  boot: ({ memory }) => ({
    env: {},
    argv: [
      ...["taskset", "--cpu-list", String(anyCpu())],
      "linux.uml",
      `mem=${memory}M`,
      "rootfstype=hostfs",
      "root=/dev/root",
      "rootflags=/",
      "ro",
      "quiet",
      "init=/run/ft-docker-guest/uml-init.sh",
      "uml_dir=/run/",
      "con=null",
      "con0=null,fd:6",
      "con1=null,fd:3",
      "con2=null,fd:4",
      "con3=null,fd:5",
    ],
  }),
};

/**
 * One of the CPUs that we may use. At each system call and page fault the guest's process and its kernel take turns: on one
 * CPU neither waits until another wakes up, which makes the guest two to three times as fast.
 */
function anyCpu(): number {
  const [, list = "0"] =
    /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  const cpus = list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return cpus[Math.floor(Math.random() * cpus.length)] ?? 0;
}
