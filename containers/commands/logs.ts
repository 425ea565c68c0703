/** `logs`: what a container has written. */
import type { Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { findContainer } from "../find.ts";
import { type LogOptions, writeLogs } from "../logs.ts";
import { write } from "../output.ts";
import { recordFolder } from "../record.ts";
import { currentState } from "../state.ts";
import { parseTime } from "../times.ts";

/** The container whose log is wanted. */
export interface Logged {
  /** Where its monitor writes. */
  readonly directory: string;
  readonly ended: () => boolean;
}

export async function logs(
  values: Values,
  words: readonly string[],
  find: (text: string) => Logged = findLogged,
): Promise<number> {
  const [text, ...more] = words;
  if (text === undefined || more.length > 0 || text.startsWith("-")) {
    throw new UserError("logs: one container is wanted", { hint: "logs [flags] CONTAINER" });
  }
  const options = logOptions(values);
  const { directory, ended } = find(text);
  await writeLogs(directory, options, ended, write);
  return 0;
}

function findLogged(text: string): Logged {
  const { config } = findContainer("logs", text);
  if (config.foreground) {
    throw new UserError(
      `logs ${text}: it runs in the foreground, where all that it writes has gone already`,
      {
        hint: "run -d keeps a log",
      },
    );
  }
  return {
    directory: recordFolder(config.id),
    ended: () => ["exited", undefined].includes(currentState(config)?.status),
  };
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
