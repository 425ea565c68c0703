/**
 * `exec`: one more process in a container that runs. setns(2) is the counterpart of clone's flags: it takes a process into
 * namespaces that are there. A process has its PID namespace for life, so that only its children come into another one; and
 * what isn't in any namespace (the group, the limits, the rights, the filter) the new process has to be given like the first.
 */
import type { Range } from "../../common/id-ranges.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  O_RDWR,
} from "../../syscall/constants.ts";
import { childAmong, closeFiles, keptChild, letChildGo, waitForRuntime } from "../../syscall/launch.ts";
import { type Item, type Step, slot, step } from "../../syscall/program.ts";
import type { Entry } from "./cgroups.ts";
import { executeByDoor, needsDoor } from "./door.ts";
import { execute } from "./exec.ts";
import { giveUp, type Privileges } from "./privileges.ts";
import { type Rlimit, raiseForChildren, setRlimits } from "./rlimits.ts";
import { ownSession } from "./terminal.ts";
import { switchUser, type User } from "./user.ts";
import { becomeRoot, ownPipes } from "./userns.ts";
import { open } from "./volumes.ts";

export interface Join {
  readonly command: readonly string[];
  /** "NAME=VALUE" each. */
  readonly environment: readonly string[];
  readonly tty: boolean;
  /** It goes on when the runtime has ended. */
  readonly detached: boolean;
  /** CLONE_NEW… of those that aren't the runtime's own. */
  readonly namespaces: number;
  /** The host's ids that are the container's, where it has a user namespace of its own. */
  readonly ids: Range | undefined;
  readonly group: Entry;
  readonly workdir: string;
  readonly user: User;
  readonly privileges: Privileges;
  readonly rlimits: readonly Rlimit[];
}

/** Slots: the pidfd of the container's first process, the slave's end of the new terminal, and the keeper's program. */
export const CONTAINER = "container";
export const TERMINAL = "terminal";
export const KEEPER = "keeper";

// #region join
export function join(config: Join): Item[] {
  const { group, ids, user } = config;
  const rights = giveUp(config.privileges, switchUser(user, config.tty));
  const steps = [
    ...group.enter,
    ...waitForRuntime(),
    ...joinNamespaces(config.namespaces),
    ...(ids ? becomeRoot() : []),
    ...existingDirectory(config.workdir),
    ...(config.tty ? terminalOf(TERMINAL) : []),
    ...ownSession(config.tty),
    ...setRlimits(config.rlimits),
    ...(needsDoor(ids)
      ? executeByDoor(config.command, config.environment, rights)
      : [...closeFiles(), ...rights, ...execute(config.command, config.environment)]),
  ];
  const why = "a child in the container's PID namespace";
  const enter = [
    ...raiseForChildren(config.rlimits),
    setns(CLONE_NEWPID, "from here on, children are born in the container's PID namespace"),
  ];
  return [
    ...group.make,
    ...(config.detached
      ? [keptChild([...noFiles(), ...enter], steps, keeper(), why, group.birthplace)]
      : childAmong(enter, steps, why, group.birthplace)),
    ...(group.birthplace ? [step("close", [group.birthplace], "the child is in its group")] : []),
    ...(config.tty ? [step("close", [slot(TERMINAL)], "the child has its own copy of the terminal")] : []),
    ...(ids ? [ownPipes(ids.first, user, config.detached ? [] : [0, 1, 2])] : []),
    letChildGo(),
  ];
}

/** The user namespace comes last: what belongs to another one, such as another container's network, is joined as the host's root. */
function joinNamespaces(namespaces: number): Step[] {
  const others = namespaces & ~(CLONE_NEWPID | CLONE_NEWUSER);
  return [
    setns(others, "the container's other namespaces; its root is ours, and our directory, with the mounts"),
    ...(namespaces & CLONE_NEWUSER
      ? [setns(CLONE_NEWUSER, "and its users: no right over the host is left")]
      : []),
  ];
}

/** By a pidfd: several at once, and never those of another process that has the number by now. */
const setns = (namespaces: number, why: string): Step =>
  step("setns", [slot(CONTAINER), namespaces], why, { hint: "has the container ended meanwhile?" });
// #endregion join

/** Unlike at a container's start, it isn't made where it is missing. */
function existingDirectory(directory: string): Step[] {
  const why = `find ${directory}, as the container sees it`;
  const opened = open(directory, O_PATH | O_DIRECTORY, why, `-w DIR: ${directory} isn't a directory there`);
  return [opened, step("fchdir", [opened], "the command begins there")];
}

/** What the container has put into its /dev isn't asked: the runtime has made sure that this is a terminal. */
const terminalOf = (terminal: string): Step[] =>
  [0, 1, 2].map((fd) => step("dup3", [slot(terminal), fd, 0], `the slave is fd ${fd}`));

/** Its own files and its child's. */
function noFiles(): Step[] {
  const nothing = step(
    "openat",
    [AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0],
    "nobody reads, nobody writes",
  );
  return [nothing, ...[0, 1, 2].map((fd) => step("dup3", [nothing, fd, 0], `fd ${fd} is nothing`))];
}

/** It stays outside, and is 350 bytes of init: see init.ts. */
const keeper = (): Step[] => [
  step("setsid", [], "no key of a terminal reaches the keeper"),
  step("chdir", ["/"], "and it keeps no directory busy"),
  step("execveat", [slot(KEEPER), "", ["ft-docker-keeper"], [], AT_EMPTY_PATH], "it waits for the command"),
];
