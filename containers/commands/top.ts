import type { Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { printRows, type Row } from "../../images/commands/table.ts";
import { takeWords } from "../../images/commands/words.ts";
import { findRunning } from "../find.ts";
import { type ProcessInfo, processesOf } from "../processes.ts";

const COLUMNS = {
  PID: "PID",
  Inside: "PID INSIDE",
  Parent: "PPID",
  UID: "UID",
  State: "STATE",
  Time: "TIME",
  Command: "COMMAND",
};

/** PID, PPID and UID are the host's. */
export function top(values: Values, words: readonly string[]): number {
  const [name = ""] = takeWords("top", words, "CONTAINER", { min: 1, max: 1, what: "container" });
  const { state } = findRunning("top", name);
  const all = processesOf(state.process?.pid ?? 0);
  if (all.length === 0)
    throw new UserError(`top ${name}: it has ended, or only begins`, { hint: "try again" });
  printRows(values, COLUMNS, all.map(toRow));
  return 0;
}

function toRow({ pid, inside, parent, uid, state, ticks, command }: ProcessInfo): Row {
  const seconds = Math.floor(ticks / 100);
  const two = (value: number) => `${value}`.padStart(2, "0");
  return {
    PID: `${pid}`,
    Inside: `${inside || "-"}`,
    Parent: `${parent}`,
    UID: `${uid}`,
    State: state,
    Time: `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`,
    Command: command,
  };
}
