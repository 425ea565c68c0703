/**
 * Who may enable controllers, with cgroup v2? A group has the controllers that its parent enables for it, in
 * cgroup.subtree_control. And a group that enables some may have no processes of its own, but for the root of all: the
 * kernel would have to share out between processes and groups, and doesn't (the no-internal-process rule).
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { processes } from "../../common/cgroups.ts";
import { liveChanges } from "../../common/ledger.ts";
import type { Change } from "../../common/undo.ts";
import { AT_FDCWD } from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";
import { words, writeSteps } from "./cgroup-files.ts";

interface Part {
  readonly changes: readonly Change[];
  readonly steps: readonly Step[];
}

// #region enable
/** What is enabled already is somebody else's, or another run's of ours: then the last of them disables it. */
export function enableControllers(top: string, wanted: readonly string[]): Part {
  const file = path.join(top, "cgroup.subtree_control");
  const enabled = words(file);
  const ours = liveChanges().flatMap((each) =>
    each.kind === "controllers" && each.directory === top ? each.names : [],
  );
  const names = wanted.filter((name) => !enabled.includes(name) || ours.includes(name));
  if (names.length === 0) return { changes: [], steps: [] };
  const text = names.map((name) => `+${name}`).join(" ");
  return {
    changes: [{ kind: "controllers", directory: top, names }],
    steps: writeSteps(file, text, "controllers for the groups below", {
      hint: "a process of this group couldn't be moved: a new one (try again), or one of another PID namespace",
    }),
  };
}
// #endregion enable

// #region room
/**
 * In a container the top that is seen is a group like others, and has the container's processes in it: it can't enable
 * controllers before they have moved into a leaf. The real root has no cgroup.type, and may.
 */
export function makeRoom(top: string): Part {
  if (!existsSync(path.join(top, "cgroup.type"))) return { changes: [], steps: [] };
  const group = path.join(top, "ft-docker-others");
  const procs = path.join(group, "cgroup.procs");
  // 0 is a process that isn't in our PID namespace: it can't be named, and so it can't be moved.
  const pids = processes(top).filter((pid) => pid !== 0);
  if (pids.length === 0 && !existsSync(group)) return { changes: [], steps: [] };
  return {
    changes: [{ kind: "room", directory: top, group }],
    steps: [
      step("mkdirat", [AT_FDCWD, group, 0o755], "a leaf for the processes that are here", { optional: true }),
      // A process that has ended meanwhile is no failure.
      ...pids.flatMap((pid) => writeSteps(procs, `${pid}`, "who is here makes room", { optional: true })),
    ],
  };
}
// #endregion room
