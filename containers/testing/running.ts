/** A container that runs while a test looks at it from outside. */
import { bootId, liveChanges } from "../../common/ledger.ts";
import { type Running, runtime, start } from "../../test/harness.ts";
import { type Config, readConfig } from "../record.ts";
import { thisProcess } from "../state.ts";
import { putRecord } from "./records.ts";

export interface Runs extends Running {
  readonly config: Config;
}

/** Starts a shell with this script in it, which is to say "up" when it is ready, below this process's FT_DOCKER_HOME. */
export async function startShell(flags: readonly string[], script: string): Promise<Runs> {
  const words = [...runtime("06-net-user"), "run", "--network", "none", ...flags, "sh", "-c", script];
  const before = new Set(containerIds());
  const running = start(words);
  await running.waitFor(/up\n/);
  const id = containerIds().find((each) => !before.has(each)) ?? "";
  return { ...running, config: readConfig(id) ?? record(id) };
}

const containerIds = (): string[] =>
  liveChanges().flatMap((change) => (change.kind === "container" ? [change.id] : []));

/** What `run` writes of the container, for tests of who reads it. */
function record(id: string): Config {
  const changes = liveChanges();
  const at = changes.findIndex((change) => change.kind === "container" && change.id === id);
  const container = changes[at];
  const first = changes.slice(at).find((change) => change.kind === "process");
  if (container?.kind !== "container" || first?.kind !== "process") throw new Error(`${id} isn't there`);
  const { lowers, command, image } = container;
  const state = { status: "running", process: thisProcess(first.pid), boot: bootId() } as const;
  return putRecord(
    { id, lowers, command, imageId: image },
    { ...state, startedAt: new Date().toISOString() },
  );
}
