/**
 * Chapter 04's container: what chapter 03's is, in a control group that limits and counts what it uses. The runtime itself
 * runs the steps before the clone.
 */
import type { Mountpoint } from "../../common/mountpoints.ts";
import { CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS } from "../../syscall/constants.ts";
import { child, restoreSignals } from "../../syscall/launch.ts";
import { type Step, step } from "../../syscall/program.ts";
import { type Cgroup, ownView } from "./cgroups.ts";
import { workingDirectory } from "./environment.ts";
import { execute } from "./exec.ts";
import { FILESYSTEM_DIRECTORIES, filesystems } from "./filesystems.ts";
import { hostname } from "./hostname.ts";
import { init } from "./init.ts";
import { masks } from "./masks.ts";
import { enterRoot, privateMounts } from "./root.ts";
import { ownSession, ownTerminal } from "./terminal.ts";
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
  /** The directory that is the container's "/": an absolute path without symlinks. */
  readonly rootfs: string;
  readonly volumes: readonly Volume[];
  /** What the root filesystem and the volumes lack for what is mounted in them. */
  readonly mountpoints: readonly Mountpoint[];
  readonly workdir: string;
  readonly init: boolean;
}

// #region container
export function container(config: Config): Step[] {
  const sources = config.volumes.map(takeSource);
  const command = [
    ...ownSession(config.tty),
    restoreSignals(),
    ...execute(config.command, config.environment),
  ];
  const { make, birthplace, enter, show } = config.cgroup;
  const steps = [
    ...enter,
    ...ownView(),
    ...hostname(config.hostname),
    ...privateMounts(),
    ...sources.flatMap((source) => source.steps),
    ...enterRoot(config.rootfs),
    ...FILESYSTEM_DIRECTORIES.flatMap((path) => makeMountpoints(path, config.mountpoints)),
    ...filesystems(),
    ...show,
    ...sources.flatMap(({ tree }, i) => attach(config.volumes[i] as Volume, tree, config.mountpoints)),
    ...masks(),
    ...workingDirectory(config.workdir),
    ...(config.tty ? ownTerminal() : []),
    ...(config.init ? init(command) : command),
  ];
  const namespaces = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC;
  const why = "a child in PID, mount, UTS and IPC namespaces of its own";
  return [...make, child(namespaces, steps, why, birthplace), ...letGo(birthplace)];
}

/** The runtime doesn't need the group's directory any more when the child is in it. */
function letGo(directory: Step | undefined): Step[] {
  return directory ? [step("close", [directory], "the child is in its group")] : [];
}
// #endregion container
