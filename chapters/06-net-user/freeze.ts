/**
 * `pause` and `unpause`: a frozen group's processes get no processor, wherever they are, until they are thawed. None of them
 * notices, and none can refuse. With cgroup v1 a signal waits as well, SIGKILL too; with v2 that one ends a frozen process.
 */
import { writeFileSync } from "node:fs";
import { UserError } from "../../common/errors.ts";
import { each } from "../../containers/commands/each.ts";
import { type Container, findContainer, findRunning } from "../../containers/find.ts";
import { readConfig, readState, updateState } from "../../containers/record.ts";
import { type Freezer, generation } from "./cgroups.ts";

/** In milliseconds: how long the kernel may need to stop all of them, and how long to wait between two looks. */
const PATIENCE = 1000 * 10;
const INTERVAL = 5;

// #region freeze
/** What is written first is undone by `unpause`, should we be killed between the two. */
async function pause(name: string): Promise<void> {
  const container = findRunning("pause", name);
  if (container.state.paused)
    throw new UserError(`pause ${name}: it is paused already`, { hint: `unpause ${name}` });
  const freezer = freezerOf(container);
  if (!freezer)
    throw new UserError(`pause ${name}: the container has no group of its own`, {
      hint: "with cgroup v2 and systemd: systemd-run --user --scope -p Delegate=yes COMMAND; or as root",
    });
  const { id } = container.config;
  updateState(id, (state) => ({ ...state, paused: true }));
  try {
    await freeze(freezer, name);
  } catch (error) {
    thaw(id);
    throw error;
  }
}

async function freeze(freezer: Freezer, name: string): Promise<void> {
  const end = Date.now() + PATIENCE;
  do {
    // With v1 again and again: a group that is still freezing is looked at anew by this.
    writeFileSync(freezer.file, freezer.frozen);
    if (freezer.isFrozen()) return;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  } while (Date.now() < end);
  throw new UserError(`pause ${name}: there are processes in it that don't stop`, { hint: "try again" });
}

/** Lets the container's processes go on, if they are paused; one that has ended meanwhile is no error. */
export function thaw(id: string): void {
  const config = readConfig(id);
  const state = readState(id);
  const freezer = config && state && freezerOf({ config, state });
  if (freezer) writeFileSync(freezer.file, freezer.thawed);
  updateState(id, (now) => ({ ...now, paused: false }));
}

const freezerOf = ({ config, state }: Container): Freezer | undefined =>
  state.process && generation().freezer(config.id, state.process.pid);
// #endregion freeze

function unpause(name: string): void {
  const { config, state } = findContainer("unpause", name);
  if (!state.paused) throw new UserError(`unpause ${name}: it isn't paused`, { hint: `pause ${name}` });
  thaw(config.id);
}

export const pauseAll = (names: readonly string[]): Promise<number> => each("pause", names, pause);
export const unpauseAll = (names: readonly string[]): Promise<number> => each("unpause", names, unpause);
