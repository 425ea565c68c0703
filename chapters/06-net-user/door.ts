/**
 * A container with the host's own ids must not be led to the runtime's program: its root may write to the host's Node. With
 * ids of its own it may not, and an ordinary user's Node is read-only for it: see rootless.ts.
 */
import type { Range } from "../../common/id-ranges.ts";
import { isOrdinary } from "../../common/rootless.ts";
import * as arm64 from "../../syscall/bytes/door-arm64.ts";
import * as x64 from "../../syscall/bytes/door-x64.ts";
import { AT_EMPTY_PATH, F_SETFD } from "../../syscall/constants.ts";
import { type Step, slot, step } from "../../syscall/program.ts";
import { execute } from "./exec.ts";
import { openSealed } from "./sealed.ts";

const DOOR = "door";

// #region door
/**
 * A "#!/proc/self/exe" is opened when the child still runs the runtime's program. So it goes by a small one of its own first,
 * which does the last steps for it: syscall/native/door.c. `giveUp` are the steps before that.
 */
export function executeByDoor(
  command: readonly string[],
  environment: readonly string[],
  giveUp: readonly Step[],
): Step[] {
  const tries = execute(command, environment);
  const files = tries.map(({ args: [file] }) => file as string);
  return [
    step("fcntl", [slot("socket"), F_SETFD, 0], "the door closes it, by the command's execve"),
    ...giveUp,
    step(
      "execveat",
      [slot(DOOR), "", [...files, "", ...command], environment, AT_EMPTY_PATH],
      "another program takes the place of the runtime's, and executes the command:",
    ),
    ...tries,
  ];
}
// #endregion door

export const needsDoor = (ids: Range | undefined): boolean => ids === undefined && !isOrdinary();

/** The slot's value; to be closed after the launch. */
export const openDoor = (): Readonly<Record<string, number>> => ({
  [DOOR]: openSealed(DOOR, (process.arch === "arm64" ? arm64 : x64).door),
});
