/**
 * Chapter 02's container: a child with a host name and with System V and POSIX message queues of its own. This list is
 * what the rest of the book grows: read it from the top, as the kernel does.
 */
import { CLONE_NEWIPC, CLONE_NEWUTS } from "../../syscall/constants.ts";
import { child, restoreSignals } from "../../syscall/launch.ts";
import type { Step } from "../../syscall/program.ts";
import { execute } from "./exec.ts";
import { hostname } from "./hostname.ts";
import { ownSession, ownTerminal } from "./terminal.ts";

export interface Config {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** With a terminal of its own. */
  readonly tty: boolean;
  /** "NAME=VALUE" each. */
  readonly environment: readonly string[];
  readonly hostname: string;
}

// #region container
export function container(config: Config): Step[] {
  const steps = [
    ...hostname(config.hostname),
    ...(config.tty ? ownTerminal() : []),
    ...ownSession(config.tty),
    restoreSignals(),
    ...execute(config.command, config.environment),
  ];
  return [child(CLONE_NEWUTS | CLONE_NEWIPC, steps, "a child in a UTS and an IPC namespace of its own")];
}
// #endregion container
