/** Windows' Subsystem for Linux: its first version isn't Linux, and the second is with some settings. */

import { existsSync } from "node:fs";
import path from "node:path";
import { type Finding, LAST, lacks, mounts, ok, readText, warning } from "./finding.ts";

const ALL = [1, LAST] as const;

/** Nothing where this isn't WSL. */
export function wsl(checkout: string): Finding[] {
  const kernel = readText("/proc/version") ?? "";
  if (!/microsoft/i.test(kernel)) return [];
  // The first version's only kernel calls itself 4.4.0-…-Microsoft.
  if (!/WSL2|microsoft-standard/.test(kernel))
    return [
      lacks(ALL, "WSL 1 isn't Linux: it has no namespaces", "in Windows: wsl --set-version DISTRIBUTION 2"),
    ];
  return [ok(ALL, "WSL 2"), ...generation(), ...systemd(), ...place(checkout)];
}

function generation(): Finding[] {
  if (!mounts().some(({ type }) => type === "cgroup")) return [];
  const fix =
    "in %UserProfile%\\.wslconfig below [wsl2]: kernelCommandLine = cgroup_no_v1=all; then in Windows: wsl --shutdown";
  return [warning([4, LAST], "WSL 2 has cgroups v1 beside v2: the texts show v2's files", fix)];
}

function systemd(): Finding[] {
  if (existsSync("/run/systemd/system")) return [];
  const fix = "in /etc/wsl.conf below [boot]: systemd=true; then in Windows: wsl --shutdown";
  return [warning([4, LAST], "WSL 2 without systemd: an ordinary user is given no cgroups", fix)];
}

/** Windows' disks are seen through 9p: slow, and without some of what a root file system needs. */
function place(checkout: string): Finding[] {
  const on = mounts().findLast(({ place }) => !path.relative(place, checkout).startsWith(".."));
  if (on?.type !== "9p" && on?.type !== "drvfs") return [];
  return [
    warning(
      ALL,
      `${checkout} is on a disk of Windows' (${on.type})`,
      "git clone it anew below your home directory",
    ),
  ];
}
