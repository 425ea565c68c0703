/**
 * What a container without limits does to its host: a fork bomb in chapter 03's container takes all the processes that the
 * host has, and in chapter 04's it doesn't. The "host" is a group with a limit of its own, so that yours is safe.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { report } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { home } from "../../common/home.ts";
import { Ledger } from "../../common/ledger.ts";
import { builtinRootfs } from "../../common/rootfs.ts";
import { isRoot, node } from "../../scripts/root.ts";
import { AT_FDCWD, CLONE_NEWNS, CLONE_NEWPID } from "../../syscall/constants.ts";
import { child, exitStatus, launch, restoreSignals } from "../../syscall/launch.ts";
import { type Step, step } from "../../syscall/program.ts";
import { writeSteps } from "./cgroup-files.ts";
import { type Cgroup, generation, ownView } from "./cgroups.ts";
import { execute } from "./exec.ts";
import { randomHostname } from "./hostname.ts";
import { parseLimits } from "./limits.ts";
import { privateMounts } from "./root.ts";

// #region host
/** Node alone has a dozen threads, each of which counts. */
const PROCESSES_OF_THE_HOST = "200";

const LEAF = "/sys/fs/cgroup/host";

/** A host for the attack: processes of its own, and at the top of its cgroups a group that can hold so many. */
function host(group: Cgroup, command: readonly Step[]): Step[] {
  const tree =
    group.birthplace === undefined
      ? [
          step("mkdirat", [AT_FDCWD, "/sys/fs/cgroup/pids", 0o755], "cgroup v1: a place for one tree"),
          step("mount", ["cgroup", "/sys/fs/cgroup/pids", "cgroup", 0, "pids"], "the group is its top"),
        ]
      : [
          step("mount", ["cgroup2", "/sys/fs/cgroup", "cgroup2", 0, null], "cgroup v2: the group is the top"),
          step(
            "mkdirat",
            [AT_FDCWD, LEAF, 0o755],
            "a leaf, since a group with groups below has no processes",
          ),
          ...writeSteps(`${LEAF}/cgroup.procs`, "0", "the host lives in it, as systemd does"),
        ];
  const steps = [
    ...group.enter,
    ...ownView(),
    ...privateMounts(),
    step("mount", ["proc", "/proc", "proc", 0, null], "the processes of this host alone"),
    step("mount", ["tmpfs", "/sys/fs/cgroup", "tmpfs", 0, null], "and its cgroups alone"),
    ...tree,
    restoreSignals(),
    ...command,
  ];
  return [...group.make, child(CLONE_NEWPID | CLONE_NEWNS, steps, "a host to attack", group.birthplace)];
}
// #endregion host

// #region attack
/** Each process makes others until it can't; then it ends, and another one takes its place at once. */
const BOMB = "bomb() { while :; do bomb & done; }; bomb & exec sleep 1000";

const NO_CONTAINER = 99;
const WORK = "for i in 1 2 3 4 5 6 7 8 9 10; do (exit 0); done; exit 0";

/**
 * The host starts the container in the background, and goes on with its own work, which is to start processes. It ends
 * badly when it can't; it ends well when the container has run into a limit of its own and the host still works.
 */
const HOST = `
  "$@" > /dev/null 2>&1 &
  while kill -0 $!; do
    (exit 0)
    for events in /sys/fs/cgroup/ft-docker-[0-9a-f]*/pids.events /sys/fs/cgroup/pids/ft-docker-[0-9a-f]*/pids.events; do
      [ -e "$events" ] && read -r name stopped < "$events" && [ "$stopped" -gt 0 ] && exec sh -c "$WORK"
    done
  done
  exit ${NO_CONTAINER}`;

/** Whether the host can still start a process, when a container of this chapter, run with these flags, has a bomb. */
export async function attack(chapter: string, flags: readonly string[]): Promise<boolean> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "ft-docker-breakout-"));
  const ledger = new Ledger();
  try {
    const group = generation().plan(randomHostname(), parseLimits({ "pids-limit": [PROCESSES_OF_THE_HOST] }));
    ledger.add(...group.changes);
    const main = path.join(import.meta.dirname, "..", chapter, "main.ts");
    const rootfs = await builtinRootfs(home());
    const container = node(main, ["run", "--init", "--rootfs", rootfs, ...flags, "sh", "-c", BOMB]);
    const environment = [`PATH=${process.env.PATH}`, `FT_DOCKER_HOME=${folder}`, `WORK=${WORK}`];
    const launched = launch(host(group, execute(["sh", "-c", HOST, "sh", ...container], environment)));
    await launched.executed;
    const status = exitStatus(await launched.exited);
    if (status === NO_CONTAINER) throw new Error(`${chapter}: the container didn't run`);
    return status === 0;
  } finally {
    ledger.close();
    rmSync(folder, { recursive: true });
  }
}
// #endregion attack

export const CONTAINERS = { "03-pid-mnt": [], "04-cgroups": ["--pids-limit", "40"] } as const;

async function main(): Promise<number> {
  if (!isRoot())
    throw new UserError("breakout: only root can try", {
      hint: "sudo npx tsx chapters/04-cgroups/breakout.ts",
    });
  for (const [chapter, flags] of Object.entries(CONTAINERS)) {
    const goesOn = await attack(chapter, flags);
    console.log(
      `${[chapter, ...flags].join(" ")}: the host ${goesOn ? "goes on" : "can't start a process any more"}`,
    );
  }
  return 0;
}

if (import.meta.filename === process.argv[1]) process.exit(await main().catch(report));
