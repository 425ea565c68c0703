/** The commands about images, for a chapter's table. What they need is loaded when one of them is run. */
import type { Command, Flags } from "../common/cli.ts";

/** For `pull`, and for `run`, which pulls what isn't here. */
export const PULL_FLAGS: Flags = {
  insecure: { help: "ask the registry by plain http, or by https whose certificate isn't verified" },
  mirror: {
    value: "URL",
    multiple: true,
    help: "ask this registry first for images of Docker Hub",
  },
};

const JSON_FORMAT: Flags = { format: { value: "json", help: "one line of JSON for each" } };
const QUIET: Flags = { quiet: { short: "q", help: "print ids alone" } };
const NO_TRUNC: Flags = { "no-trunc": { help: "print ids and commands in full" } };

export const IMAGE_COMMANDS: Readonly<Record<string, Command>> = {
  pull: {
    usage: "[flags] NAME[:TAG|@DIGEST]",
    help: "get an image from a registry",
    flags: { ...PULL_FLAGS, quiet: { short: "q", help: "don't show how far it is" } },
    run: async (values, words) => (await import("./commands/pull.ts")).pull(values, words),
  },
  images: {
    usage: "[flags] [NAME[:TAG]]",
    help: "list the images that are here",
    flags: { ...QUIET, ...NO_TRUNC, ...JSON_FORMAT },
    run: async (values, words) => (await import("./commands/images.ts")).images(values, words),
  },
  history: {
    usage: "[flags] IMAGE",
    help: "list how an image's layers were made, the newest first",
    flags: { ...QUIET, ...NO_TRUNC, ...JSON_FORMAT },
    run: async (values, words) => (await import("./commands/history.ts")).history(values, words),
  },
  tag: {
    usage: "IMAGE NAME[:TAG]",
    help: "give an image one more name",
    flags: {},
    run: async (_values, words) => (await import("./commands/tag.ts")).tag(words),
  },
  rmi: {
    usage: "[flags] IMAGE…",
    help: "remove names of images, and what no name needs any more",
    flags: { force: { short: "f", help: "by an id, remove all names that the image has" } },
    run: async (values, words) => (await import("./commands/rmi.ts")).rmi(values, words),
  },
  save: {
    usage: "[flags] IMAGE…",
    help: "write images to a tar archive, for load here, in Docker or in podman",
    flags: { output: { short: "o", value: "FILE", help: "the archive (default: stdout)" } },
    run: async (values, words) => (await import("./commands/save.ts")).save(values, words),
  },
  load: {
    usage: "[flags]",
    help: "take images from a tar archive of Docker's, podman's, skopeo's or ours",
    flags: { input: { short: "i", value: "FILE", help: "the archive, compressed or not (default: stdin)" } },
    run: async (values, words) => (await import("./commands/load.ts")).load(values, words),
  },
};
