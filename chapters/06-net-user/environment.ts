/**
 * A container's environment begins empty: what is set in the host's shell (tokens among it) is nobody's business there. The
 * image adds to it, then `--env-file` and `-e`. The working directory is chosen here as well.
 */
import { readFileSync } from "node:fs";
import { UserError } from "../../common/errors.ts";
import { missingMountpoints } from "../../common/mountpoints.ts";
import { O_DIRECTORY, O_PATH } from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";
import { makeMountpoints, open } from "./volumes.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// #region environment
export interface EnvironmentOptions {
  readonly hostname: string;
  readonly tty: boolean;
  /** Of the user. */
  readonly home: string;
  /** The image's, "NAME=VALUE" each. */
  readonly image: readonly string[];
  /** Files of `--env-file`, in order. */
  readonly files: readonly string[];
  /** `-e` in order: "NAME=VALUE", or "NAME" for the host's value of it. */
  readonly variables: readonly string[];
}

/** The command's environment, "NAME=VALUE" each; what comes later wins. */
export function containerEnvironment(options: EnvironmentOptions): string[] {
  const environment = new Map([
    ["PATH", PATH],
    ["HOME", options.home],
    ["HOSTNAME", options.hostname],
  ]);
  if (options.tty) environment.set("TERM", "xterm");
  const settings = [
    ...options.image.map((text) => ({ text, origin: `the image's ${text}` })),
    ...options.files.flatMap(readEnvironmentFile),
    ...options.variables.map((text) => ({ text, origin: `-e ${text}` })),
  ];
  for (const { text, origin } of settings) {
    const [name = "", ...rest] = text.split("=");
    if (name === "" || /\s/.test(name)) {
      throw new UserError(`${origin}: not a variable's name`, {
        hint: "NAME=VALUE, or NAME for the host's value",
      });
    }
    const value = text.includes("=") ? rest.join("=") : process.env[name];
    if (value !== undefined) environment.set(name, value);
  }
  return [...environment].map(([name, value]) => `${name}=${value}`);
}

/** One variable a line; empty lines and those that begin with # are none. */
export function readEnvironmentFile(file: string): { text: string; origin: string }[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "";
    throw new UserError(`--env-file ${file}: ${why}`, { hint: "a text file with one NAME=VALUE a line" });
  }
  return text.split(/\r?\n/).flatMap((line, i) => {
    const start = line.trimStart();
    return start === "" || start.startsWith("#") ? [] : [{ text: start, origin: `${file}:${i + 1}` }];
  });
}
// #endregion environment

// #region workdir
/** It is made where it is missing, as Docker does. */
export function workingDirectory(directory: string): Step[] {
  const opened = open(directory, O_PATH | O_DIRECTORY, `find ${directory}, as the container sees it`);
  const mountpoints = missingMountpoints(undefined, [{ target: directory, isDirectory: true }]);
  return [
    ...makeMountpoints(directory, mountpoints),
    opened,
    step("fchdir", [opened], "the command begins there"),
  ];
}
// #endregion workdir
