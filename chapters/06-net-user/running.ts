/** The containers that run: each is in the ledger of its runtime, with its directory and the layers below it. */
import { UserError } from "../../common/errors.ts";
import { liveChanges } from "../../common/ledger.ts";
import type { Change } from "../../common/undo.ts";

// #region running
export type Running = Extract<Change, { kind: "container" }>;

export const runningContainers = (): Running[] =>
  liveChanges().filter((change): change is Running => change.kind === "container");

/** The one whose id begins like this. */
export function findContainer(command: string, words: readonly string[]): Running {
  const [prefix = "", extra] = words;
  const all = runningContainers();
  const found = all.filter(({ id }) => prefix !== "" && id.startsWith(prefix));
  const [container] = found;
  if (container && found.length === 1 && extra === undefined) return container;
  const why =
    extra !== undefined
      ? "one word too many"
      : found.length > 1
        ? "several begin like this"
        : "no such container runs";
  const ids = all.map(({ id }) => id).join(", ");
  throw new UserError(`${command} ${words.join(" ")}`.trimEnd().concat(`: ${why}`), {
    hint: ids === "" ? "none runs at the moment" : `these do: ${ids}`,
  });
}

/** The first process of a container: in the ledger behind it. Undefined while it is only beginning. */
export function containerProcess(id: string): Extract<Change, { kind: "process" }> | undefined {
  const changes = liveChanges();
  const at = changes.findIndex((change) => change.kind === "container" && change.id === id);
  const behind = changes.slice(at + 1);
  const next = behind.findIndex(({ kind }) => kind === "container");
  const own = next < 0 ? behind : behind.slice(0, next);
  return own.find((change) => change.kind === "process");
}
// #endregion running
