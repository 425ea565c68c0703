/**
 * What a profile's rules say about one syscall, as a piece of a filter: compare its arguments, and return the action. A filter
 * sees six numbers of 64 bits; what a pointer among them leads to, it can't see, and another thread could change.
 */
import { UserError } from "../../common/errors.ts";
import { and, BPF_JEQ, BPF_JGE, BPF_JGT, type Code, jump, land, load, ret } from "./bpf.ts";
import type { Argument, Rule } from "./seccomp-profile.ts";

/** `include/uapi/linux/seccomp.h`; the lower 16 bits are for the errno, or for the tracer. */
const ACTIONS: Readonly<Record<string, number>> = {
  SCMP_ACT_ALLOW: 0x7fff0000,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_TRACE: 0x7ff00000,
  SCMP_ACT_ERRNO: 0x00050000,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_KILL: 0,
  SCMP_ACT_KILL_THREAD: 0,
  SCMP_ACT_KILL_PROCESS: 0x80000000,
};
export const { SCMP_ACT_ERRNO: ERRNO = 0, SCMP_ACT_KILL: KILL = 0 } = ACTIONS;
const EPERM = 1;
export const ENOSYS = 38;

/** What the filter returns for an action; throws a UserError for one that isn't here. */
export function verdict(action: string, errno: number | null | undefined): number {
  const value = ACTIONS[action];
  if (value !== undefined) return /ERRNO|TRACE/.test(action) ? value | ((errno ?? EPERM) & 0xffff) : value;
  const hint =
    action === "SCMP_ACT_NOTIFY"
      ? "it needs a program beside the runtime that answers; SCMP_ACT_ERRNO needs none"
      : `one of ${Object.keys(ACTIONS).join(", ")}`;
  throw new UserError(`seccomp profile: there is no action ${action} here`, { hint });
}

/** `struct seccomp_data`, in bytes: where the six arguments of 64 bits begin. */
const ARGS = 16;

const halves = (value: number | bigint): [high: number, low: number] => {
  const word = BigInt.asUintN(64, BigInt(value));
  return [Number(word >> 32n), Number(word & 0xffffffffn)];
};

/** The machine has 32 bits, arguments have 64: the upper half decides, unless it is equal. */
function compare({ index, value, valueTwo = 0, op }: Argument): Code {
  const [high, low] = [load(ARGS + index * 8 + 4), load(ARGS + index * 8)];
  const [h, l] = halves(value);
  const upper = (more: "match" | "mismatch", less: "match" | "mismatch") => [
    ...high,
    ...jump(BPF_JGT, h, more, 0),
    ...jump(BPF_JEQ, h, 0, less),
    ...low,
  ];
  switch (op) {
    case "SCMP_CMP_EQ":
      return [...high, ...jump(BPF_JEQ, h, 0, "mismatch"), ...low, ...jump(BPF_JEQ, l, 0, "mismatch")];
    case "SCMP_CMP_NE":
      return [...high, ...jump(BPF_JEQ, h, 0, "match"), ...low, ...jump(BPF_JEQ, l, "mismatch", 0)];
    case "SCMP_CMP_GT":
      return [...upper("match", "mismatch"), ...jump(BPF_JGT, l, 0, "mismatch")];
    case "SCMP_CMP_GE":
      return [...upper("match", "mismatch"), ...jump(BPF_JGE, l, 0, "mismatch")];
    case "SCMP_CMP_LT":
      return [...upper("mismatch", "match"), ...jump(BPF_JGE, l, "mismatch", 0)];
    case "SCMP_CMP_LE":
      return [...upper("mismatch", "match"), ...jump(BPF_JGT, l, "mismatch", 0)];
    case "SCMP_CMP_MASKED_EQ": {
      const [wantedHigh, wantedLow] = halves(BigInt(value) & BigInt(valueTwo));
      return [
        ...[...high, ...and(h), ...jump(BPF_JEQ, wantedHigh, 0, "mismatch")],
        ...[...low, ...and(l), ...jump(BPF_JEQ, wantedLow, 0, "mismatch")],
      ];
    }
  }
  throw new UserError(`seccomp profile: there is no operator ${op}`, { hint: "such as SCMP_CMP_EQ" });
}

/** All of the comparisons, and then the verdict; past its end where one of them doesn't hold. */
function rule(args: readonly Argument[], result: number): Code {
  return land("mismatch", [...args.flatMap((each) => land("match", compare(each))), ...ret(result)]);
}

/** Several comparisons of one argument are alternatives, as runc has it; those of different arguments are conditions. */
function alternatives(args: readonly Argument[]): (readonly Argument[])[] {
  const isRepeated = new Set(args.map(({ index }) => index)).size < args.length;
  return isRepeated ? args.map((each) => [each]) : [args];
}

/** The first rule without conditions decides, wherever it stands; else the first whose conditions hold. */
export function decide(rules: readonly Rule[], otherwise: number): Code {
  const always = rules.find(({ args }) => !args?.length);
  if (always) return ret(verdict(always.action, always.errnoRet));
  const cases = rules.flatMap(({ args, action, errnoRet }) =>
    alternatives(args ?? []).map((each) => ({ args: each, result: verdict(action, errnoRet) })),
  );
  return [...grouped(cases).flatMap(([first, ...more]) => oneOf(first, more)), ...ret(otherwise)];
}

interface Case {
  readonly args: readonly Argument[];
  readonly result: number;
}
type Group = [Case, ...Case[]];

/** A conditional jump reaches over 255 instructions. */
const MAX_GROUP = 250;

/** Neighbours that compare one argument with one value each, and say the same: such as the families of sockets. */
function grouped(cases: readonly Case[]): Group[] {
  const groups: Group[] = [];
  for (const each of cases) {
    const group = groups.at(-1);
    if (group && group.length < MAX_GROUP && areAlike(group[0], each)) group.push(each);
    else groups.push([each]);
  }
  return groups;
}

function areAlike(a: Case, b: Case): boolean {
  const [[first, ...restOfA], [second, ...restOfB]] = [a.args, b.args];
  if (!first || !second || restOfA.length + restOfB.length > 0 || a.result !== b.result) return false;
  const isEqual = first.op === "SCMP_CMP_EQ" && second.op === "SCMP_CMP_EQ";
  return isEqual && first.index === second.index && halves(first.value)[0] === halves(second.value)[0];
}

/** Each half of the argument is loaded once for all of them. */
function oneOf({ args, result }: Case, more: readonly Case[]): Code {
  const values = more.flatMap(({ args }) => args.map(({ value }) => halves(value)[1]));
  const [first] = args;
  if (!first || values.length === 0) return rule(args, result);
  const [high, low] = halves(first.value);
  const tests = [
    ...[...load(ARGS + first.index * 8 + 4), ...jump(BPF_JEQ, high, 0, "mismatch")],
    ...[...load(ARGS + first.index * 8), ...values.flatMap((value) => jump(BPF_JEQ, value, "match", 0))],
    ...jump(BPF_JEQ, low, 0, "mismatch"),
  ];
  return land("mismatch", [...land("match", tests), ...ret(result)]);
}
