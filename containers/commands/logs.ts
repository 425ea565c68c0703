/** `logs`: what a container has written. */
import type { Flags, Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { type LogOptions, writeLogs } from "../logs.ts";
import { write } from "../output.ts";
import { parseTime } from "../times.ts";

export const LOGS_FLAGS: Flags = {
  follow: { short: "f", help: "go on with what comes, until the container ends" },
  tail: { short: "n", value: "LINES", help: "so many lines at the end (default: all)" },
  since: { value: "TIME", help: "lines from then on: 2026-01-31T12:00:00, seconds since 1970, or 10m ago" },
  until: { value: "TIME", help: "lines up to then" },
  timestamps: { short: "t", help: "say when each line began" },
};

/** The container whose log is wanted. */
export interface Logged {
  /** Where its monitor writes. */
  readonly directory: string;
  readonly isRunning: () => boolean;
}

/** `find` throws a UserError where there is no such container. */
export async function logs(
  find: (text: string) => Logged,
  values: Values,
  words: readonly string[],
): Promise<number> {
  const [text, ...more] = words;
  if (text === undefined || more.length > 0 || text.startsWith("-")) {
    throw new UserError("logs: one container is wanted", { hint: "logs [flags] CONTAINER" });
  }
  const options = logOptions(values);
  const { directory, isRunning } = find(text);
  await writeLogs(directory, options, () => !isRunning(), write);
  return 0;
}

function logOptions(values: Values): LogOptions {
  const [tail = "all"] = values.tail ?? [];
  if (tail !== "all" && !/^\d+$/.test(tail)) {
    throw new UserError(`--tail ${tail}: not a number of lines`, { hint: "--tail 100, or --tail all" });
  }
  const time = (flag: "since" | "until") => {
    const [text] = values[flag] ?? [];
    return text === undefined ? undefined : parseTime(`--${flag}`, text);
  };
  return {
    follow: values.follow?.[0] === "true",
    tail: tail === "all" ? undefined : Number(tail),
    since: time("since"),
    until: time("until"),
    timestamps: values.timestamps?.[0] === "true",
  };
}
