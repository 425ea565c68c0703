/** Programs and steps as people read them: strace's notation, with the reason for each call. */
import { getSystemErrorMap } from "node:util";
import { CALLS, type Kind, kernelName, STRUCTS, type StructName } from "./calls.ts";
import { AT_FDCWD, decodeFlags, TABLES, type TableName } from "./constants.ts";
import { type Arg, flatten, type Item, isAct, isList, isSlot, isStep } from "./program.ts";

/** `mount("proc", "/proc", "proc", MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)`; `#4` is what step 4 returned. */
export function formatCall(step: Item, program: readonly Item[]): string {
  if (isAct(step)) return `runtime: ${step.does}`;
  const kinds = CALLS[step.call].params as readonly Kind[];
  const shown = step.args.filter((arg) => !isList(arg));
  return `${kernelName(step.call)}(${shown.map((arg, i) => formatArg(arg, kinds[i] ?? "int", program)).join(", ")})`;
}

function formatArg(arg: Arg | undefined, kind: Kind, program: readonly Item[]): string {
  if (arg === null || arg === undefined) return "NULL";
  if (isStep(arg)) return `#${program.indexOf(arg) + 1}`;
  if (isSlot(arg)) return `<${arg.slot}>`;
  if (typeof arg === "string") return JSON.stringify(arg);
  if (typeof arg === "number" || typeof arg === "bigint") return formatNumber(arg, kind);
  if (kind === "signals" && arg instanceof Uint8Array)
    return arg.every((byte) => byte === 0xff) ? "~[]" : "[]";
  if (arg instanceof Uint8Array) return formatBytes(arg);
  if (kind === "environment" && Array.isArray(arg)) return `[/* ${arg.length} vars */]`;
  if (Array.isArray(arg)) return `[${arg.map((text) => JSON.stringify(text)).join(", ")}]`;
  const fields: Record<string, Kind> = STRUCTS[kind as StructName];
  const shown = Object.entries(arg).filter(([, value]) => value !== undefined);
  return `{${shown.map(([name, value]) => `${name}: ${formatArg(value, fields[name] ?? "int", program)}`).join(", ")}}`;
}

function formatNumber(value: number | bigint, kind: Kind): string {
  if (kind === "fd" && value === AT_FDCWD) return "AT_FDCWD";
  if (kind === "octal") return `0${value.toString(8)}`;
  return kind in TABLES ? decodeFlags(kind as TableName, Number(value)) : `${value}`;
}

function formatBytes(bytes: Uint8Array): string {
  if (bytes.length > 0 && bytes.every(isPrintable))
    return JSON.stringify(Buffer.from(bytes).toString("latin1"));
  const hex = Buffer.from(bytes.subarray(0, 16))
    .toString("hex")
    .replace(/(..)(?=.)/g, "$1 ");
  return `<${hex}${bytes.length > 16 ? " …" : ""}>`;
}

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;

/** The whole program, numbered; a child's steps stand indented below the clone that starts it. */
export function formatProgram(program: readonly Item[]): string {
  const all = flatten(program);
  const lines = (items: readonly Item[], indent: string): string[] =>
    items.flatMap((each) => [
      `${indent}# ${each.why}`,
      `${indent}${String(all.indexOf(each) + 1).padStart(2)}  ${formatCall(each, all)}${!isAct(each) && each.optional ? "  (may fail)" : ""}`,
      ...(isAct(each) ? [] : each.args.filter(isList).flatMap((child) => lines(child, `${indent}  `))),
    ]);
  return lines(program, "").join("\n");
}

export interface StepJSON {
  call: string;
  args: unknown[];
  why: string;
  source: string | undefined;
}

/** The program as data: flags by name, results of earlier steps as `#N`; a child's steps follow its clone. */
export function toJSON(program: readonly Item[]): StepJSON[] {
  const all = flatten(program);
  return all.map((each) => {
    if (isAct(each)) return { call: "runtime", args: [each.does], why: each.why, source: each.source };
    const kinds = CALLS[each.call].params as readonly Kind[];
    const args = each.args
      .filter((arg) => !isList(arg))
      .map((arg, i) => jsonArg(arg, kinds[i] ?? "int", all));
    return { call: kernelName(each.call), args, why: each.why, source: each.source };
  });
}

function jsonArg(arg: Arg, kind: Kind, program: readonly Item[]): unknown {
  if (arg === null || typeof arg === "string") return arg;
  if (Array.isArray(arg)) return arg;
  if ((kind === "int" || kind === "fd") && typeof arg === "number" && arg !== AT_FDCWD) return arg;
  if (typeof arg === "object" && kind in STRUCTS) {
    const fields: Record<string, Kind> = STRUCTS[kind as StructName];
    const entries = Object.entries(arg).filter(([, value]) => value !== undefined);
    return Object.fromEntries(
      entries.map(([name, value]) => [name, jsonArg(value, fields[name] ?? "int", program)]),
    );
  }
  return formatArg(arg, kind, program);
}

/** `EPERM (operation not permitted)` for 1, as errno(3) names it. */
export function formatErrno(errno: number): string {
  const [name, text] = getSystemErrorMap().get(-errno) ?? [
    `errno ${errno}`,
    "an error that this Node has no name for",
  ];
  return `${name} (${text})`;
}
