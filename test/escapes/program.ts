/** The program that makes the attempts: tools.pl, the constants, and a line for each attempt. A perl without any module runs it. */
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { ABIS, numbers } from "../../syscall/bytes/numbers.ts";
import * as kernel from "../../syscall/constants.ts";
import type { Attempt } from "./attempt.ts";
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
export function program(attempts: readonly Attempt[], facts: Facts): string {
  return [
    ...scalars({ ...kernel, ...CONSTANTS, ...facts }),
    hash("NUMBERS", syscallNumbers()),
    hash("ERRNOS", Object.entries(constants.errno)),
    "$DATA = shift;",
    readFileSync(path.join(import.meta.dirname, "tools.pl"), "utf8"),
    ...attempts.map(({ perl }, i) => `attempt(${i}, sub {\n${perl}\n});`),
  ].join("\n");
}

/** "works", the name of an errno, or a word. */
export type Outcome = string;

const names = new Map(Object.entries(constants.errno).map(([name, number]) => [String(number), name]));

export function outcomes(attempts: readonly Attempt[], output: string): Map<Attempt, Outcome> {
  return new Map(
    output
      .trimEnd()
      .split("\n")
      .flatMap((line): [Attempt, Outcome][] => {
        const [number = "", result = ""] = line.split("\t");
        const attempt = attempts[Number(number)];
        return attempt ? [[attempt, names.get(result) ?? result]] : [];
      }),
  );
}
