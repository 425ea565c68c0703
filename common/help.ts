/** The help: of all commands, and of one as a manual page has it. */
import { type Command, type Commands, type Flag, HELP } from "./cli.ts";
import { getWindowSize, isTerminal } from "./termios.ts";

/** Of paragraphs, and of a terminal that doesn't say; in columns. */
const USUAL = 80;
const NARROWEST = 40;

/** `fd`: where it is going to be written. */
export function overview(title: string, commands: Commands, fd: number): string {
  const style = styleOf(fd);
  const rows = Object.entries(commands)
    .filter(([, { hidden }]) => !hidden)
    .map(([name, command]) => [`${name} ${command.usage}`, command.help] as const);
  return [
    title,
    "",
    style.bold("Commands:"),
    ...table(rows, style.width),
    "",
    "'COMMAND --help' tells of one, with its flags.",
  ].join("\n");
}

export function manual(title: string, name: string, command: Command, fd: number): string {
  const style = styleOf(fd);
  const section = (heading: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", style.bold(heading), ...lines];
  const flags = Object.entries({ ...command.flags, ...HELP });
  const width = Math.min(style.width, USUAL) - 4;
  const paragraphs = (texts: readonly string[]) =>
    texts.flatMap((text, i) => [...(i > 0 ? [""] : []), ...wrap(text, width).map(indented)]);
  return [
    title,
    ...section("NAME", paragraphs([`${name} - ${command.help}`])),
    ...section("SYNOPSIS", paragraphs([`${name} ${command.usage}`.trimEnd()])),
    ...section("DESCRIPTION", paragraphs(command.description ?? [])),
    ...section("OPTIONS", table(flags.map(describe), style.width, 4)),
    ...section("EXIT STATUS", paragraphs(command.status ? [command.status] : [])),
    ...section(
      "EXAMPLES",
      (command.examples ?? []).flatMap(([words, why]) => [indented(words), `        ${why}`]),
    ),
  ].join("\n");
}

function describe([name, flag]: readonly [string, Flag]): readonly [string, string] {
  const value = flag.optionalValue ? `[=${flag.value}]` : flag.value ? ` ${flag.value}` : "";
  return [`${flag.short ? `-${flag.short}, ` : "    "}--${name}${value}`, flag.help];
}

const indented = (line: string): string => (line === "" ? "" : `    ${line}`);

/** What is left of a row, and what it means; long texts go on below, under their beginning. */
function table(rows: readonly (readonly [string, string])[], width: number, indent = 2): string[] {
  const longest = Math.max(...rows.map(([left]) => left.length));
  const column = Math.min(longest, Math.max(12, Math.floor(width / 2) - indent - 2));
  return rows.flatMap(([left, right]) => {
    const lines = wrap(right, Math.max(20, width - indent - column - 2));
    const alone = left.length > column;
    const first = alone ? [`${" ".repeat(indent)}${left}`] : [];
    const rest = lines.map((line, i) => {
      const beginning = i === 0 && !alone ? left : "";
      return `${" ".repeat(indent)}${beginning.padEnd(column)}  ${line}`.trimEnd();
    });
    return [...first, ...rest];
  });
}

/** Breaks a text between its words; a word that is longer than a line has one of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

interface Style {
  /** In columns. */
  readonly width: number;
  bold(text: string): string;
}

/** Colours and the like are for terminals, unless NO_COLOR says no: https://no-color.org */
function styleOf(fd: number): Style {
  const terminal = isTerminal(fd);
  const plain = !terminal || process.env.NO_COLOR || process.env.TERM === "dumb";
  const columns = terminal && (Buffer.from(getWindowSize(fd)).readUInt16LE(2) || USUAL);
  return {
    // Who filters lines wants them whole.
    width: columns ? Math.max(columns, NARROWEST) : Number.POSITIVE_INFINITY,
    bold: (text) => (plain ? text : `\x1b[1m${text}\x1b[0m`),
  };
}
