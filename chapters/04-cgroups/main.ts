/** Chapter 04: `main.ts run [flags] [--] COMMAND [ARG…]`, `main.ts stats`, `main.ts rootfs`. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { type Command, type Flags, main, print, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { home } from "../../common/home.ts";
import { missingMountpoints } from "../../common/mountpoints.ts";
import { builtinRootfs, plannedRootfs } from "../../common/rootfs.ts";
import { commandOf, RUN_FLAGS, type RunOptions, requireRoot, run, runOptions } from "../../common/run.ts";
import { generation } from "./cgroups.ts";
import { type Config, container } from "./container.ts";
import { containerEnvironment } from "./environment.ts";
import { FILESYSTEM_DIRECTORIES } from "./filesystems.ts";
import { checkHostname, randomHostname } from "./hostname.ts";
import { openInit } from "./init.ts";
import { LIMIT_FLAGS, parseLimits } from "./limits.ts";
import { reportOutOfMemory } from "./oom.ts";
import { statsCommand } from "./stats.ts";
import { parseVolume } from "./volumes.ts";

const FLAGS: Flags = {
  ...RUN_FLAGS,
  hostname: { value: "NAME", help: "the container's host name (default: a random id)" },
  rootfs: { value: "DIR", help: "the container's root directory (default: the built-in root filesystem)" },
  volume: {
    short: "v",
    value: "SRC:DST[:ro]",
    multiple: true,
    help: "show a file or directory of the host's",
  },
  workdir: { short: "w", value: "DIR", help: "the directory in which the command begins (default: /)" },
  env: {
    short: "e",
    value: "NAME[=VALUE]",
    multiple: true,
    help: "set a variable, or take it from the host",
  },
  "env-file": { value: "FILE", multiple: true, help: "set the variables that a file lists, one a line" },
  init: { help: "an init as PID 1: it reaps orphans and forwards signals to the command" },
  ...LIMIT_FLAGS,
};

async function configure(values: Values, words: readonly string[], options: RunOptions): Promise<Config> {
  const id = randomHostname();
  const hostname = checkHostname(values.hostname?.[0] ?? id);
  const environment = containerEnvironment({
    hostname,
    tty: options.tty,
    files: values["env-file"] ?? [],
    variables: values.env ?? [],
  });
  const volumes = (values.volume ?? [])
    .map(parseVolume)
    .sort((a, b) => a.target.split("/").length - b.target.split("/").length);
  const workdir = values.workdir?.[0] ?? "/";
  if (!workdir.startsWith("/")) {
    throw new UserError(`-w ${workdir}: not an absolute path`, { hint: `-w /${workdir}` });
  }
  const command = commandOf(words);
  const cgroup = generation().plan(id, parseLimits(values));
  const rootfs = await rootDirectory(values.rootfs?.[0], options);
  const kernelTargets = FILESYSTEM_DIRECTORIES.map((target) => ({ target, isDirectory: true }));
  return {
    id,
    command,
    tty: options.tty,
    environment,
    hostname,
    cgroup,
    rootfs,
    volumes,
    mountpoints: existsSync(rootfs) ? missingMountpoints(rootfs, [...kernelTargets, ...volumes]) : [],
    workdir,
    init: values.init?.[0] === "true",
  };
}

async function rootDirectory(directory: string | undefined, options: RunOptions): Promise<string> {
  if (directory === undefined) return options.explain ? plannedRootfs(home()) : builtinRootfs(home());
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError(`--rootfs ${directory}: not a directory`, {
      hint: "without --rootfs there is a built-in one",
    });
  }
  const real = realpathSync(directory);
  if (real !== "/") return real;
  throw new UserError("--rootfs /: that is the host's own root", { hint: "name a directory below it" });
}

const runCommand: Command = {
  usage: "[flags] [--] COMMAND [ARG…]",
  help: "run a command in a root filesystem of its own, within limits",
  flags: FLAGS,
  async run(values, words) {
    const options = runOptions(values);
    requireRoot(options);
    const config = await configure(values, words, options);
    const mountpoints = config.mountpoints.flatMap(({ change }) => change ?? []);
    const needs = {
      changes: [...config.cgroup.changes, ...mountpoints],
      ended: () => reportOutOfMemory(config.id, config.cgroup),
    };
    if (!config.init || options.explain) return run(container(config), options, needs);
    const init = openInit();
    try {
      return await run(container(config), options, { ...needs, slots: { init: init.fd } });
    } finally {
      init.close();
    }
  },
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

await main("FT_DOCKER, chapter 04: limits, and what a container uses", {
  run: runCommand,
  stats: statsCommand,
  rootfs: rootfsCommand,
});
