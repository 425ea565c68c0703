/**
 * cgroup v2 has no files for devices: a program decides instead, which is attached to the group and asked at each open and
 * mknod. It is eBPF: the successor of bpf.ts's machine, with ten registers of 64 bits and a verifier that proves before the
 * loading that a program ends and touches only what it may. `Documentation/bpf`; bpf(2).
 */
import { closeSync, constants, openSync } from "node:fs";
import { BPF_PROG_ATTACH, BPF_PROG_LOAD } from "../../syscall/constants.ts";
import { addressOf } from "../../syscall/native.ts";
import { type Act, act } from "../../syscall/program.ts";
import { syscall } from "../../syscall/syscall.ts";
import type { DeviceRule } from "./device-rules.ts";

const BPF_LDX_MEM_W = 0x61;
const BPF_MOV64_K = 0xb7;
const BPF_MOV64_X = 0xbf;
const BPF_AND64_K = 0x57;
const BPF_RSH64_K = 0x77;
const BPF_JNE_K = 0x55;
const BPF_JSET_K = 0x45;
const BPF_EXIT = 0x95;

/** r0 is the answer, r1 the context: `struct bpf_cgroup_dev_ctx`, three words of 32 bits. The others are free. */
const [ANSWER, CONTEXT, ACCESS, TYPE, MAJOR, MINOR] = [0, 1, 2, 3, 4, 5];

/** As `struct bpf_insn` has it: 8 bits of code, 4 of each register, 16 of a jump or an offset, 32 of a constant. */
function instruction(
  code: number,
  destination: number,
  source: number,
  offset: number,
  constant: number,
): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(code, 0);
  bytes.writeUInt8((source << 4) | destination, 1);
  bytes.writeInt16LE(offset, 2);
  bytes.writeInt32LE(constant, 4);
  return bytes;
}

const load = (register: number, offset: number) => instruction(BPF_LDX_MEM_W, register, CONTEXT, offset, 0);
const constant = (code: number, register: number, value: number) => instruction(code, register, 0, 0, value);
const answer = (value: 0 | 1) => [constant(BPF_MOV64_K, ANSWER, value), instruction(BPF_EXIT, 0, 0, 0, 0)];

const TYPES = { b: 1, c: 2 } as const;
const ACCESSES = { m: 1, r: 2, w: 4 } as const;
const ALL = 7;

/** The first word of the context has the access in its upper half and the type in its lower one. */
const start = () => [
  load(TYPE, 0),
  instruction(BPF_MOV64_X, ACCESS, TYPE, 0, 0),
  constant(BPF_RSH64_K, ACCESS, 16),
  constant(BPF_AND64_K, TYPE, 0xffff),
  load(MAJOR, 4),
  load(MINOR, 8),
];

// #region program
/** Says yes where all is as the rule has it, and goes on with the next rule where something isn't. */
function allow({ type, major, minor, access }: DeviceRule): Buffer[] {
  const forbidden = [..."rwm"].reduce(
    (bits, each) => (access.includes(each) ? bits & ~ACCESSES[each as "r" | "w" | "m"] : bits),
    ALL,
  );
  const tests: [code: number, register: number, value: number][] = [
    [BPF_JNE_K, TYPE, TYPES[type]],
    ...(forbidden ? [[BPF_JSET_K, ACCESS, forbidden] satisfies [number, number, number]] : []),
    ...(major === undefined ? [] : [[BPF_JNE_K, MAJOR, major] satisfies [number, number, number]]),
    ...(minor === undefined ? [] : [[BPF_JNE_K, MINOR, minor] satisfies [number, number, number]]),
  ];
  const yes = answer(1);
  const jumps = tests.map(([code, register, value], i) =>
    instruction(code, register, 0, tests.length - i - 1 + yes.length, value),
  );
  return [...jumps, ...yes];
}
// #endregion program

export const deviceProgram = (rules: readonly DeviceRule[]): Buffer =>
  Buffer.concat([...start(), ...rules.flatMap(allow), ...answer(0)]);

const BPF_PROG_TYPE_CGROUP_DEVICE = 15;
const BPF_CGROUP_DEVICE = 6;
/** The programs of the groups above are asked too, and each has to say yes. */
const BPF_F_ALLOW_MULTI = 2;
const BPF_INSN_SIZE = 8;

/** The kernel drops the program with the group. */
export function guardDevices(group: string, rules: readonly DeviceRule[]): Act[] {
  return [
    act(
      `bpf(BPF_PROG_LOAD, {prog_type: BPF_PROG_TYPE_CGROUP_DEVICE, …}); bpf(BPF_PROG_ATTACH, {target: ${group}, …})`,
      "the group may open these devices and no others",
      () => attach(group, loadProgram(deviceProgram(rules))),
      { hint: "does this kernel have CONFIG_CGROUP_BPF? --privileged does without" },
    ),
  ];
}

/** `union bpf_attr` for BPF_PROG_LOAD; what is left out is zero. The kernel copies the program. */
function loadProgram(program: Buffer): number {
  const license = Buffer.from("MIT\0");
  const attr = Buffer.alloc(24);
  attr.writeUInt32LE(BPF_PROG_TYPE_CGROUP_DEVICE, 0);
  attr.writeUInt32LE(program.length / BPF_INSN_SIZE, 4);
  attr.writeBigUInt64LE(BigInt(addressOf(program)), 8);
  attr.writeBigUInt64LE(BigInt(addressOf(license)), 16);
  const fd = syscall("bpf", [BPF_PROG_LOAD, attr, attr.length]);
  void [program, license];
  return fd;
}

function attach(group: string, program: number): void {
  const directory = openSync(group, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const attr = Buffer.from(Uint32Array.of(directory, program, BPF_CGROUP_DEVICE, BPF_F_ALLOW_MULTI).buffer);
    syscall("bpf", [BPF_PROG_ATTACH, attr, attr.length]);
  } finally {
    closeSync(directory);
    closeSync(program);
  }
}
