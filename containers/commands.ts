/** The commands about the life of containers, for a chapter's table. What they need is loaded when one of them is run. */
import type { Command, Flags } from "../common/cli.ts";
import type { Runtime } from "./runtime.ts";

const LOGS_FLAGS: Flags = {
  follow: { short: "f", help: "go on with what comes, until the container ends" },
  tail: { short: "n", value: "LINES", help: "so many lines at the end (default: all)" },
  since: { value: "TIME", help: "lines from then on: 2026-01-31T12:00:00, seconds since 1970, or 10m ago" },
  until: { value: "TIME", help: "lines up to then" },
  timestamps: { short: "t", help: "say when each line began" },
};

/** For `run` too. */
export const KEYS: Flags = {
  "detach-keys": {
    value: "KEYS",
    help: "the keys that leave a container with a terminal (default: ctrl-p,ctrl-q)",
  },
};

const TIME: Flags = {
  time: {
    short: "t",
    value: "SECONDS",
    help: "how long to wait before it is killed (default: as it was started)",
  },
  signal: { short: "s", value: "SIGNAL", help: "what is sent first (default: as it was started)" },
};

export const CONTAINER_COMMANDS = (runtime: Runtime): Readonly<Record<string, Command>> => ({
  start: {
    usage: "[flags] CONTAINER…",
    help: "run containers that were made by 'create', or have ended",
    flags: {
      attach: { short: "a", help: "show what it writes until it ends, and return its exit status" },
      interactive: { short: "i", help: "as --attach, and it gets our input" },
      ...KEYS,
    },
    run: async (values, words) => (await import("./commands/start.ts")).start(runtime, values, words),
  },
  attach: {
    usage: "[flags] CONTAINER",
    help: "be the input and output of a container that runs, until it ends or the detach keys are typed",
    flags: {
      "no-stdin": { help: "it doesn't get our input" },
      "sig-proxy": { help: "signals are the container's (default: true)" },
      ...KEYS,
    },
    run: async (values, words) => (await import("./commands/attach.ts")).attach(values, words),
  },
  stop: {
    usage: "[flags] CONTAINER…",
    help: "ask containers to end, and kill them if they don't",
    flags: TIME,
    run: async (values, words) => (await import("./commands/stop.ts")).stop(runtime, values, words),
  },
  restart: {
    usage: "[flags] CONTAINER…",
    help: "stop containers, and start them again",
    flags: TIME,
    run: async (values, words) => (await import("./commands/stop.ts")).restart(runtime, values, words),
  },
  kill: {
    usage: "[flags] CONTAINER…",
    help: "send a signal to the first process of containers",
    flags: { signal: { short: "s", value: "SIGNAL", help: "which (default: KILL)" } },
    run: async (values, words) => (await import("./commands/kill.ts")).kill(runtime, values, words),
  },
  wait: {
    usage: "CONTAINER…",
    help: "wait until containers have ended, and print their exit statuses",
    flags: {},
    run: async (_values, words) => (await import("./commands/wait.ts")).wait(words),
  },
  rm: {
    usage: "[flags] CONTAINER…",
    help: "remove containers with all that they have written",
    flags: { force: { short: "f", help: "kill those that run, and don't mind those that aren't there" } },
    run: async (values, words) => (await import("./commands/rm.ts")).rm(runtime, values, words),
  },
  logs: {
    usage: "[flags] CONTAINER",
    help: "print what a container has written",
    flags: LOGS_FLAGS,
    run: async (values, words) => (await import("./commands/logs.ts")).logs(values, words),
  },
  ended: {
    usage: "ID",
    help: "what a monitor becomes when its container has ended: nobody else needs it",
    flags: {},
    hidden: true,
    run: async (_values, words) => (await import("./commands/ended.ts")).ended(runtime, words),
  },
});
