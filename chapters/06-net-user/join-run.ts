/** What `exec` makes of the container's record, of its root as it is now, and of its own flags. */
import { closeSync } from "node:fs";
import path from "node:path";
import { isSet, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { idsHere } from "../../common/rootless.ts";
import { run, runOptions } from "../../common/run.ts";
import { type Container, findRunning } from "../../containers/find.ts";
import type { Config } from "../../containers/record.ts";
import { findImage } from "../../images/images.ts";
import { openStore } from "../../images/store.ts";
import { generation } from "./cgroups.ts";
import { needsDoor, openDoor } from "./door.ts";
import { containerEnvironment } from "./environment.ts";
import { type Defaults, imageDefaults, NO_DEFAULTS } from "./image.ts";
import { openInit } from "./init.ts";
import { CONTAINER, type Join, join, KEEPER, TERMINAL } from "./join.ts";
import { openTarget, openTerminal, type Target } from "./join-target.ts";
import { parsePrivileges } from "./privileges.ts";
import { parseRlimits } from "./rlimits.ts";
import { findUser } from "./user.ts";
import { checkUser } from "./userns.ts";

export async function exec(values: Values, words: readonly string[]): Promise<number> {
  const [name, ...command] = words;
  if (name === undefined || command[0] === undefined || command[0] === "")
    throw new UserError(`exec: no ${name === undefined ? "container" : "command"}`, {
      hint: "exec CONTAINER COMMAND [ARG…]",
    });
  const container = findRunning("exec", name);
  if (container.state.paused)
    throw new UserError(`exec ${name}: the container is paused`, { hint: `unpause ${name}` });
  const target = openTarget(container);
  try {
    return await execIn(container, target, values, command);
  } finally {
    target.close();
  }
}

async function execIn(
  container: Container,
  target: Target,
  values: Values,
  command: readonly string[],
): Promise<number> {
  const detached = isSet(values, "detach");
  const chosen = runOptions(values);
  const options = { ...chosen, tty: chosen.tty && !detached };
  const config = await configure(container, target, values, { command, tty: options.tty, detached });
  const real = options.explain === undefined;
  const terminal =
    options.tty && real ? openTerminal(target, (target.ids?.first ?? 0) + config.user.uid) : undefined;
  const keeper = detached && real ? openInit() : undefined;
  const door = needsDoor(target.ids) && real ? openDoor() : {};
  try {
    return await run(join(config), options, {
      slots: {
        [CONTAINER]: target.pidfd,
        ...(terminal ? { [TERMINAL]: terminal.slave } : {}),
        ...(keeper ? { [KEEPER]: keeper.fd } : {}),
        ...door,
      },
      terminal: terminal?.master,
      detached,
    });
  } finally {
    keeper?.close();
    for (const fd of Object.values(door)) closeSync(fd);
  }
}

async function configure(
  { config }: Container,
  target: Target,
  values: Values,
  { command, tty, detached }: Pick<Join, "command" | "tty" | "detached">,
): Promise<Join> {
  const { flags } = config;
  const image = config.imageId === undefined ? undefined : findImage(openStore(), config.imageId);
  const defaults = image ? imageDefaults(image) : NO_DEFAULTS;
  // The container may have changed its own /etc/passwd since it began.
  const root = `/proc/self/fd/${target.root}`;
  const user = findUser(values.user?.[0] || flags.user?.[0] || defaults.user || "0:0", [root]);
  checkUser(user, target.ids?.size ?? idsHere());
  const given = isSet(values, "privileged") ? { ...flags, privileged: ["true"] } : flags;
  return {
    command,
    tty,
    detached,
    environment: environment(config, defaults, values, { tty, home: user.home }),
    namespaces: target.namespaces,
    ids: target.ids,
    group: generation().join(config.id, target.pid),
    workdir: workdirOf(values.workdir?.[0] ?? flags.workdir?.[0] ?? defaults.workdir),
    user,
    privileges: await parsePrivileges(given, { ownUsers: target.ids !== undefined }),
    rlimits: parseRlimits(flags),
  };
}

/** The container's own variables, and over them those of this command alone. */
function environment(
  { flags, id }: Config,
  defaults: Defaults,
  values: Values,
  { tty, home }: { readonly tty: boolean; readonly home: string },
): string[] {
  const common = { hostname: flags.hostname?.[0] ?? id, tty, home };
  const container = containerEnvironment({
    ...common,
    image: defaults.environment,
    files: flags["env-file"] ?? [],
    variables: flags.env ?? [],
  });
  return containerEnvironment({
    ...common,
    image: container,
    files: values["env-file"] ?? [],
    variables: values.env ?? [],
  });
}

function workdirOf(directory: string): string {
  if (directory.startsWith("/")) return path.posix.normalize(directory);
  throw new UserError(`-w ${directory}: not an absolute path`, { hint: `-w /${directory}` });
}
