/**
 * seccomp(2) gives a process a filter, which its children keep and nobody can take off again: a program for the machine of
 * bpf.ts, which says for each syscall whether it is carried out. So the parts of the kernel that a container never needs
 * can't be reached from it, with whatever bugs they have. This file makes such a program of a profile.
 */
import { UserError } from "../../common/errors.ts";
import { ABIS, numbers } from "../../syscall/bytes/numbers.ts";
import { and, assemble, BPF_JEQ, BPF_JGE, BPF_JGT, branch, type Code, jump, land, load, ret } from "./bpf.ts";
import { type Argument, type Circumstances, type Profile, type Rule, rulesFor } from "./seccomp-profile.ts";

// #region data
/** `struct seccomp_data` in bytes: the number, the architecture, the instruction pointer, six arguments of 64 bits. */
const NR = 0;
const ARCH = 4;
const ARGS = 16;

/** For whom a syscall's number is meant: `include/uapi/linux/audit.h`. x32 programs are x86-64's, with a bit in the number. */
type Abi = (typeof ABIS)[number];
const AUDIT_ARCH = { x64: 0xc000003e, x86: 0x40000003, arm64: 0xc00000b7, arm: 0x40000028 } as const;
const X32_BIT = 0x40000000;
const OCI_NAMES: Readonly<Record<string, Abi>> = {
  SCMP_ARCH_X86_64: "x64",
  SCMP_ARCH_X86: "x86",
  SCMP_ARCH_X32: "x32",
  SCMP_ARCH_AARCH64: "arm64",
  SCMP_ARCH_ARM: "arm",
};
// #endregion data

// #region actions
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
const { SCMP_ACT_ERRNO: ERRNO = 0, SCMP_ACT_KILL: KILL = 0 } = ACTIONS;
const EPERM = 1;
const ENOSYS = 38;

function verdict(action: string, errno: number | null | undefined): number {
  const value = ACTIONS[action];
  if (value !== undefined) return /ERRNO|TRACE/.test(action) ? value | ((errno ?? EPERM) & 0xffff) : value;
  const hint =
    action === "SCMP_ACT_NOTIFY"
      ? "it needs a program beside the runtime that answers; SCMP_ACT_ERRNO needs none"
      : `one of ${Object.keys(ACTIONS).join(", ")}`;
  throw new UserError(`seccomp profile: there is no action ${action} here`, { hint });
}
// #endregion actions

// #region arguments
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
// #endregion arguments

// #region numbers
/** The first rule without conditions decides, wherever it stands; else the first whose conditions hold. */
function decide(rules: readonly Rule[], otherwise: number): Code {
  const always = rules.find(({ args }) => !args?.length);
  if (always) return ret(verdict(always.action, always.errnoRet));
  return [
    ...rules.flatMap(({ args, action, errnoRet }) =>
      alternatives(args ?? []).flatMap((each) => rule(each, verdict(action, errnoRet))),
    ),
    ...ret(otherwise),
  ];
}

type Range = readonly [first: number, code: Code];

/** A binary search: some eight comparisons for any of 460 syscalls. */
function search(ranges: readonly Range[]): Code {
  const [first] = ranges;
  if (!first) throw new RangeError("a search among nothing");
  if (ranges.length === 1) return first[1];
  const middle = ranges.length >> 1;
  const [pivot] = ranges[middle] as Range;
  return branch(BPF_JGE, pivot, search(ranges.slice(middle)), search(ranges.slice(0, middle)));
}

function ofNumbers(abi: Abi, profile: Profile, rules: readonly Rule[]): Code {
  const otherwise = verdict(profile.defaultAction, profile.defaultErrnoRet);
  const known = numbersOf(abi);
  const named = new Map<number, Rule[]>();
  for (const each of rules) {
    for (const name of each.names ?? [each.name ?? ""]) {
      const number = known.get(name);
      if (number === undefined) continue; // Another architecture's, or another kernel's.
      const others = named.get(number);
      if (others) others.push(each);
      else named.set(number, [each]);
    }
  }
  const ranges: Range[] = [];
  const add = (first: number, code: Code) => {
    if (!isSame(ranges.at(-1)?.[1], code)) ranges.push([first, code]);
  };
  let next = abi === "x32" ? X32_BIT : 0;
  for (const [number, rulesOfIt] of [...named].sort(([a], [b]) => a - b)) {
    if (number > next) add(next, ret(otherwise));
    add(number, decide(rulesOfIt, otherwise));
    next = number + 1;
  }
  add(next, ret(named.size > 0 ? newer(profile, otherwise) : otherwise));
  return search(ranges);
}

/** Of two verdicts, that is; a code with conditions is always a range of its own. */
const isSame = (a: Code | undefined, b: Code): boolean =>
  a?.length === 1 && b.length === 1 && a[0]?.k === b[0]?.k;

/** A syscall newer than any that the profile knows isn't there, as with runc: programs then do without, where EPERM ends them. */
function newer({ defaultAction }: Profile, otherwise: number): number {
  return /ALLOW|LOG|TRACE/.test(defaultAction) ? otherwise : ERRNO | ENOSYS;
}

const tables = new Map<Abi, ReadonlyMap<string, number>>();
function numbersOf(abi: Abi): ReadonlyMap<string, number> {
  const column = ABIS.indexOf(abi) + 1;
  const known =
    tables.get(abi) ??
    new Map(
      numbers.split("\n").flatMap((row) => {
        const words = row.split(" ");
        const number = words[column];
        return number === undefined || number === "-" ? [] : [[words[0] ?? "", Number(number)]];
      }),
    );
  tables.set(abi, known);
  return known;
}
// #endregion numbers

// #region compile
/** The filter for one container on one machine: an array of `struct sock_filter`. Throws a UserError for what it doesn't know. */
export function compile(profile: Profile, where: Circumstances): Uint8Array {
  const rules = rulesFor(profile, where);
  const abis = abisOf(profile, where.arch);
  const code = (abi: Abi) => ofNumbers(abi, profile, rules);
  const kill = ret(KILL);
  const foreign = (abi: "x86" | "arm") =>
    abis.has(abi) ? branch(BPF_JEQ, AUDIT_ARCH[abi], [...load(NR), ...code(abi)], kill) : kill;
  if (where.arch === "arm64")
    return assemble([
      ...load(ARCH),
      ...branch(BPF_JEQ, AUDIT_ARCH.arm64, [...load(NR), ...code("arm64")], foreign("arm")),
    ]);
  const x32 = abis.has("x32") ? code("x32") : kill;
  const own = [...load(NR), ...branch(BPF_JGE, X32_BIT, x32, code("x64"))];
  return assemble([...load(ARCH), ...branch(BPF_JEQ, AUDIT_ARCH.x64, own, foreign("x86"))]);
}

/** The machine's own always, as with libseccomp; what it can't run needs no rules. */
function abisOf({ archMap, architectures }: Profile, arch: "x64" | "arm64"): Set<Abi> {
  if (archMap?.length && architectures?.length)
    throw new UserError("seccomp profile: it has both archMap and architectures", {
      hint: "leave one of them out",
    });
  const mapped =
    archMap?.find(({ architecture }) => OCI_NAMES[architecture] === arch)?.subArchitectures ?? [];
  const names = [...mapped, ...(architectures ?? [])];
  return new Set([arch, ...names.flatMap((name) => OCI_NAMES[name] ?? [])]);
}
// #endregion compile
