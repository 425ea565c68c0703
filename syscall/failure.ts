/** What a failed program means to the user: which step, why, and what to do. */
import { constants } from "node:os";
import { UserError } from "../common/errors.ts";
import { NOT_RUN } from "./encode.ts";
import { formatCall, formatErrno } from "./format.ts";
import { flatten, type Item, isAct, isList, type Step } from "./program.ts";
import { SyscallError } from "./syscall.ts";

const { EACCES, ENOENT, ENOEXEC, ENOSYS, ENOTDIR, EPERM, EINVAL } = constants.errno;

const HINTS: Readonly<Record<number, string>> = {
  [EPERM]: "this needs root: run it with sudo; 'npm run doctor' tells what else may forbid it",
  [ENOSYS]: "this kernel doesn't have the call: 'npm run doctor' tells which kernel is needed",
  [EINVAL]: "this kernel doesn't take these arguments: 'npm run doctor' tells which kernel is needed",
};

/** A step of the set-up that failed. The exit status is 125: it is the runtime's failure, not the command's. */
export class StepError extends UserError {
  override name = "StepError";
  /** Counted from 1, as `--explain` does. */
  readonly index: number;
  readonly errno: number;

  /** `why`: what is known beside the errno. */
  constructor(program: readonly Item[], step: Item, errno: number, why = formatErrno(errno)) {
    const all = flatten(program);
    const index = all.indexOf(step) + 1;
    super(`step ${index}, ${formatCall(step, all)}: ${why}`, {
      hint: step.hint ?? HINTS[errno] ?? `the step is there for this: ${step.why}`,
    });
    this.index = index;
    this.errno = errno;
  }
}

/** What went wrong in a program that ended before its execve, or undefined where the command runs; `thrown` by an act, if one did. */
export function failure(
  program: readonly Item[],
  results: ReadonlyMap<Item, bigint>,
  thrown?: unknown,
): UserError | undefined {
  const result = (each: Item) => results.get(each) ?? NOT_RUN;
  const failed = flatten(program).find(
    (each) => (isAct(each) || !each.optional) && result(each) < 0 && result(each) !== NOT_RUN,
  );
  if (failed) {
    // The kernel may have said more than its errno: NetlinkError.
    const said = isAct(failed) && thrown instanceof SyscallError ? thrown.message : undefined;
    return new StepError(program, failed, -Number(result(failed)), said);
  }
  return lists(program)
    .map((list) => notExecuted(list, result))
    .find((error) => error !== undefined);
}

const lists = (items: readonly Item[]): (readonly Step[])[] =>
  items.flatMap((each) =>
    (isAct(each) ? [] : each.args.filter(isList)).flatMap((list) => [list, ...lists(list)]),
  );

/** A list ends with one execve for each place where the command may be. When all of them failed, why? */
function notExecuted(list: readonly Step[], result: (step: Step) => bigint): UserError | undefined {
  const tries = list.filter((each) => each.call === "execve");
  const last = tries.at(-1);
  if (!last || result(last) === NOT_RUN) return undefined;
  const command = (last.args[1] as readonly string[])[0] ?? "";
  const errnos = tries.map((each) => -Number(result(each)));
  const real = errnos.find((errno) => errno !== ENOENT && errno !== ENOTDIR);
  if (real !== undefined) {
    return new UserError(`run ${command}: ${formatErrno(real)}`, {
      hint: notExecutableHint(real),
      status: 126,
    });
  }
  return new UserError(`run ${command}: ${formatErrno(ENOENT)}`, {
    hint: command.includes("/")
      ? "there is no such file, or the interpreter that it names isn't there"
      : "it is in none of the directories of PATH",
    status: 127,
  });
}

function notExecutableHint(errno: number): string {
  if (errno === EACCES) return "it isn't an executable file: chmod +x, or name a program";
  if (errno === ENOEXEC) return "it is neither a program for this machine nor a script with a '#!' line";
  return "the file is there, but the kernel won't execute it";
}
