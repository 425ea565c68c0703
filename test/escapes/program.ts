/** The program that makes the attempts: tools.pl, the constants, and a line for each attempt. A perl without any module runs it. */
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { ABIS, numbers } from "../../syscall/bytes/numbers.ts";
import * as kernel from "../../syscall/constants.ts";
import type { Escape } from "./attempt.ts";
import { CONSTANTS } from "./constants.ts";

/** What the attempts know of the host: `$HOST_PID` and so on. */
export type Facts = Readonly<Record<`HOST_${string}`, string | number>>;

const quoted = (text: string | number): string => `'${String(text).replace(/['\\]/g, "\\$&")}'`;

const scalars = (values: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(values)
    .filter(([, value]) => typeof value === "number" || typeof value === "string")
    .map(([name, value]) => `$${name} = ${typeof value === "number" ? value : quoted(`${value}`)};`);

const hash = (name: string, entries: readonly (readonly [string, string | number])[]): string =>
  `%${name} = (${entries.map((pair) => pair.map(quoted).join(", ")).join(", ")});`;

function syscallNumbers(): [string, number][] {
  const column = 1 + (ABIS as readonly string[]).indexOf(process.arch);
  const lines = numbers.trim().split("\n");
  return lines
    .map((line) => line.split(" "))
    .filter((words) => words[column] !== "-")
    .map((words) => [words[0] ?? "", Number(words[column])]);
}

/** Its argument is where it sees the test's directory. Each line of its output is an attempt's number, a tab and what came of it. */
export function program(escapes: readonly Escape[], facts: Facts): string {
  return [
    ...scalars({ ...kernel, ...CONSTANTS, ...facts }),
    hash("NUMBERS", syscallNumbers()),
    hash("ERRNOS", Object.entries(constants.errno)),
    "$DATA = shift;",
    readFileSync(path.join(import.meta.dirname, "tools.pl"), "utf8"),
    ...escapes.map(({ attempt }, i) => `attempt(${i}, sub {\n${attempt}\n});`),
  ].join("\n");
}

/** "works", the name of an errno, or a word. */
export type Outcome = string;

const names = new Map(Object.entries(constants.errno).map(([name, number]) => [String(number), name]));

export function outcomes(escapes: readonly Escape[], output: string): Map<Escape, Outcome> {
  return new Map(
    output
      .trimEnd()
      .split("\n")
      .flatMap((line): [Escape, Outcome][] => {
        const [number = "", result = ""] = line.split("\t");
        const escape = escapes[Number(number)];
        return escape ? [[escape, names.get(result) ?? result]] : [];
      }),
  );
}
