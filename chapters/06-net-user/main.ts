/** Chapter 06: `main.ts run [flags] [--] [COMMAND [ARG…]]`, `main.ts stats`, `main.ts rootfs`, and the commands about images. */
import path from "node:path";
import { type Command, type Flags, main, print, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { home } from "../../common/home.ts";
import type { Range } from "../../common/id-ranges.ts";
import { missingMountpoints } from "../../common/mountpoints.ts";
import { builtinRootfs } from "../../common/rootfs.ts";
import { idsHere } from "../../common/rootless.ts";
import { RUN_FLAGS, type RunOptions, run, runOptions } from "../../common/run.ts";
import { IMAGE_COMMANDS, PULL_FLAGS } from "../../images/commands.ts";
import { layersFolder } from "../../images/layers.ts";
import { CAPABILITY_FLAGS } from "./capabilities.ts";
import { planGroup } from "./cgroups.ts";
import { type Config, container } from "./container.ts";
import { deviceRules } from "./device-rules.ts";
import { DEVICE_FLAGS, deviceVolumes, parseDevices } from "./devices.ts";
import { containerEnvironment } from "./environment.ts";
import { FILESYSTEM_DIRECTORIES } from "./filesystems.ts";
import { SECURITY_FLAGS } from "./filter.ts";
import { checkHostname, randomHostname } from "./hostname.ts";
import { commandLine, findRoot, type Root } from "./image.ts";
import { openInit } from "./init.ts";
import { LIMIT_FLAGS, parseLimits } from "./limits.ts";
import { chooseNetwork, NETWORK_FLAGS } from "./network.ts";
import { reportOutOfMemory } from "./oom.ts";
import { overlay } from "./overlay.ts";
import { parsePrivileges } from "./privileges.ts";
import { parseRlimits, ULIMIT_FLAGS } from "./rlimits.ts";
import { statsCommand } from "./stats.ts";
import { networkSysctls, parseSysctls, SYSCTL_FLAGS } from "./sysctls.ts";
import { parseTmpfs } from "./tmpfs.ts";
import { findUser } from "./user.ts";
import { checkUser, chooseIds } from "./userns.ts";
import { parseVolume } from "./volumes.ts";

const FLAGS: Flags = {
  ...RUN_FLAGS,
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

async function configure(
  values: Values,
  words: readonly string[],
  options: RunOptions,
  root: Root,
  ids: Range | undefined,
): Promise<Config> {
  const id = randomHostname();
  const hostname = checkHostname(values.hostname?.[0] ?? id);
  const lowers = root.lowers.map((lower) => path.resolve(layersFolder(), lower));
  const user = findUser(values.user?.[0] || root.defaults.user || "0:0", lowers);
  checkUser(user, ids?.size ?? idsHere());
  const environment = containerEnvironment({
    hostname,
    tty: options.tty,
    home: user.home,
    image: root.defaults.environment,
    files: values["env-file"] ?? [],
    variables: values.env ?? [],
  });
  const privileged = values.privileged?.[0] === "true";
  const devices = parseDevices(values);
  const command = commandLine(root.defaults, words);
  const explained = options.explain !== undefined;
  const place = overlay(id, root, command, { explained });
  const self = { id, hostname, directory: place.directory, owner: ids?.first ?? 0, explained };
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
    tty: options.tty,
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

const runCommand: Command = {
  usage: "[flags] [--] [COMMAND [ARG…]]",
  help: "run a command, or an image's own, on a layer of its own",
  flags: FLAGS,
  async run(values, words) {
    const options = runOptions(values);
    if (!options.explain && process.geteuid?.() !== 0) return startAgain();
    // As in Docker: rights over the host are no use to who is nobody there.
    const usual = values.privileged?.[0] === "true" ? "host" : "auto";
    const ids = chooseIds(values.userns?.[0] ?? usual, { explained: options.explain !== undefined });
    const root = await findRoot(values, options);
    try {
      return await runConfigured(await configure(values, words, options, root, ids?.range), options);
    } finally {
      root.release();
      ids?.release();
    }
  },
};

async function runConfigured(config: Config, options: RunOptions): Promise<number> {
  const mountpoints = config.mountpoints.flatMap(({ change }) => change ?? []);
  const init = config.init && !options.explain ? openInit() : undefined;
  const needs = {
    changes: [...config.cgroup.changes, ...config.overlay.changes, ...mountpoints],
    claims: config.network.claims,
    slots: { ...config.network.slots, ...(init ? { init: init.fd } : {}) },
    ended: () => reportOutOfMemory(config.id, config.cgroup),
  };
  try {
    return await run(container(config), options, needs);
  } finally {
    await config.network.release();
    init?.close();
  }
}

const commitCommand: Command = {
  usage: "[flags] CONTAINER [NAME[:TAG]]",
  help: "make an image of a running container's root, with what it has changed",
  flags: {
    message: { short: "m", value: "TEXT", help: "what the image's history says of it" },
    author: { short: "a", value: "NAME", help: "who has made it" },
  },
  run: async (values, words) => (await import("./changes.ts")).commit(values, words),
};

const diffCommand: Command = {
  usage: "CONTAINER",
  help: "list what a running container has added (A), changed (C) and deleted (D)",
  flags: {},
  run: async (_values, words) => (await import("./changes.ts")).diff(words),
};

const rootfsCommand: Command = {
  usage: "",
  help: "make the built-in root filesystem, if it isn't there yet, and print where it is",
  flags: {},
  async run() {
    print(1, await builtinRootfs(home()));
    return 0;
  },
};

/** Files of layers have several owners, and so they are no business of an ordinary user's outside of the user's namespace. */
const inNamespace = (command: Command): Command => ({
  ...command,
  run: async (values, words) => (process.geteuid?.() === 0 ? command.run(values, words) : startAgain()),
});

const startAgain = async (): Promise<number> => (await import("./rootless.ts")).startAgain();

await main("FT_DOCKER, chapter 06: network, users, privileges", {
  run: runCommand,
  ...IMAGE_COMMANDS,
  rmi: inNamespace(IMAGE_COMMANDS.rmi as Command),
  commit: inNamespace(commitCommand),
  diff: inNamespace(diffCommand),
  stats: statsCommand,
  rootfs: inNamespace(rootfsCommand),
});
