/**
 * Chapter 06's container: what chapter 05's is, with users and a network of its own, and without most of root's rights. What
 * the kernel lets only the host's side do is done by acts, while the child waits.
 */

import type { Range } from "../../common/id-ranges.ts";
import type { Mountpoint } from "../../common/mountpoints.ts";
import { isOrdinary } from "../../common/rootless.ts";
import {
  CLONE_NEWIPC,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
} from "../../syscall/constants.ts";
import { child, letChildGo, waitForRuntime } from "../../syscall/launch.ts";
import { type Item, type Step, step } from "../../syscall/program.ts";
import { type Cgroup, ownView } from "./cgroups.ts";
import { executeByDoor, needsDoor } from "./door.ts";
import { workingDirectory } from "./environment.ts";
import { execute } from "./exec.ts";
import { FILESYSTEM_DIRECTORIES, filesystems } from "./filesystems.ts";
import { hostname } from "./hostname.ts";
import { mountFromOutside, ROOT, volumeAt } from "./idmap.ts";
import { init } from "./init.ts";
import { masks } from "./masks.ts";
import { handOver, type Monitor, monitored } from "./monitor.ts";
import type { Network } from "./network-parts.ts";
import type { Overlay } from "./overlay.ts";
import { giveUp, type Privileges } from "./privileges.ts";
import { type Rlimit, raiseRlimits, setRlimits } from "./rlimits.ts";
import { enterRoot, leaveOldRoot, privateMounts, readOnlyRoot } from "./root.ts";
import { type Sysctls, setSysctls } from "./sysctls.ts";
import { ownSession, ownTerminal } from "./terminal.ts";
import { mountTmpfs, type Tmpfs } from "./tmpfs.ts";
import { switchUser, type User } from "./user.ts";
import { becomeRoot, mapIds } from "./userns.ts";
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
  readonly rlimits: readonly Rlimit[];
  readonly sysctls: Sysctls;
  /** Nothing of the kernel's is hidden. */
  readonly privileged: boolean;
  /** The host's ids that are the container's; none with `--userns host`. */
  readonly ids: Range | undefined;
  readonly network: Network;
  readonly init: boolean;
  /** Of a container that doesn't end with the command that started it. */
  readonly monitor: Monitor | undefined;
}

// #region container
export function container(config: Config): Item[] {
  const { ids, overlay, network, monitor } = config;
  const volumes = config.mounts.filter(isVolume);
  const taken = volumes.map((volume, i) => takeSource(ids ? left(volume, i) : volume));
  const attached = config.mounts.flatMap((mount) =>
    isVolume(mount)
      ? attach(mount, taken[volumes.indexOf(mount)]?.tree as Step, config.mountpoints)
      : mountTmpfs(mount, config.mountpoints),
  );
  const kernel = filesystems({
    userNamespace: ids !== undefined || isOrdinary(),
    ownNetwork: network.flags !== 0,
    privileged: config.privileged,
  });
  const last = (signals?: readonly Step[]) => [
    ...setRlimits(config.rlimits),
    ...giveUp(config.privileges, switchUser(config.user, config.tty), signals),
  ];
  const command = [
    ...ownSession(config.tty),
    ...(needsDoor(ids)
      ? executeByDoor(config.command, config.environment, last())
      : [...last(), ...execute(config.command, config.environment)]),
  ];
  const { make, birthplace, enter, show } = config.cgroup;
  const steps = [
    ...enter,
    ...waitForRuntime(),
    ...(ids ? becomeRoot() : []),
    ...network.inside,
    ...ownView(),
    ...hostname(config.hostname),
    ...privateMounts(),
    ...taken.flatMap(({ steps }) => steps),
    ...(ids ? [] : overlay.mount),
    ...kernel.take,
    ...enterRoot(ids ? ROOT : overlay.merged),
    ...FILESYSTEM_DIRECTORIES.flatMap((path) => makeMountpoints(path, config.mountpoints)),
    ...kernel.mount,
    ...leaveOldRoot(),
    ...show,
    ...attached,
    ...setSysctls(config.sysctls),
    ...(config.privileged ? [] : masks()),
    ...workingDirectory(config.workdir),
    ...(config.readOnly ? readOnlyRoot() : []),
    ...(config.tty ? ownTerminal() : []),
    ...(config.init ? init(command, last([])) : command),
  ];
  const usual = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC;
  const namespaces = usual | (ids ? CLONE_NEWUSER : 0) | network.flags;
  const more = `${ids ? "user, " : ""}${network.flags ? "network, " : ""}`;
  const why = `a child in ${more}PID, mount, UTS and IPC namespaces of its own`;
  const outside = ids
    ? [
        ...mapIds(ids, config.user, monitor?.files ?? [0, 1, 2]),
        ...mountFromOutside({ ...overlay, volumes, mountpoints: config.mountpoints, first: ids.first }),
      ]
    : [];
  return [
    ...make,
    ...config.overlay.make,
    ...network.before,
    ...(monitor
      ? monitored(monitor, namespaces, steps, why, birthplace)
      : [child(namespaces, steps, why, birthplace)]),
    ...network.after,
    ...letGo(birthplace),
    ...network.acts,
    ...config.cgroup.guard,
    ...outside,
    ...raiseRlimits(config.rlimits),
    ...(monitor ? [handOver(monitor)] : []),
    letChildGo(),
  ];
}

const isVolume = (mount: Volume | Tmpfs): mount is Volume => "source" in mount;

/** As the runtime's helper has left it. */
const left = (volume: Volume, index: number): Volume => ({
  ...volume,
  source: volumeAt(index),
  readOnly: false,
});

/** The runtime doesn't need the group's directory any more when the child is in it. */
function letGo(directory: Step | undefined): Step[] {
  return directory ? [step("close", [directory], "the child is in its group")] : [];
}
// #endregion container
