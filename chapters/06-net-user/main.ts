/** Chapter 06: `main.ts run [flags] [--] [COMMAND [ARG…]]`, and the commands about containers and images. */
import { type Command, type Commands, type Flags, main, print, type Values } from "../../common/cli.ts";
import { home } from "../../common/home.ts";
import { builtinRootfs } from "../../common/rootfs.ts";
import { COMMAND_STATUS, RUN_FLAGS, type RunOptions, run, runOptions } from "../../common/run.ts";
import { keysOf, startAttached } from "../../containers/attached.ts";
import { CONTAINER_COMMANDS, KEYS } from "../../containers/commands.ts";
import { completionCommands } from "../../containers/completion.ts";
import { createContainer, type Draft, LIFE_FLAGS } from "../../containers/create.ts";
import { FILE_COMMANDS } from "../../containers/file-commands.ts";
import { removeStopped, startContainer } from "../../containers/lifecycle.ts";
import { listCommands } from "../../containers/list-commands.ts";
import { holderOf } from "../../containers/names.ts";
import { type Config, readConfig, readState } from "../../containers/record.ts";
import type { Runtime } from "../../containers/runtime.ts";
import { IMAGE_COMMANDS } from "../../images/commands.ts";
import { planGroup } from "./cgroups.ts";
import { CONTAINER_FLAGS, type Plan, plan } from "./configure.ts";
import { container } from "./container.ts";
import { readEnvironmentFile } from "./environment.ts";
import { facts } from "./facts.ts";
import { thaw } from "./freeze.ts";
import { randomHostname } from "./hostname.ts";
import { JOIN_COMMANDS } from "./join-commands.ts";
import { parseLimits } from "./limits.ts";
import { shownMonitor } from "./monitor.ts";
import { runInForeground, startDetached } from "./start.ts";
import { statsCommand } from "./stats.ts";

const USUAL: RunOptions = { tty: false, explain: undefined, trace: false };

const RUNTIME: Runtime = {
  start: (config, options = USUAL, listening) => startDetached(config, options, listening),
  thaw: ({ id }) => thaw(id),
  oomKills: ({ id, flags }) =>
    planGroup(id, parseLimits(flags), { devices: undefined, writable: false }).oomKills(),
};

const FLAGS: Flags = {
  ...RUN_FLAGS,
  interactive: { short: "i", help: "keep its input open (in the foreground it always has ours)" },
  ...CONTAINER_FLAGS,
  ...LIFE_FLAGS,
};

const runCommand: Command = {
  usage: "[flags] [--] [COMMAND [ARG…]]",
  help: "run a command, or an image's own, on a layer of its own",
  flags: {
    ...FLAGS,
    detach: { short: "d", help: "let it run in the background, and print its id" },
    ...KEYS,
  },
  status: COMMAND_STATUS,
  examples: [
    ["run --image alpine sh", "a shell in an image, on a terminal"],
    ["run -d --name web -p 8080:80 --image nginx", "a server in the background, at the host's port 8080"],
  ],
  async run(values, words) {
    const options = runOptions(values);
    const detached = values.detach?.[0] === "true";
    const tty = detached ? values.tty?.[0] === "true" : options.tty;
    const stays = detached || values.name !== undefined;
    if (options.explain) return explain(values, words, { ...options, tty }, stays);
    if (process.geteuid?.() !== 0) return startAgain();
    if (!stays) {
      const { config, planned } = await draft(values, words, { tty, interactive: true, foreground: true });
      try {
        return await runInForeground(config, planned, options);
      } finally {
        planned.release();
      }
    }
    const interactive = !detached || values.interactive?.[0] === "true";
    const { config, planned } = await draft(values, words, { tty, interactive, foreground: false });
    planned.release();
    try {
      if (!detached)
        return await startAttached(
          RUNTIME,
          config,
          { stdin: true, keys: keysOf(values) },
          { ...options, tty },
        );
      await startContainer(RUNTIME, config, { ...options, tty });
    } catch (error) {
      if (readState(config.id)?.status !== "running") removeStopped(config);
      throw error;
    }
    print(1, config.id);
    return 0;
  },
};

/** Takes all that was asked for, checks it, and writes it down. */
async function draft(
  values: Values,
  words: readonly string[],
  { tty, interactive, foreground }: Pick<Draft, "tty" | "interactive" | "foreground">,
): Promise<{ config: Config; planned: Plan }> {
  const id = randomHostname();
  const kept = !foreground;
  const [name] = values.name ?? [];
  const planned = await plan({ id, name, values, words, tty, explained: false, kept, monitor: undefined });
  try {
    const { command, overlay } = planned.config;
    const { image, defaults } = planned.root;
    const files = (values["env-file"] ?? []).flatMap(readEnvironmentFile).map(({ text }) => text);
    const config = createContainer({
      ...{ id, values, words, tty, interactive, foreground, command },
      variables: [...files, ...(values.env ?? [])],
      ...{ imageId: image, imageSignal: defaults.stopSignal, lowers: overlay.lowers },
    });
    return { config, planned };
  } catch (error) {
    planned.release();
    throw error;
  }
}

/** `stays`: under a monitor. */
async function explain(
  values: Values,
  words: readonly string[],
  options: RunOptions,
  stays: boolean,
): Promise<number> {
  const monitor = stays ? shownMonitor() : undefined;
  const own = { id: randomHostname(), name: values.name?.[0], tty: options.tty };
  const planned = await plan({ ...own, values, words, explained: true, kept: stays, monitor });
  return run(container(planned.config), options);
}

const createCommand: Command = {
  usage: "[flags] [--] [COMMAND [ARG…]]",
  help: "make a container, for 'start' to run; print its id",
  flags: FLAGS,
  async run(values, words) {
    if (process.geteuid?.() !== 0) return startAgain();
    const { config, planned } = await draft(values, words, {
      tty: values.tty?.[0] === "true",
      interactive: values.interactive?.[0] === "true",
      foreground: false,
    });
    planned.release();
    print(1, config.id);
    return 0;
  },
};

const commitCommand: Command = {
  usage: "[flags] CONTAINER [NAME[:TAG]]",
  help: "make an image of a container's root, with what it has changed",
  flags: {
    message: { short: "m", value: "TEXT", help: "what the image's history says of it" },
    author: { short: "a", value: "NAME", help: "who has made it" },
  },
  run: async (values, words) => (await import("./changes.ts")).commit(values, words),
};

const diffCommand: Command = {
  usage: "CONTAINER",
  help: "list what a container has added (A), changed (C) and deleted (D)",
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

const inNamespaces = (commands: Readonly<Record<string, Command>>): Record<string, Command> =>
  Object.fromEntries(Object.entries(commands).map(([name, command]) => [name, inNamespace(command)]));

const startAgain = async (): Promise<number> => (await import("./rootless.ts")).startAgain();

const commands: Commands = {
  run: runCommand,
  create: createCommand,
  ...inNamespaces(CONTAINER_COMMANDS(RUNTIME)),
  ...inNamespaces(JOIN_COMMANDS),
  ...IMAGE_COMMANDS,
  rmi: inNamespace(IMAGE_COMMANDS.rmi as Command),
  commit: inNamespace(commitCommand),
  diff: inNamespace(diffCommand),
  stats: statsCommand({ idOf: holderOf, nameOf: (id) => readConfig(id)?.name }),
  ...listCommands(facts),
  ...inNamespaces(FILE_COMMANDS),
  rootfs: inNamespace(rootfsCommand),
};

await main("FT_DOCKER, chapter 06: a whole runtime", {
  ...commands,
  ...completionCommands(commands),
});
