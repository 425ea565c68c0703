/** The containers that there are, with what became of them. */
import { UserError } from "../common/errors.ts";
import { holderOf } from "./names.ts";
import { type Config, readConfig, recordIds } from "./record.ts";
import { currentState, type State } from "./state.ts";

export interface Container {
  readonly config: Config;
  readonly state: State;
}

/** All of them, the newest first. */
export function allContainers(): Container[] {
  const all = recordIds().flatMap((id) => load(id) ?? []);
  return all.sort((a, b) => (a.config.created < b.config.created ? 1 : -1));
}

export const isRunning = ({ state }: Container): boolean => state.status === "running";

/** The one with this name or id, or the only one whose id begins so. Throws a UserError: `command` is the user's. */
export function findContainer(command: string, text: string): Container {
  const found = lookUp(command, text);
  if (found) return found;
  throw new UserError(`${command} ${text}: there is no such container`, { hint: "'ps -a' lists all" });
}

/** As findContainer; undefined where there is none. */
export function lookUp(command: string, text: string): Container | undefined {
  const named = holderOf(text);
  const exact = named === undefined ? undefined : load(named);
  if (exact) return exact;
  const ids = recordIds().filter((id) => text !== "" && id.startsWith(text));
  if (ids.length <= 1) return ids[0] === undefined ? undefined : load(ids[0]);
  throw new UserError(`${command} ${text}: several ids begin like this: ${ids.sort().join(", ")}`, {
    hint: "more of its digits, or its name",
  });
}

/** As findContainer, for commands that need it to run. */
export function findRunning(command: string, text: string): Container {
  const container = findContainer(command, text);
  if (isRunning(container)) return container;
  throw new UserError(`${command} ${text}: the container doesn't run`, {
    hint: `start ${text}`,
  });
}

/** It may be removed between the two looks. */
function load(id: string): Container | undefined {
  const config = readConfig(id);
  const state = config && currentState(config);
  return config && state ? { config, state } : undefined;
}
