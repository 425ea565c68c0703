/** Root, how one becomes it, and what a container around us has taken from it. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { isRoot } from "../root.ts";
import { type Finding, findCommand, LAST, lacks, ok, readText, warning } from "./finding.ts";

/** Chapter 01 only starts a child. */
const NAMESPACES = [2, LAST] as const;

export function privilege(): Finding[] {
  return [root(), ...(isRoot() ? capabilities() : []), ...surroundings()];
}

function root(): Finding {
  if (isRoot()) return ok(NAMESPACES, "root: this is it");
  const sudo = findCommand("sudo");
  if (!sudo) {
    const fix = `su -c '${process.execPath} …', or as root: apt-get install sudo, and usermod -aG sudo USER`;
    return lacks(NAMESPACES, "root: this isn't it, and there is no sudo", fix);
  }
  const { status, stderr } = spawnSync(sudo, ["-n", "true"], { encoding: "utf8" });
  // sudo's own PATH needn't have Node on it: `npm start` names Node by its path.
  if (status === 0) return ok(NAMESPACES, "root: sudo gives it, with this Node");
  if (/password|terminal/.test(stderr)) {
    return warning(NAMESPACES, "root: sudo asks for a password", "sudo -v, before what needs root");
  }
  return lacks(NAMESPACES, "root: sudo refuses", "as root: usermod -aG sudo USER (wheel on some systems)");
}

/** Number and first chapter: capabilities(7). */
const CAPABILITIES = [
  ["CAP_SYS_ADMIN", 21, 2],
  ["CAP_MKNOD", 27, 3],
  ["CAP_KILL", 5, 1],
  ["CAP_SETUID", 7, 6],
  ["CAP_SETGID", 6, 6],
  ["CAP_NET_ADMIN", 12, 6],
] as const;

function capabilities(): Finding[] {
  const effective = BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(readText("/proc/self/status") ?? "")?.[1] ?? "0"}`);
  const missing = CAPABILITIES.filter(([, bit]) => (effective & (1n << BigInt(bit))) === 0n);
  if (missing.length === 0) return [ok(NAMESPACES, "root's capabilities")];
  const fix = "leave the container that took it, or start that with --privileged";
  return missing.map(([name, , chapter]) =>
    lacks([chapter, LAST], `${name}: this root doesn't have it`, fix),
  );
}

function surroundings(): Finding[] {
  const status = readText("/proc/self/status") ?? "";
  const container = ["/.dockerenv", "/run/.containerenv", "/run/systemd/container"].find((file) =>
    existsSync(file),
  );
  const seccomp = /^Seccomp:\s*2/m.test(status);
  const noNewPrivileges = /^NoNewPrivs:\s*1/m.test(status);
  const fix = "where something below is lacking: start that container with --privileged, or use a machine";
  return [
    ...(container ? [warning([1, LAST], `this is a container already (${container})`, fix)] : []),
    ...(seccomp
      ? [warning([1, LAST], "a seccomp filter may forbid syscalls that aren't named here", fix)]
      : []),
    ...(noNewPrivileges && !isRoot()
      ? [warning(NAMESPACES, "no_new_privs is set: sudo can't give root here", fix)]
      : []),
  ];
}
