/** The commands that do something in a container that runs. What they need is loaded when one of them is run. */
import type { Command } from "../../common/cli.ts";
import { COMMAND_STATUS, RUN_FLAGS } from "../../common/run.ts";

export const JOIN_COMMANDS: Readonly<Record<string, Command>> = {
  exec: {
    usage: "[flags] CONTAINER COMMAND [ARG…]",
    help: "run one more command in a container that runs",
    flags: {
      ...RUN_FLAGS,
      detach: { short: "d", help: "don't wait for it; it reads and writes nothing" },
      env: { short: "e", value: "NAME[=VALUE]", multiple: true, help: "set a variable for this command" },
      "env-file": { value: "FILE", multiple: true, help: "set the variables that a file lists, one a line" },
      workdir: {
        short: "w",
        value: "DIR",
        help: "the directory in which it begins (default: as the container's command)",
      },
      user: {
        short: "u",
        value: "USER[:GROUP]",
        help: "whom it runs as (default: as the container's command)",
      },
      privileged: { help: "all capabilities, and no seccomp filter" },
    },
    status: COMMAND_STATUS,
    run: async (values, words) => (await import("./join-run.ts")).exec(values, words),
  },
  pause: {
    usage: "CONTAINER…",
    help: "stop all processes of containers where they are",
    flags: {},
    run: async (_values, words) => (await import("./freeze.ts")).pauseAll(words),
  },
  unpause: {
    usage: "CONTAINER…",
    help: "let them go on",
    flags: {},
    run: async (_values, words) => (await import("./freeze.ts")).unpauseAll(words),
  },
};
