/** The files in which the kernel shows a cgroup: texts of one word, of a list of words, or of a table. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { processes } from "../../common/cgroups.ts";
import { UserError } from "../../common/errors.ts";
import { AT_FDCWD, O_CLOEXEC, O_WRONLY } from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";

// #region write
const CLOSED =
  "no group can be made here: is this a container that isn't --privileged? npm run doctor tells more";

/** Three steps for what a shell does by `echo TEXT > FILE`; with `optional` the kernel may refuse the text. */
export function writeSteps(
  file: string,
  text: string,
  why: string,
  options: { hint?: string; optional?: boolean } = {},
): Step[] {
  const fd = step("openat", [AT_FDCWD, file, O_WRONLY | O_CLOEXEC, 0], `open ${path.basename(file)}`, {
    hint: CLOSED,
  });
  const bytes = Buffer.from(text);
  return [fd, step("write", [fd, bytes, bytes.length], why, options), step("close", [fd], "and that is all")];
}

/** A directory is made, and is a group by that. */
export function makeGroup(directory: string): Step {
  return step("mkdirat", [AT_FDCWD, directory, 0o755], "a group is a directory", {
    hint: CLOSED,
  });
}
// #endregion write

/** Empty for a file that isn't there: a group may be gone, and not every kernel has every file. */
export function read(file: string): string {
  try {
    return readFileSync(file, "latin1").trim();
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOENT", "ENODEV", "EOPNOTSUPP"].includes(code)) return "";
    throw error;
  }
}

export const words = (file: string): string[] =>
  read(file)
    .split(/\s+/)
    .filter((word) => word !== "");

/** `otherwise` where the file isn't there, or says "max". */
export function number(file: string, otherwise: number): number {
  const text = read(file);
  return /^\d+$/.test(text) ? Number(text) : otherwise;
}

/** "name 12" in each line, as an object. */
export function table(file: string): Readonly<Record<string, number>> {
  const lines = read(file)
    .split("\n")
    .map((line) => line.split(" "));
  return Object.fromEntries(lines.map(([name = "", value]) => [name, Number(value)]));
}

/** The sum of all numbers that the pattern's first group finds in the file. */
export function sum(file: string, pattern: RegExp): number {
  return [...read(file).matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);
}

/** The ids of the containers that have processes in this tree. */
export function containersIn(tree: string): string[] {
  const ids = readdirSync(tree).flatMap((name) => /^ft-docker-([0-9a-f]+)$/.exec(name)?.[1] ?? []);
  return ids.filter((id) => processes(path.join(tree, `ft-docker-${id}`)).length > 0);
}

// #region missing
/** The reason why a limit can't be given. cgroups(7), /proc/cgroups: the last field says whether it is enabled. */
export function missingController(name: string, what: string): UserError {
  const disabled = read("/proc/cgroups")
    .split("\n")
    .some((row) => row.startsWith(`${name}\t`) && row.endsWith("\t0"));
  return new UserError(`${what}: the ${name} controller isn't there`, {
    hint: disabled
      ? `start the kernel with cgroup_enable=${name} on its command line (Raspberry Pi: in cmdline.txt)`
      : "this kernel was built without it, or the container around this one isn't given it: npm run doctor",
  });
}
// #endregion missing

/** Throws where the list (such as "0-2,4") names processors that aren't among those of `file`. */
export function checkCpus(list: string | undefined, file: string): void {
  if (list === undefined) return;
  const there = members(read(file));
  if ([...members(list)].every((cpu) => there.has(cpu))) return;
  throw new UserError(`--cpuset-cpus ${list}: there are only ${read(file)}`, {
    hint: "npm run doctor, or nproc",
  });
}

function members(list: string): Set<number> {
  return new Set(
    list.split(",").flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: Math.min(last - first + 1, 8192) }, (_, i) => first + i);
    }),
  );
}
