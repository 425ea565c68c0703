/**
 * A program: a list of syscalls as data. It can be printed (`formatText`, `toJSON`), written into memory for the
 * launcher (`encode`), and asked afterwards what each of its steps returned.
 */
import type { CALLS, CallName, Kind, STRUCTS, StructName } from "./calls.ts";
import { CLONE_PARENT, CLONE_PIDFD } from "./constants.ts";

/** A number that is known only when the program runs: the runtime's end of a socket, the fd of a file it made. */
export interface Slot {
  readonly slot: string;
}

export const slot = (name: string): Slot => ({ slot: name });

type Num = number | bigint | Step | Slot;
type Struct<S extends StructName> = {
  readonly [F in keyof (typeof STRUCTS)[S]]?: FieldOf<(typeof STRUCTS)[S][F]>;
};
type FieldOf<K> = K extends "bytes" ? Uint8Array | null : K extends StructName ? Struct<K> | null : Num;

/** What TypeScript takes for a kind of argument; the compiler checks every call against the table. */
type ArgOf<K extends Kind> = K extends "path" | "string"
  ? string | null
  : K extends "argv" | "environment"
    ? readonly string[]
    : K extends "bytes" | "signals"
      ? Uint8Array | null
      : K extends "list"
        ? readonly Step[]
        : K extends StructName
          ? Struct<K> | null
          : Num;

export type Args<C extends CallName> = ArgsOf<(typeof CALLS)[C]["params"]>;
type ArgsOf<P extends readonly Kind[]> = { readonly [I in keyof P]: ArgOf<P[I]> };

export type Arg = Num | string | null | Uint8Array | readonly string[] | readonly Step[] | StructValue;
export interface StructValue {
  readonly [field: string]: Num | Uint8Array | StructValue | null | undefined;
}

/** One syscall, with the reason for it. A step given as an argument stands for what it returned. */
export interface Step {
  readonly call: CallName;
  readonly args: readonly Arg[];
  readonly why: string;
  /** The list goes on when this step fails. */
  readonly optional: boolean;
  /** What a user can do when this step fails. */
  readonly hint: string | undefined;
  /** FILE:LINE where the step was written, while `captureSources` is on. */
  readonly source: string | undefined;
}

/** The first process of the container, as the runtime sees it. */
export interface Child {
  /** An act may put another process here, a child of the child's own. */
  pid: number;
  pidfd: number;
  /** What a step has returned; of another process's it is only known when that has run it. */
  resultOf(step: Step): number;
  /** The program's: what an act puts here, the steps behind it have. The slot "child" is the pidfd. */
  readonly slots: Record<string, number>;
}

/**
 * What the runtime does from outside while the child waits, where a step won't do: it needs the child's pid in a path, or it
 * is a conversation (netlink). `does` says it as a step's name and arguments would.
 */
export interface Act {
  readonly does: string;
  readonly why: string;
  readonly hint: string | undefined;
  readonly source: string | undefined;
  run(child: Child): void;
}

/** What a program is made of; a child's own list has steps only. */
export type Item = Step | Act;

let capturing = false;
/** Makes each `step` note where it was written: a stack trace each, so only for --explain and --trace. */
export function captureSources(): void {
  capturing = true;
}

/** `step("chdir", ["/"], "the new root")`: one line of a program. The reason is comment, output and caption at once. */
export function step<C extends CallName>(
  call: C,
  args: Args<C>,
  why: string,
  options: { optional?: boolean; hint?: string } = {},
): Step {
  return {
    call,
    args: args as unknown as readonly Arg[],
    why,
    optional: options.optional ?? false,
    hint: options.hint,
    source: capturing ? caller() : undefined,
  };
}

/** One act of a program, behind its `child`. What `run` throws ends the child, and is reported: a SyscallError as a step's is. */
export const act = (
  does: string,
  why: string,
  run: (child: Child) => void,
  options: { hint?: string } = {},
): Act => ({ does, why, run, hint: options.hint, source: capturing ? caller() : undefined });

/** The first place outside this folder and common/: a chapter's line is what a reader wants to be shown. */
function caller(): string | undefined {
  const places = (new Error().stack ?? "").split("\n").slice(3);
  const files = places.map((place) => /(?:file:\/\/)?(\/[^()]+?):(\d+):\d+\)?$/.exec(place));
  const found = files.find((file) => file?.[1]?.includes("/chapters/")) ?? files[0];
  return found
    ? `${found[1]?.replace(/^.*\/(?=(chapters|common|syscall|test)\/)/, "")}:${found[2]}`
    : undefined;
}

export const isAct = (item: Item): item is Act => "does" in item;
export const isStep = (arg: unknown): arg is Step => typeof arg === "object" && arg !== null && "call" in arg;
export const isSlot = (arg: unknown): arg is Slot => typeof arg === "object" && arg !== null && "slot" in arg;
export const isList = (arg: unknown): arg is readonly Step[] => Array.isArray(arg) && isStep(arg[0]);

export const isClone = (item: Item): item is Step => !isAct(item) && item.args.some(isList);

/** The clone whose child is the runtime's to wait for: see `child` and `childAmong` of launch.ts. */
export function isChild(item: Item): boolean {
  if (!isClone(item)) return false;
  const [{ flags }] = item.args as readonly [{ readonly flags: bigint }];
  return (flags & BigInt(CLONE_PIDFD | CLONE_PARENT)) !== 0n;
}

/** All items in the order in which they are numbered: a child's list directly after the clone that starts it. */
export function flatten(items: readonly Item[]): Item[] {
  return items.flatMap((each) => [each, ...(isAct(each) ? [] : each.args.filter(isList).flatMap(flatten))]);
}
