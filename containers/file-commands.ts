/** The commands about the files of containers and images, for who may reach all of them: root, of a user namespace at least. */
import type { Commands } from "../common/cli.ts";
import { FORMAT } from "./list-commands.ts";

const pruneCommand = (name: string, what: readonly ("containers" | "images")[], help: string): Commands => ({
  [name]: {
    usage: "[flags]",
    help,
    flags: { force: { short: "f", help: "don't ask" } },
    status: "0; 1 where the answer was no; 125 where something couldn't be done.",
    run: async (values, words) => (await import("./commands/prune.ts")).prune(name, what, values, words),
  },
});

export const FILE_COMMANDS: Commands = {
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
  "system df": {
    usage: "[flags]",
    help: "show how much room images, layers and containers take, and how much could be had back",
    flags: { verbose: { short: "v", help: "list each of them" }, ...FORMAT },
    run: async (values, words) => (await import("./commands/system-df.ts")).systemDf(values, words),
  },
  ...pruneCommand(
    "prune",
    ["containers", "images"],
    "remove containers that don't run, and images without a tag",
  ),
  ...pruneCommand("system prune", ["containers", "images"], "the same as prune"),
  ...pruneCommand("container prune", ["containers"], "remove containers that don't run"),
  ...pruneCommand("image prune", ["images"], "remove images without a tag, and layers that no image has"),
};
