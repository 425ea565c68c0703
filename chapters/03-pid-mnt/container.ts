/**
 * Chapter 03's container: a child with processes, mounts and a root filesystem of its own, as well as a host name and
 * message queues. This list is what the rest of the book grows: read it from the top, as the kernel does.
 */
import type { Mountpoint } from "../../common/mountpoints.ts";
import { CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS } from "../../syscall/constants.ts";
import { child, restoreSignals } from "../../syscall/launch.ts";
import type { Step } from "../../syscall/program.ts";
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
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** With a terminal of its own. */
  readonly tty: boolean;
  /** "NAME=VALUE" each. */
  readonly environment: readonly string[];
  readonly hostname: string;
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
  const steps = [
    ...hostname(config.hostname),
    ...privateMounts(),
    ...sources.flatMap((source) => source.steps),
    ...enterRoot(config.rootfs),
    ...FILESYSTEM_DIRECTORIES.flatMap((path) => makeMountpoints(path, config.mountpoints)),
    ...filesystems(),
    ...sources.flatMap(({ tree }, i) => attach(config.volumes[i] as Volume, tree, config.mountpoints)),
    ...masks(),
    ...workingDirectory(config.workdir),
    ...(config.tty ? ownTerminal() : []),
    ...(config.init ? init(command) : command),
  ];
  const namespaces = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC;
  return [child(namespaces, steps, "a child in PID, mount, UTS and IPC namespaces of its own")];
}
// #endregion container
