/** From the words of the command line to a container's plan: what is asked for, checked, with all that is needed for it. */
import path from "node:path";
import type { Flags, Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import type { Range } from "../../common/id-ranges.ts";
import { missingMountpoints } from "../../common/mountpoints.ts";
import { idsHere } from "../../common/rootless.ts";
import { PULL_FLAGS } from "../../images/commands.ts";
import { layersFolder } from "../../images/layers.ts";
import { CAPABILITY_FLAGS } from "./capabilities.ts";
import { planGroup } from "./cgroups.ts";
import type { Config } from "./container.ts";
import { deviceRules } from "./device-rules.ts";
import { DEVICE_FLAGS, deviceVolumes, parseDevices } from "./devices.ts";
import { containerEnvironment } from "./environment.ts";
import { FILESYSTEM_DIRECTORIES } from "./filesystems.ts";
import { SECURITY_FLAGS } from "./filter.ts";
import { checkHostname } from "./hostname.ts";
import { commandLine, findRoot, type Root } from "./image.ts";
import { LIMIT_FLAGS, parseLimits } from "./limits.ts";
import type { Monitor } from "./monitor.ts";
import { chooseNetwork, NETWORK_FLAGS } from "./network.ts";
import { overlay } from "./overlay.ts";
import { parsePrivileges } from "./privileges.ts";
import { parseRlimits, ULIMIT_FLAGS } from "./rlimits.ts";
import { networkSysctls, parseSysctls, SYSCTL_FLAGS } from "./sysctls.ts";
import { parseTmpfs } from "./tmpfs.ts";
import { findUser } from "./user.ts";
import { checkUser, chooseIds } from "./userns.ts";
import { parseVolume } from "./volumes.ts";

export const CONTAINER_FLAGS: Flags = {
  hostname: { value: "NAME", help: "the container's host name (default: a random id)" },
  image: {
    value: "NAME",
    help: "the image, pulled if it isn't here (default: the built-in root filesystem)",
  },
  ...PULL_FLAGS,
  rootfs: { value: "DIR", help: "a directory as the only layer below the container's own" },
  "read-only": { help: "the root can't be written to; volumes and tmpfs can" },
  tmpfs: { value: "DST[:OPTION,…]", multiple: true, help: "an empty directory in memory" },
  volume: {
    short: "v",
    value: "SRC:DST[:ro|idmap]",
    multiple: true,
    help: "show a file or directory of the host's",
  },
  workdir: {
    short: "w",
    value: "DIR",
    help: "the directory in which the command begins (default: the image's, or /)",
  },
  env: {
    short: "e",
    value: "NAME[=VALUE]",
    multiple: true,
    help: "set a variable, or take it from the host",
  },
  "env-file": { value: "FILE", multiple: true, help: "set the variables that a file lists, one a line" },
  user: {
    short: "u",
    value: "USER[:GROUP]",
    help: "whom the command runs as (default: the image's, or root)",
  },
  userns: {
    value: "auto|host",
    help: "auto: the container's root is nobody on the host; host: it is the host's (default: auto, and host with --privileged)",
  },
  ...NETWORK_FLAGS,
  init: { help: "an init as PID 1: it reaps orphans and forwards signals to the command" },
  ...LIMIT_FLAGS,
  ...CAPABILITY_FLAGS,
  ...SECURITY_FLAGS,
  ...ULIMIT_FLAGS,
  ...SYSCTL_FLAGS,
  ...DEVICE_FLAGS,
};

/** A container's first words, or those that its record kept. */
export interface Asked {
  readonly id: string;
  /** By which others on its network find it too; undefined for one by chance. */
  readonly name: string | undefined;
  readonly values: Values;
  readonly words: readonly string[];
  readonly tty: boolean;
  /** Only to be shown. */
  readonly explained: boolean;
  /** Its own layer stays when it ends. */
  readonly kept: boolean;
  /** For a container that doesn't end with this command. */
  readonly monitor: Monitor | undefined;
}

/** What can be run, and what is held for it meanwhile. */
export interface Plan {
  readonly config: Config;
  readonly root: Root;
  /** Files that are open for the container: as long as some process has them open, what they stand for is its own. */
  held(): readonly number[];
  release(): void;
}

/** Throws a UserError for what is wrong with it. */
export async function plan(asked: Asked): Promise<Plan> {
  const { values, explained } = asked;
  // As in Docker: rights over the host are no use to who is nobody there.
  const usual = values.privileged?.[0] === "true" ? "host" : "auto";
  const ids = chooseIds(values.userns?.[0] ?? usual, { explained });
  const root = await findRoot(values, { explained });
  const letGo = () => {
    root.release();
    ids?.release();
  };
  try {
    const config = await configure(asked, root, ids?.range);
    return {
      config,
      root,
      held: () => [...root.held, ...(ids?.held ?? []), ...config.network.held()],
      release: () => {
        config.network.release();
        letGo();
      },
    };
  } catch (error) {
    letGo();
    throw error;
  }
}

async function configure(
  { id, name, values, words, tty, explained, kept, monitor }: Asked,
  root: Root,
  ids: Range | undefined,
): Promise<Config> {
  const hostname = checkHostname(values.hostname?.[0] ?? id);
  const lowers = root.lowers.map((lower) => path.resolve(layersFolder(), lower));
  const user = findUser(values.user?.[0] || root.defaults.user || "0:0", lowers);
  checkUser(user, ids?.size ?? idsHere());
  const environment = containerEnvironment({
    hostname,
    tty,
    home: user.home,
    image: root.defaults.environment,
    files: values["env-file"] ?? [],
    variables: values.env ?? [],
  });
  const privileged = values.privileged?.[0] === "true";
  const devices = parseDevices(values);
  const command = commandLine(root.defaults, words);
  const place = overlay(id, root, command, { explained, kept });
  const self = {
    id,
    name,
    hostname,
    directory: place.directory,
    owner: ids?.first ?? 0,
    explained,
    detached: monitor !== undefined,
  };
  const network = chooseNetwork(values, self);
  const ownNetwork = network.flags !== 0;
  const asked = [
    ...(values.volume ?? []).map(parseVolume),
    ...(values.tmpfs ?? []).map(parseTmpfs),
    ...deviceVolumes(devices),
  ];
  const names = network.mounts.filter(({ target }) => !asked.some((each) => each.target === target));
  const mounts = [...names, ...asked].sort((a, b) => a.target.split("/").length - b.target.split("/").length);
  const workdir = values.workdir?.[0] ?? root.defaults.workdir;
  if (!workdir.startsWith("/")) {
    throw new UserError(`-w ${workdir}: not an absolute path`, { hint: `-w /${workdir}` });
  }
  const kernelTargets = FILESYSTEM_DIRECTORIES.map((target) => ({ target, isDirectory: true }));
  return {
    id,
    command,
    tty,
    monitor,
    environment,
    hostname,
    cgroup: planGroup(id, parseLimits(values), {
      devices: deviceRules(devices, privileged),
      writable: privileged,
    }),
    overlay: place,
    readOnly: values["read-only"]?.[0] === "true",
    mounts,
    mountpoints: missingMountpoints(undefined, [...kernelTargets, ...mounts]),
    workdir: path.posix.normalize(workdir),
    user,
    ids,
    privileges: await parsePrivileges(values, { ownUsers: ids !== undefined }),
    rlimits: parseRlimits(values),
    sysctls: new Map([
      ...(ownNetwork ? networkSysctls(Math.min(ids?.size ?? idsHere(), 2 ** 31) - 1) : []),
      ...parseSysctls(values, { ownNetwork }),
    ]),
    network,
    privileged,
    init: values.init?.[0] === "true",
  };
}
