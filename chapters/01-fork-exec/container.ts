/**
 * Chapter 01's container: nothing but a child of its own that executes a command. This list is what the rest of the
 * book grows: read it from the top, as the kernel does.
 */
import { child, restoreSignals } from "../../syscall/launch.ts";
import type { Step } from "../../syscall/program.ts";
import { execute } from "./exec.ts";
import { ownSession, ownTerminal } from "./terminal.ts";

export interface Config {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** With a terminal of its own. */
  readonly tty: boolean;
  /** "NAME=VALUE" each. */
  readonly environment: readonly string[];
}

// #region container
export function container(config: Config): Step[] {
  const steps = [
    ...(config.tty ? ownTerminal() : []),
    ...ownSession(config.tty),
    restoreSignals(),
    ...execute(config.command, config.environment),
  ];
  return [child(0, steps, "fork: a child that runs the list below")];
}
// #endregion container
