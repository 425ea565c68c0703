/** Control groups: which generation, which controllers, and whether a group may be made. */
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { isRoot } from "../root.ts";
import { type Finding, LAST, lacks, type Mount, mounts, ok, readText, warning } from "./finding.ts";

const CHAPTERS = [4, LAST] as const;
/** As v2 names them; v1's name for io is blkio. */
const CONTROLLERS = ["memory", "cpu", "pids", "cpuset", "io"];

export function cgroups(): Finding[] {
  const all = mounts();
  const v1 = all.filter(({ type }) => type === "cgroup");
  const v2 = all.find(({ type }) => type === "cgroup2");
  if (v1.length === 0 && !v2) {
    return [lacks(CHAPTERS, "cgroups: none are mounted", "sudo mount -t cgroup2 cgroup2 /sys/fs/cgroup")];
  }
  const unified = v2 ? (readText(path.join(v2.place, "cgroup.controllers")) ?? "").split(" ") : [];
  const onV1 = v1.flatMap(({ options }) => options).map((name) => (name === "blkio" ? "io" : name));
  const has = CONTROLLERS.filter((name) => unified.includes(name) || onV1.includes(name));
  const kind = v1.length === 0 ? "v2" : v2 ? "v1 (hybrid: v2 is there as well)" : "v1";
  return [
    ok(CHAPTERS, `cgroups ${kind}, with ${has.join(", ")}`),
    ...CONTROLLERS.filter((name) => !has.includes(name)).map(missing),
    delegation(v2 && (v1.length === 0 || unified.some((name) => has.includes(name))) ? [v2] : v1),
  ];
}

/** proc(5), /proc/cgroups: the last field says whether the controller is enabled. */
function missing(name: string): Finding {
  const known = name === "io" ? "blkio" : name;
  const line = (readText("/proc/cgroups") ?? "").split("\n").find((each) => each.startsWith(`${known}\t`));
  const fix = line?.endsWith("\t0")
    ? `cgroup_enable=${name} on the kernel's command line, and a new start`
    : `a kernel with this controller, or a container around this one that is given it`;
  // Limits of what is missing are refused; the others work.
  return warning(CHAPTERS, `cgroups: the ${name} controller isn't there`, fix);
}

function delegation(trees: readonly Mount[]): Finding {
  const closed = trees.filter((tree) => !isWritable(ownGroup(tree)));
  if (closed.length === 0) return ok(CHAPTERS, "cgroups: groups can be made");
  const places = closed.map(ownGroup).join(", ");
  if (isRoot()) {
    const fix = "start the container around this one with --privileged and --cgroupns=host, or use a machine";
    return lacks(CHAPTERS, `cgroups: no group can be made in ${places}`, fix);
  }
  const fix = "sudo, or systemd-run --user --scope --property=Delegate=yes COMMAND";
  return warning(CHAPTERS, `cgroups: only root can make groups (${places})`, fix);
}

/** Where this process is in the tree: cgroups(7), /proc/PID/cgroup. Root may make groups from the top. */
function ownGroup(tree: Mount): string {
  if (isRoot()) return tree.place;
  const lines = (readText("/proc/self/cgroup") ?? "").split("\n").map((line) => line.split(":"));
  const own = lines.find(([, names = ""]) =>
    tree.type === "cgroup2"
      ? names === ""
      : names.split(",").every((name) => name !== "" && tree.options.includes(name)),
  );
  return path.join(tree.place, own?.[2] ?? "/");
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
