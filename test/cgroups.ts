/** What the host says about cgroups, read without the chapters' code: for tests that look from outside. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Need, need } from "./harness.ts";

/** Where the controller's groups are: v2's one tree, or v1's tree for it; undefined where the host lacks it. */
export function treeOf(controller: string): string | undefined {
  const v1 = path.join("/sys/fs/cgroup", controller);
  if (existsSync(path.join(v1, "tasks"))) return v1;
  const v2 = readText("/sys/fs/cgroup/cgroup.controllers").split(" ");
  return v2.includes(controller) ? "/sys/fs/cgroup" : undefined;
}

/** 2 where the one tree at /sys/fs/cgroup is v2's. */
export const version = existsSync("/sys/fs/cgroup/cgroup.controllers") ? 2 : 1;

/** By its name in v2; v1 calls io "blkio". */
export const controller = (name: string): Need =>
  need(
    `needs the ${name} controller`,
    () => treeOf(version === 1 && name === "io" ? "blkio" : name) !== undefined,
  );
export const v1 = need("needs cgroup v1", () => version === 1);
export const v2 = need("needs cgroup v2", () => version === 2);

/** The directory of a process's group in a controller's tree. */
export function groupOf(pid: number, name: string): string {
  const lines = readText(`/proc/${pid}/cgroup`)
    .split("\n")
    .map((line) => line.split(":"));
  const own = lines.find(([, names = ""]) =>
    version === 2 ? names === "" : names.split(",").includes(name),
  );
  return path.join(treeOf(name) ?? "", own?.slice(2).join(":") ?? "");
}

/** A number of the group's, from v2's file or from v1's; "name:file" takes the line of a table. */
export function account(group: string, v2File: string, v1File: string): number {
  const [, key = "", file = ""] = /^(?:(\w+):)?(.+)$/.exec(version === 2 ? v2File : v1File) ?? [];
  const text = readText(path.join(group, file));
  const line = key === "" ? text : (new RegExp(`^${key} (\\d+)$`, "m").exec(text)?.[1] ?? "");
  return Number(line);
}

/** All groups of ours that there are. */
export function ourGroups(): string[] {
  const tops = version === 2 ? [""] : readdirSync("/sys/fs/cgroup");
  return tops.flatMap((top) => {
    const folder = path.join("/sys/fs/cgroup", top);
    return readdirSync(folder)
      .filter((name) => name.startsWith("ft-docker-"))
      .map((name) => path.join(folder, name));
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return ""; // The process or its group has ended.
  }
}
