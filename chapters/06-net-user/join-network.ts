/** `--network container:NAME`: the network of another container, whose links and ports this one shares. */
import { closeSync, openSync } from "node:fs";
import { UserError } from "../../common/errors.ts";
import { findRunning } from "../../containers/find.ts";
import { containerFolder } from "../../containers/record.ts";
import { isAlive } from "../../containers/state.ts";
import { CLONE_NEWNET } from "../../syscall/constants.ts";
import { slot, step } from "../../syscall/program.ts";
import { syscall } from "../../syscall/syscall.ts";
import { nameMounts } from "./names.ts";
import { type Network, NOTHING, type Self } from "./network-parts.ts";

// #region joined
/** The runtime goes into the other's network for the clone, and back: the child alone has no rights over it. */
export function joined(other: string, self: Self): Network {
  const { config, state } = findRunning("--network", other);
  const enter = step("setns", [slot(THEIR_NETWORK), CLONE_NEWNET], `the network of ${config.name}`);
  const back = step("setns", [slot(OWN_NETWORK), CLONE_NEWNET], "the runtime's own network again");
  const parts = { before: [enter], after: [back], mounts: nameMounts(containerFolder(config.id)) };
  if (self.explained) return { ...NOTHING, ...parts };
  const first = state.process;
  const own = openSync("/proc/thread-self/ns/net", "r");
  const theirs = first && openNetwork(first.pid);
  if (theirs === undefined || !isAlive(first, state.boot)) {
    closeSync(own);
    throw new UserError(`--network container:${other}: it has ended, or only begins`, { hint: "try again" });
  }
  return {
    ...NOTHING,
    ...parts,
    slots: { [THEIR_NETWORK]: theirs, [OWN_NETWORK]: own },
    release: () => {
      // If the clone failed, the step that leads back hasn't run.
      syscall("setns", [own, CLONE_NEWNET]);
      for (const fd of [own, theirs]) closeSync(fd);
    },
  };
}
// #endregion joined

const THEIR_NETWORK = "their network";
const OWN_NETWORK = "own network";

function openNetwork(pid: number): number | undefined {
  try {
    return openSync(`/proc/${pid}/ns/net`, "r");
  } catch {
    return undefined;
  }
}
