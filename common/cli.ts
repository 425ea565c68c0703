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

export interface Command {
  readonly usage: string;
  readonly help: string;
  readonly flags: Flags;
  /** For programs only: no help lists it. */
  readonly hidden?: boolean;
  /** Returns the exit status. */
  readonly run: (values: Values, words: readonly string[]) => Promise<number> | number;
}

/** Reads process.argv, runs the command that it names, and ends the process with the exit status. */
export async function main(title: string, commands: Readonly<Record<string, Command>>): Promise<void> {
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

async function dispatch(
  title: string,
  commands: Readonly<Record<string, Command>>,
  argv: readonly string[],
): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    print(name === undefined ? 2 : 1, overview(title, commands));
    return name === undefined ? 125 : 0;
  }
  if (name === "--version" || name === "-V") {
    print(1, version());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const hint = await nearest(name, Object.keys(commands), (word) => word);
    throw new UserError(`${name}: there is no such command`, { hint: hint ?? "--help lists what there is" });
  }
  const { values, words } = await readFlags(name, command.flags, rest);
  if (values.help) {
    print(1, usage(title, name, command));
    return 0;
  }
  return command.run(values, words);
}

const HELP: Flags = { help: { short: "h", help: "print this help" } };

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

function overview(title: string, commands: Readonly<Record<string, Command>>): string {
  const shown = Object.entries(commands).filter(([, { hidden }]) => !hidden);
  const rows = shown.map(([name, command]) => [`  ${name} ${command.usage}`, command.help]);
  return [title, "", "Commands:", ...table(rows), "", "'COMMAND --help' lists the flags of a command."].join(
    "\n",
  );
}

function usage(title: string, name: string, command: Command): string {
  const rows = Object.entries({ ...command.flags, ...HELP }).map(([key, flag]) => {
    const value = flag.optionalValue ? `[=${flag.value}]` : flag.value ? ` ${flag.value}` : "";
    return [`  ${flag.short ? `-${flag.short}, ` : "    "}--${key}${value}`, flag.help];
  });
  return [title, "", `Usage: ${name} ${command.usage}`, "", command.help, "", "Flags:", ...table(rows)].join(
    "\n",
  );
}

function table(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([left = ""]) => left.length));
  return rows.map(([left = "", right = ""]) => `${left.padEnd(width)}  ${right}`);
}

function version(): string {
  const file = path.join(import.meta.dirname, "..", "package.json");
  return `ft-docker ${(JSON.parse(readFileSync(file, "utf8")) as { version: string }).version}`;
}
