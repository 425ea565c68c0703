/**
 * PID 1 of a PID namespace is given every orphan in it, gets no signal that it has no handler for, and takes all others
 * with it when it ends. The command is PID 1 itself, as with Docker. With `--init` a program of some 350 bytes is (see
 * syscall/native/init.c), and the command is PID 2.
 */
import { closeSync, writeSync } from "node:fs";
import * as arm64 from "../../syscall/bytes/init-arm64.ts";
import * as x64 from "../../syscall/bytes/init-x64.ts";
import { AT_EMPTY_PATH, F_ADD_SEALS, MFD_ALLOW_SEALING, MFD_CLOEXEC } from "../../syscall/constants.ts";
import { clone } from "../../syscall/launch.ts";
import { type Step, slot, step } from "../../syscall/program.ts";
import { syscall } from "../../syscall/syscall.ts";

// #region init
/** `giveUp`: the init has no more rights than the command. */
export function init(command: readonly Step[], giveUp: readonly Step[]): Step[] {
  return [
    step("setsid", [], "the init has a session to itself: no key reaches it"),
    clone(0, command, "the command is the second process of the namespace, PID 2"),
    ...giveUp,
    step("execveat", [slot("init"), "", ["init"], [], AT_EMPTY_PATH], "the init takes PID 1's place"),
  ];
}
// #endregion init

// #region memfd
const ALL_SEALS = 0xf;

/** The init's program as a file in memory, which nobody can change any more; `close` it after the launch. */
export function openInit(): { fd: number; close: () => void } {
  const fd = syscall("memfd_create", ["init", MFD_CLOEXEC | MFD_ALLOW_SEALING]);
  writeSync(fd, (process.arch === "arm64" ? arm64 : x64).init);
  syscall("fcntl", [fd, F_ADD_SEALS, ALL_SEALS]);
  return { fd, close: () => closeSync(fd) };
}
// #endregion memfd
