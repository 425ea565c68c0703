/** The kernel's machine for filters, once more: what a filter says about a syscall, told without making the syscall. */

const LD = 0x20;
const AND = 0x54;
const JA = 0x05;
const JEQ = 0x15;
const JGT = 0x25;
const JGE = 0x35;
const JSET = 0x45;
const RET = 0x06;

export interface Verdict {
  /** What SECCOMP_RET_ALLOW and its like stand for, with the errno in the lower bits. */
  readonly value: number;
  /** How many instructions it took. */
  readonly steps: number;
}

/** Runs a filter (an array of `struct sock_filter`) for one syscall. */
export function runFilter(
  filter: Uint8Array,
  arch: number,
  nr: number,
  args: readonly bigint[] = [],
): Verdict {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(nr >>> 0, 0);
  data.writeUInt32LE(arch, 4);
  args.forEach((arg, i) => {
    data.writeBigUInt64LE(BigInt.asUintN(64, arg), 16 + i * 8);
  });
  const program = Buffer.from(filter.buffer, filter.byteOffset, filter.length);
  let a = 0;
  let steps = 0;
  for (let at = 0; at < program.length; at += 8) {
    steps++;
    const [code, jt, jf, k] = [
      program.readUInt16LE(at),
      program.readUInt8(at + 2),
      program.readUInt8(at + 3),
      program.readUInt32LE(at + 4),
    ];
    const jump = (holds: boolean) => {
      at += 8 * (holds ? jt : jf);
    };
    if (code === RET) return { value: k, steps };
    else if (code === LD) a = data.readUInt32LE(k);
    else if (code === AND) a = (a & k) >>> 0;
    else if (code === JA) at += 8 * k;
    else if (code === JEQ) jump(a === k);
    else if (code === JGT) jump(a > k);
    else if (code === JGE) jump(a >= k);
    else if (code === JSET) jump((a & k) !== 0);
    else throw new Error(`no instruction 0x${code.toString(16)} at ${at / 8}`);
  }
  throw new Error("the filter has no end");
}
