/** Programs and arguments as the kernel and the launcher read them: 64-bit words, C strings, structs. */
import { CALLS, type Kind, STRUCTS, type StructName, syscallNumber } from "./calls.ts";
import type { Memory } from "./memory.ts";
import { addressOf } from "./native.ts";
import { type Arg, type Item, isList, isSlot, isStep, type Step, type StructValue } from "./program.ts";

/** `struct step` of native/launch.c, in bytes. */
const STEP = { nr: 0, arg: 8, refs: 56, flags: 64, result: 72, size: 80 } as const;
const END = -1;
const STEP_OPTIONAL = 1;
const STEP_CLONE = 2;
/** What stands in a result before the step has run: no syscall returns it. */
export const NOT_RUN = -(2n ** 63n);
/** No kernel has a syscall with this number, so a step that has it fails with ENOSYS. */
const NO_SYSCALL = 0x3fffffff;
/** The launcher needs some 200 bytes of it; the kernel's signal frame, were there one, 4 KiB. */
const STACK_SIZE = 8192;

/** A program in memory. */
export class Encoded {
  /** Where each step's result is. */
  readonly results = new Map<Step, number>();
  /** Where the kernel writes the pidfd of the first child: clone(2), CLONE_PIDFD. */
  pidfd: number | undefined;
  private readonly arrays = new Map<readonly string[], number>();
  readonly memory: Memory;
  private readonly slots: Readonly<Record<string, number>>;
  private readonly broken: Item | undefined;

  /** `broken`: the step that is to fail (for tests of what a failure leaves behind). */
  constructor(memory: Memory, slots: Readonly<Record<string, number>> = {}, broken?: Item) {
    this.memory = memory;
    this.slots = slots;
    this.broken = broken;
  }

  /** Writes a list and, before it, those of the children that it clones; returns its address. */
  list(steps: readonly Step[]): number {
    const start = this.memory.reserve((steps.length + 1) * STEP.size);
    // A list may name the results of steps before it only, so their addresses are known when they're needed.
    steps.forEach((step, i) => {
      this.results.set(step, start + i * STEP.size + STEP.result);
    });
    steps.forEach((step, i) => {
      this.step(start + i * STEP.size, step);
    });
    this.memory.setWord(start + steps.length * STEP.size, END);
    return start;
  }

  /** What the step returned, or NOT_RUN. */
  resultOf(step: Step): bigint {
    return this.memory.getWord(this.addressOfResult(step));
  }

  allResults(): Map<Item, bigint> {
    return new Map([...this.results].map(([step, at]) => [step, this.memory.getWord(at)]));
  }

  private step(at: number, step: Step): void {
    const kinds = CALLS[step.call].params as readonly Kind[];
    let refs = 0;
    step.args.forEach((arg, i) => {
      if (isStep(arg)) refs |= 1 << i;
      this.memory.setWord(at + STEP.arg + i * 8, this.word(arg, kinds[i] ?? "int"));
    });
    const clones = step.args.some(isList);
    this.memory.setWord(at, step === this.broken ? NO_SYSCALL : syscallNumber(step.call));
    this.memory.setWord(at + STEP.refs, refs);
    this.memory.setWord(at + STEP.flags, (step.optional ? STEP_OPTIONAL : 0) | (clones ? STEP_CLONE : 0));
    this.memory.setWord(at + STEP.result, NOT_RUN);
  }

  /** One argument as the word that goes into a register: a number, or where in memory the value is. */
  word(arg: Arg | undefined, kind: Kind): number | bigint {
    if (arg === null || arg === undefined) return 0;
    if (typeof arg === "number" || typeof arg === "bigint") return arg;
    if (typeof arg === "string") return this.text(arg);
    if (arg instanceof Uint8Array) return addressOf(arg);
    if (isSlot(arg)) return this.slotValue(arg.slot);
    if (isStep(arg)) return this.addressOfResult(arg);
    if (kind === "argv" || kind === "environment") return this.array(arg as readonly string[]);
    if (kind === "list") return this.list(arg as readonly Step[]);
    return this.struct(arg as StructValue, kind as StructName);
  }

  private text(text: string): number {
    if (text.includes("\0")) throw new RangeError(`${JSON.stringify(text)} has a NUL character in it`);
    return this.memory.text(text);
  }

  private slotValue(name: string): number {
    const value = this.slots[name];
    if (value === undefined) throw new RangeError(`the program needs a value for <${name}>`);
    return value;
  }

  private addressOfResult(step: Step): number {
    const address = this.results.get(step);
    if (address === undefined) throw new RangeError(`${step.call} is used before it has run: ${step.why}`);
    return address;
  }

  /** The launcher looks results up for arguments, not inside of structs: there the step must have run already. */
  private known(step: Step): bigint {
    const result = this.resultOf(step);
    if (result === NOT_RUN) throw new RangeError(`${step.call} hasn't run yet: ${step.why}`);
    return result;
  }

  /** An array of C strings with NULL after it; an environment that several steps share is written once. */
  private array(texts: readonly string[]): number {
    const known = this.arrays.get(texts);
    if (known !== undefined) return known;
    const start = this.memory.reserve((texts.length + 1) * 8);
    texts.forEach((text, i) => {
      this.memory.setWord(start + i * 8, this.text(text));
    });
    this.arrays.set(texts, start);
    return start;
  }

  private struct(value: StructValue, name: StructName): number {
    const fields: Readonly<Record<string, Kind>> = STRUCTS[name];
    const names = Object.keys(fields);
    const start = this.memory.reserve(names.length * 8);
    names.forEach((field, i) => {
      const arg = value[field];
      const word = isStep(arg) ? this.known(arg) : this.word(arg, fields[field] ?? "int");
      this.memory.setWord(start + i * 8, word);
    });
    if (name === "clone_args") {
      const set = (field: string, word: number) =>
        this.memory.setWord(start + names.indexOf(field) * 8, word);
      set("stack", this.memory.reserve(STACK_SIZE));
      set("stack_size", STACK_SIZE);
      const pidfd = this.memory.reserve(8);
      set("pidfd", pidfd);
      this.pidfd ??= pidfd;
    }
    return start;
  }
}
