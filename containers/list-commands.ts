/** The commands that tell of containers. What they need is loaded when one of them is run. */
import type { Command, Flags } from "../common/cli.ts";
import type { Facts } from "./facts.ts";

export const FORMAT: Flags = { format: { value: "json", help: "one line of JSON for each" } };

/** `facts`: what the chapter knows of its containers. */
export const listCommands = (facts: Facts): Readonly<Record<string, Command>> => ({
  ps: {
    usage: "[flags]",
    help: "list the containers that run",
    flags: {
      all: { short: "a", help: "list those as well that don't run" },
      quiet: { short: "q", help: "print ids alone" },
      last: { short: "n", value: "N", help: "list the N that were made last, whether they run or not" },
      latest: { short: "l", help: "as --last 1" },
      filter: {
        short: "f",
        value: "KEY=VALUE",
        multiple: true,
        help: "list those with this name=, id=, image= or status= alone",
      },
      "no-trunc": { help: "print ids and commands in full" },
      ...FORMAT,
    },
    run: async (values, words) => (await import("./commands/ps.ts")).ps(values, words, facts),
  },
  inspect: {
    usage: "[flags] NAME…",
    help: "print all that is known of containers or images, as JSON",
    flags: FORMAT,
    run: async (values, words) => (await import("./commands/inspect.ts")).inspect(values, words, facts),
  },
  top: {
    usage: "[flags] CONTAINER",
    help: "list the processes of a container, as the host counts them and as it does itself",
    flags: FORMAT,
    run: async (values, words) => (await import("./commands/top.ts")).top(values, words),
  },
  port: {
    usage: "CONTAINER [PORT[/PROTOCOL]]",
    help: "list the ports of a container that the host publishes",
    flags: {},
    run: async (_values, words) => (await import("./commands/port.ts")).port(words, facts),
  },
  rename: {
    usage: "CONTAINER NAME",
    help: "give a container another name",
    flags: {},
    run: async (_values, words) => (await import("./commands/rename.ts")).rename(words),
  },
  "network ls": {
    usage: "[flags]",
    help: "list the networks, with how many containers are in each",
    flags: { quiet: { short: "q", help: "print names alone" }, ...FORMAT },
    run: async (values, words) => (await import("./commands/network-ls.ts")).networkLs(values, words),
  },
});
