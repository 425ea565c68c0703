/**
 * Chapter 06's container: what chapter 05's is, with users and a network of its own, and without most of root's rights. What
 * the kernel lets only the host's side do is done by acts, while the child waits.
 */
import type { Mountpoint } from "../../common/mountpoints.ts";
import { CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS } from "../../syscall/constants.ts";
import { child, letChildGo, waitForRuntime } from "../../syscall/launch.ts";
import { type Item, type Step, step } from "../../syscall/program.ts";
import { type Cgroup, ownView } from "./cgroups.ts";
import { workingDirectory } from "./environment.ts";
import { execute } from "./exec.ts";
import { FILESYSTEM_DIRECTORIES, filesystems } from "./filesystems.ts";
import { hostname } from "./hostname.ts";
import { init } from "./init.ts";
import { masks } from "./masks.ts";
import type { Overlay } from "./overlay.ts";
import { giveUp, type Privileges } from "./privileges.ts";
import { enterRoot, privateMounts, readOnlyRoot } from "./root.ts";
import { ownSession, ownTerminal } from "./terminal.ts";
import { mountTmpfs, type Tmpfs } from "./tmpfs.ts";
import { switchUser, type User } from "./user.ts";
import { attach, makeMountpoints, takeSource, type Volume } from "./volumes.ts";

export interface Config {
  /** Twelve hexadecimal digits: the name of its group. */
  readonly id: string;
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** With a terminal of its own. */
  readonly tty: boolean;
  /** "NAME=VALUE" each. */
  readonly environment: readonly string[];
  readonly hostname: string;
  readonly cgroup: Cgroup;
  readonly overlay: Overlay;
  readonly readOnly: boolean;
  /** Outer ones come first. */
  readonly mounts: readonly (Volume | Tmpfs)[];
  /** What is made, in the overlay or in a volume, as the place for what is mounted there. */
  readonly mountpoints: readonly Mountpoint[];
  readonly workdir: string;
  readonly user: User;
  readonly privileges: Privileges;
  /** Nothing of the kernel's is hidden. */
  readonly privileged: boolean;
  readonly init: boolean;
}

// #region container
export function container(config: Config): Item[] {
  const attached = config.mounts.map((mount) => attachment(mount, config.mountpoints));
  const { privileges } = config;
  const user = () => switchUser(config.user, config.tty);
  const command = [
    ...ownSession(config.tty),
    ...giveUp(privileges, user()),
    ...execute(config.command, config.environment),
  ];
  const { make, birthplace, enter, show } = config.cgroup;
  const steps = [
    ...enter,
    ...waitForRuntime(),
    ...ownView(),
    ...hostname(config.hostname),
    ...privateMounts(),
    ...attached.flatMap(({ before }) => before),
    ...config.overlay.mount,
    ...enterRoot(config.overlay.merged),
    ...FILESYSTEM_DIRECTORIES.flatMap((path) => makeMountpoints(path, config.mountpoints)),
    ...filesystems(),
    ...show,
    ...attached.flatMap(({ after }) => after),
    ...(config.privileged ? [] : masks()),
    ...workingDirectory(config.workdir),
    ...(config.readOnly ? readOnlyRoot() : []),
    ...(config.tty ? ownTerminal() : []),
    ...(config.init ? init(command, giveUp(privileges, user(), [])) : command),
  ];
  const namespaces = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC;
  const why = "a child in PID, mount, UTS and IPC namespaces of its own";
  return [
    ...make,
    ...config.overlay.make,
    child(namespaces, steps, why, birthplace),
    ...letGo(birthplace),
    letChildGo(),
  ];
}

/** What is done while the host's paths are there, and what in the new root. */
function attachment(
  mount: Volume | Tmpfs,
  mountpoints: readonly Mountpoint[],
): { before: Step[]; after: Step[] } {
  if (!("source" in mount)) return { before: [], after: mountTmpfs(mount, mountpoints) };
  const { tree, steps } = takeSource(mount);
  return { before: steps, after: attach(mount, tree, mountpoints) };
}

/** The runtime doesn't need the group's directory any more when the child is in it. */
function letGo(directory: Step | undefined): Step[] {
  return directory ? [step("close", [directory], "the child is in its group")] : [];
}
// #endregion container
