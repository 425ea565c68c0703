/**
 * seccomp(2) gives a process a filter, which its children keep and nobody can take off again: a program for the machine of
 * bpf.ts, which says for each syscall whether it is carried out. So the parts of the kernel that a container never needs
 * can't be reached from it, with whatever bugs they have. This file makes such a program of a profile.
 */
import { UserError } from "../../common/errors.ts";
import { ABIS, numbers } from "../../syscall/bytes/numbers.ts";
import { assemble, BPF_JEQ, BPF_JGE, branch, type Code, load, ret } from "./bpf.ts";
import { type Circumstances, type Profile, type Rule, rulesFor } from "./seccomp-profile.ts";
import { decide, ENOSYS, ERRNO, KILL, verdict } from "./seccomp-rules.ts";

/** `struct seccomp_data`, where the filter finds the number of the syscall and the architecture. */
const NR = 0;
const ARCH = 4;

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
      // Another architecture's, or another kernel's. i386's older names for sockets are one call: socketcall.
      if (number === undefined) continue;
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
// #endregion compile

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
