/** The commands that tell of containers, and look after what they leave. What they need is loaded when one of them is run. */
import type { Command, Flags } from "../common/cli.ts";
import type { Facts } from "./facts.ts";

const FORMAT: Flags = { format: { value: "json", help: "one line of JSON for each" } };

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
  cp: {
    usage: "[flags] [CONTAINER:]SRC [CONTAINER:]DST",
    help: "copy files from a container or into one, whether it runs or not",
    flags: {
      archive: { short: "a", help: "keep owners, and set-user-ID and set-group-ID bits" },
      "follow-link": { short: "L", help: "copy what SRC leads to where it is a symlink" },
    },
    description: [
      "SRC is a file, or a directory with all that is in it. Where DST is a directory it goes in there, else DST is what it is called from then on. SRC/. means what is in the directory, without itself.",
      "One of both may be -: an archive (tar) is written to standard output, or read from standard input and unpacked into the directory DST.",
      "What is copied into a container belongs to its root, and what is copied out to you, unless -a says otherwise. Devices and sockets aren't copied. A symlink of the container's leads nowhere outside of it, and not into its volumes either.",
    ],
    examples: [
      ["cp web:/etc/nginx/nginx.conf .", "a file of the container's, here"],
      ["cp site/. web:/usr/share/nginx/html", "what is in the directory, there"],
      ["cp web:/var/log - | tar -t", "what an archive of it would have"],
    ],
    run: async (values, words) => (await import("./commands/cp.ts")).cp(values, words),
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
  "system df": {
    usage: "[flags]",
    help: "show how much room images, layers and containers take, and how much could be had back",
    flags: { verbose: { short: "v", help: "list each of them" }, ...FORMAT },
    run: async (values, words) => (await import("./commands/system-df.ts")).systemDf(values, words),
  },
});
