/**
 * Faults for tests, by FT_DOCKER_FAULT: `fail:N` makes step N fail, `crash:N` kills the runtime directly after step N,
 * `crash-ledger:N` after the N-th change of its ledger. What is left behind afterwards is the question.
 */
import { closeSync } from "node:fs";
import { CLONE_NEWPID, SIGKILL } from "./constants.ts";
import { whenReadable } from "./native.ts";
import { pipe } from "./pairs.ts";
import {
  type Arg,
  flatten,
  type Item,
  isAct,
  isChild,
  isClone,
  isList,
  type Step,
  slot,
  step,
} from "./program.ts";
import { syscall } from "./syscall.ts";

interface Fault {
  readonly kind: string;
  readonly at: number;
}

export function faultFromEnvironment(): Fault | undefined {
  const match = /^(fail|crash|crash-ledger):(\d+)$/.exec(process.env.FT_DOCKER_FAULT ?? "");
  return match ? { kind: match[1] ?? "", at: Number(match[2]) } : undefined;
}

/** kill -9 of the runtime by itself. */
export const crash = (): void => {
  process.kill(process.pid, "SIGKILL");
};

/** A program with a fault in it, and what the launch needs for that. */
export interface Faulty {
  readonly program: readonly Item[];
  readonly slots: Readonly<Record<string, number>>;
  /** The one that is to fail. */
  readonly broken: Item | undefined;
  /** To be called when the command has been executed. */
  readonly executed: () => void;
  /** The step as it stands in `program`. */
  readonly copyOf: (original: Step) => Step;
}

const same = (each: Step): Step => each;

export function withFault(program: readonly Item[]): Faulty {
  const fault = faultFromEnvironment();
  const target = fault && flatten(program)[fault.at - 1];
  const none = { program, slots: {}, broken: undefined, executed: () => {}, copyOf: same };
  if (!target) return none;
  if (fault.kind === "fail") return { ...none, broken: target };
  if (fault.kind !== "crash") return none;
  if (isAct(target) || (program.includes(target) && !target.args.some(isList)))
    return { ...none, program: suicide(program, target) };
  if (target.call.startsWith("execve")) return { ...none, executed: crash };
  return { ...none, ...withCrash(program, target) };
}

/** An act, or a step that the runtime runs itself. */
function suicide(program: readonly Item[], target: Item): Item[] {
  return program.flatMap((each) => (each === target ? [each, kill()] : [each]));
}

/** A step of the container's parent, or its birth: it is in the runtime's own PID namespace, and the runtime waits for a word of it. */
function isMonitors(first: Item | undefined, target: Step): boolean {
  const list = first && !isAct(first) ? (first.args.find(isList) ?? []) : [];
  const clones = list.filter(isClone).map(({ args: [args] }) => args as { readonly flags: bigint });
  return (
    (target === first || list.includes(target)) &&
    clones.some(({ flags }) => (flags & BigInt(CLONE_NEWPID)) !== 0n)
  );
}

const kill = (): Step => step("kill", [process.pid, SIGKILL], "fault: the runtime is killed now");

/** poll(2): `struct pollfd` has the fd in its first 32 bits and the events in the next 16. */
const POLLIN = 1;

/**
 * The child says by a byte that the step is done, and waits for the runtime's end. Then it goes on, as a child does
 * whose runtime was killed at that moment. A helper that the runtime waits for sees its pid, and kills it itself.
 */
function withCrash(program: readonly Item[], target: Step): Pick<Faulty, "program" | "slots" | "copyOf"> {
  const [readEnd, writeEnd] = pipe();
  const runtime = syscall("pidfd_open", [process.pid, 0]);
  const stop = whenReadable(readEnd, crash);
  const pollfd = new Uint8Array(Int32Array.of(runtime, POLLIN).buffer);
  const [first] = flatten(program).filter(isChild);
  const inContainer = flatten(first ? [first] : []).includes(target) && !isMonitors(first, target);
  const pause = [
    inContainer
      ? step("write", [slot("crash"), new Uint8Array(1), 1], "fault: the runtime is to be killed now")
      : kill(),
    step("ppoll", [pollfd, 1, null, null, 0], "fault: wait for the runtime's end", { optional: true }),
  ];
  const copies = new Map<Arg, Step>();
  const insert = (steps: readonly Step[]): Step[] =>
    steps.flatMap((each) => {
      const list = each.args.find(isList);
      if (!list) {
        const same = each.args.some((arg) => copies.has(arg)) ? withCopies(each) : each;
        // The fault's own pipe stays open.
        if (each.call === "close_range" && each.args[2] === 0) return each === target ? pause : [];
        // Nothing comes behind the end.
        if (each.call === "exit_group") return each === target ? [...pause, same] : [same];
        return each === target ? [same, ...pause] : [same];
      }
      // What runs next after a clone is the child, so the pause goes there.
      const childList = each === target ? [...pause, ...list] : insert(list);
      const copy = { ...each, args: each.args.map((arg) => (arg === list ? childList : arg)) };
      copies.set(each, copy);
      return [copy];
    });
  const withCopies = (each: Step) => ({ ...each, args: each.args.map((arg) => copies.get(arg) ?? arg) });
  process.once("exit", () => {
    stop();
    for (const fd of [readEnd, writeEnd, runtime]) closeSync(fd);
  });
  const items = program.flatMap((each): Item[] => (isAct(each) ? [each] : insert([each])));
  return { program: items, slots: { crash: writeEnd }, copyOf: (each) => copies.get(each) ?? each };
}
