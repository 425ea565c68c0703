/**
 * Classic BPF: the little machine that the kernel runs on each syscall of a process that has a filter. It has an accumulator,
 * comparisons with forward jumps, and a return; no loops, so each filter ends. It sees numbers only (the syscall, the
 * architecture, six arguments) and can't follow a pointer. `Documentation/networking/filter.rst`, `include/uapi/linux/filter.h`.
 */

// #region instructions
const BPF_LD_W_ABS = 0x20;
const BPF_ALU_AND_K = 0x54;
const BPF_RET_K = 0x06;
const BPF_JMP_JA = 0x05;
export const BPF_JEQ = 0x15;
export const BPF_JGT = 0x25;
export const BPF_JGE = 0x35;

/** A place that isn't known yet: `land` says that it is the end of a piece of code. */
export type Label = "match" | "mismatch";
type Jump = number | Label;

/** `jt` and `jf`: how many instructions are skipped when the comparison is true, and when it is false. */
interface Instruction {
  readonly code: number;
  readonly jt: Jump;
  readonly jf: Jump;
  readonly k: number;
}

export type Code = readonly Instruction[];

export const load = (offset: number): Code => [{ code: BPF_LD_W_ABS, jt: 0, jf: 0, k: offset }];
export const and = (mask: number): Code => [{ code: BPF_ALU_AND_K, jt: 0, jf: 0, k: mask }];
export const ret = (value: number): Code => [{ code: BPF_RET_K, jt: 0, jf: 0, k: value }];
/** Compares the accumulator (unsigned) with `k`. */
export const jump = (code: number, k: number, jt: Jump, jf: Jump): Code => [{ code, jt, jf, k }];
// #endregion instructions

/** Jumps to the label lead to the end of the code, where other code follows. */
export function land(label: Label, code: Code): Code {
  const to = (target: Jump, at: number) => (target === label ? code.length - at - 1 : target);
  return code.map((each, at) => ({ ...each, jt: to(each.jt, at), jf: to(each.jf, at) }));
}

/** Either `yes` or `no`, neither of which may run on past its end. A conditional jump skips 255 instructions at most. */
export function branch(code: number, k: number, yes: Code, no: Code): Code {
  if (yes.length <= 255) return [...jump(code, k, 0, yes.length), ...yes, ...no];
  return [...jump(code, k, 1, 0), { code: BPF_JMP_JA, jt: 0, jf: 0, k: yes.length }, ...yes, ...no];
}

const SOCK_FILTER_SIZE = 8;

/** As `struct sock_filter` has them: 16 bits of code, 8 of each jump, 32 of the constant. */
export function assemble(code: Code): Uint8Array {
  const bytes = Buffer.alloc(code.length * SOCK_FILTER_SIZE);
  code.forEach(({ code, jt, jf, k }, i) => {
    const at = i * SOCK_FILTER_SIZE;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(jt as number, at + 2);
    bytes.writeUInt8(jf as number, at + 3);
    bytes.writeUInt32LE(k >>> 0, at + 4);
  });
  return bytes;
}
