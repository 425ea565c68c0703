/** The namespaces in which an ordinary user's containers run already, for that user's next command. */
import { closeSync, openSync, readlinkSync } from "node:fs";
import { allContainers } from "../../containers/find.ts";
import { isAlive } from "../../containers/state.ts";
import { CLONE_NEWNS, CLONE_NEWUSER } from "../../syscall/constants.ts";
import { type Step, slot, step } from "../../syscall/program.ts";

// #region join
const [USERS, MOUNTS] = ["their users", "their mounts"];

/** Who has made a user namespace has all rights over it from outside, and so may join it. */
export function joinNamespaces(): Step[] {
  return [
    step("setns", [slot(USERS), CLONE_NEWUSER], "the user namespace in which our containers run"),
    step("setns", [slot(MOUNTS), CLONE_NEWNS], "and the mounts that their runtime sees"),
    step("chdir", [process.cwd()], "which are at another place of the tree: back to where we were"),
  ];
}

/** Those of the runtime, or of the monitor, of some container that runs. It may end at any time: then others are asked. */
export function openNamespaces(): Readonly<Record<string, number>> | undefined {
  for (const { state } of allContainers()) {
    const { owner, boot } = state;
    if (!owner || !isAlive(owner, boot)) continue;
    const users = openNamespace(owner.pid, "user");
    const mounts = openNamespace(owner.pid, "mnt");
    const isTheirs = users !== undefined && mounts !== undefined && isAlive(owner, boot);
    if (isTheirs) return { [USERS]: users, [MOUNTS]: mounts };
    for (const fd of [users, mounts]) if (fd !== undefined) closeSync(fd);
  }
  return undefined;
}

/** Undefined for our own, too: that isn't joined again. */
function openNamespace(pid: number, name: "user" | "mnt"): number | undefined {
  try {
    const place = `/proc/${pid}/ns/${name}`;
    return readlinkSync(place) === readlinkSync(`/proc/self/ns/${name}`) ? undefined : openSync(place, "r");
  } catch {
    return undefined;
  }
}
// #endregion join
