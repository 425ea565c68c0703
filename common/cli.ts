/**
 * The command line that all chapters have: flags up to the first word that isn't one, then the command, untouched.
 * A chapter describes its commands and flags as data; node:util reads them, and what is wrong is answered in one line.
 */
import { readFileSync, writeSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "./errors.ts";

/** A flag as the help shows it. `value` is the placeholder of its value; a flag without one is switched on or off. */
export interface Flag {
  readonly short?: string;
  readonly value?: string;
  /** The value may be missing: `--explain` and `--explain=json`. */
  readonly optionalValue?: boolean;
  /** May be given several times. */
  readonly multiple?: boolean;
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** What a flag is after reading: its texts in order, "true" or "false" for a switch; `undefined` if it wasn't given. */
export type Values = Readonly<Record<string, readonly string[] | undefined>>;

/** Of a switch. */
export const isSet = (values: Values, flag: string): boolean => values[flag]?.[0] === "true";

export interface Command {
  readonly usage: string;
  readonly help: string;
  readonly flags: Flags;
  /** More of it, a paragraph each. */
  readonly description?: readonly string[];
  /** What its exit status tells, where that is more than 0 for success and 125 for failure. */
  readonly status?: string;
  /** Words to type, and what they do. */
  readonly examples?: readonly (readonly [words: string, why: string])[];
  /** For programs only: no help lists it. */
  readonly hidden?: boolean;
  /** Returns the exit status. */
  readonly run: (values: Values, words: readonly string[]) => Promise<number> | number;
}

/** By name: of one word, or of two, as in `network ls`. */
export type Commands = Readonly<Record<string, Command>>;

/** Reads process.argv, runs the command that it names, and ends the process with the exit status. */
export async function main(title: string, commands: Commands): Promise<void> {
  process.exit(await dispatch(title, commands, process.argv.slice(2)).catch(report));
}

/** Prints what the user can do something about; anything else is our own mistake, and keeps its stack trace. */
export function report(error: unknown): number {
  if (!(error instanceof UserError)) throw error;
  say(`error: ${error.message}`);
  if (error.hint) say(`hint: ${error.hint}`);
  return error.status;
}

/** One line on stderr. Not console.error: that would make Node take the file over, and its terminal with it. */
export function say(line: string): void {
  print(2, line);
}

/** One line on stdout or stderr, whole, whatever stands behind it; a reader that has gone is no error. */
export function print(fd: 1 | 2, line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") return;
      if (code !== "EAGAIN") throw error;
    }
  }
}

async function dispatch(title: string, commands: Commands, argv: readonly string[]): Promise<number> {
  const [first] = argv;
  if (first === undefined || isHelp(first)) {
    const { overview } = await import("./help.ts");
    const fd = first === undefined ? 2 : 1;
    print(fd, overview(title, commands, fd));
    return first === undefined ? 125 : 0;
  }
  if (first === "--version" || first === "-V") {
    print(1, version());
    return 0;
  }
  const group = Object.fromEntries(Object.entries(commands).filter(([key]) => key.startsWith(`${first} `)));
  if (!Object.hasOwn(commands, first) && Object.keys(group).length > 0)
    return dispatchGroup(title, group, first, argv.slice(1));
  return runCommand(title, commands, first, argv.slice(1));
}

/** The commands whose first word this is. */
async function dispatchGroup(
  title: string,
  commands: Commands,
  first: string,
  argv: readonly string[],
): Promise<number> {
  const [second, ...rest] = argv;
  if (second !== undefined && !isHelp(second)) return runCommand(title, commands, `${first} ${second}`, rest);
  const { overview } = await import("./help.ts");
  const fd = second === undefined ? 2 : 1;
  print(fd, overview(title, commands, fd));
  return second === undefined ? 125 : 0;
}

const isHelp = (word: string): boolean => ["--help", "-h", "help"].includes(word);

async function runCommand(
  title: string,
  commands: Commands,
  name: string,
  argv: readonly string[],
): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const known = Object.keys(commands).filter((key) => !commands[key]?.hidden);
    // Of one word, the first one of two may be meant.
    const firsts = name.includes(" ") ? [] : known.map((key) => key.split(" ")[0] ?? "");
    const hint = await nearest(name, [...known, ...firsts], (word) => word);
    throw new UserError(`${name}: there is no such command`, { hint: hint ?? "--help lists what there is" });
  }
  const { values, words } = await readFlags(name, command.flags, argv);
  if (values.help) {
    const { manual } = await import("./help.ts");
    print(1, manual(title, name, command, 1));
    return 0;
  }
  return command.run(values, words);
}

/** Beside each command's own. */
export const HELP: Flags = { help: { short: "h", help: "print this help" } };

/** Splits the arguments into flags and the command's words, at the first word that isn't a flag or at `--`. */
async function readFlags(
  name: string,
  flags: Flags,
  argv: readonly string[],
): Promise<{ values: Values; words: readonly string[] }> {
  const known: Flags = { ...flags, ...HELP };
  const options = Object.fromEntries(
    Object.entries(known).map(([key, flag]) => [
      key,
      {
        type: flag.value && !flag.optionalValue ? ("string" as const) : ("boolean" as const),
        multiple: true,
        ...(flag.short ? { short: flag.short } : {}),
      },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string[]> = {};
  for (const token of tokens) {
    if (token.kind === "positional") return { values, words: argv.slice(token.index) };
    if (token.kind === "option-terminator") return { values, words: argv.slice(token.index + 1) };
    const flag = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (!flag) throw await unknownFlag(name, token.rawName, Object.keys(known));
    const value = flagValue(token.rawName, flag, token.value);
    values[token.name] = flag.multiple ? [...(values[token.name] ?? []), value] : [value];
  }
  return { values, words: [] };
}

function flagValue(name: string, flag: Flag, value: string | undefined): string {
  if (flag.optionalValue) return value ?? "";
  if (flag.value) {
    if (value !== undefined) return value;
    throw new UserError(`${name}: a value is missing`, { hint: `${name} ${flag.value}: ${flag.help}` });
  }
  if (value === undefined || value === "true") return "true";
  if (value === "false") return "false";
  throw new UserError(`${name}=${value}: neither true nor false`, { hint: `${name} or ${name}=false` });
}

async function unknownFlag(command: string, name: string, known: readonly string[]): Promise<UserError> {
  const hint = await nearest(name.replace(/^-+/, ""), known, (word) => `--${word}`);
  return new UserError(`${name}: ${command} has no such flag`, {
    hint: hint ?? `'${command} --help' lists them; what is meant for the container's command stands after it`,
  });
}

/** "did you mean …?" for the candidate that is most like the word, if one is. */
export async function nearest(
  word: string,
  candidates: readonly string[],
  format: (word: string) => string,
): Promise<string | undefined> {
  const { closestMatch } = await import("leven");
  const match = closestMatch(word, [...candidates], {
    maxDistance: Math.max(2, Math.floor(word.length / 2)),
  });
  return match ? `did you mean ${format(match)}?` : undefined;
}

function version(): string {
  const file = path.join(import.meta.dirname, "..", "package.json");
  return `ft-docker ${(JSON.parse(readFileSync(file, "utf8")) as { version: string }).version}`;
}
