/**
 * The ledger: each change that a run makes to the host is written down before it is made, and undone from there, at
 * the end of the run or, when the runtime was killed, by `clean`. One file a run, whose owner is a process that still
 * runs or doesn't.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { crash, faultFromEnvironment } from "../syscall/faults.ts";
import { runFolder } from "./home.ts";
import { type Change, undo } from "./undo.ts";

interface Owner {
  readonly pid: number;
  /** When it started, in clock ticks since boot: a pid alone may be another process by now. */
  readonly started: string;
}

interface Record {
  readonly owner: Owner;
  readonly changes: readonly Change[];
}

export class Ledger {
  private readonly changes: Change[] = [];
  private file: string | undefined;

  /** Writes the change down. The file is there, whole, when this returns: then the change may be made. */
  add(change: Change): void {
    this.changes.push(change);
    this.file ??= newFile();
    const owner = { pid: process.pid, started: startTime(process.pid) ?? "" };
    writeFileSync(`${this.file}.new`, JSON.stringify({ owner, changes: this.changes } satisfies Record), {
      mode: 0o600,
    });
    renameSync(`${this.file}.new`, this.file);
    countFault();
  }

  /** Undoes what is written, the last change first, and forgets it. Safe to call twice. */
  close(): void {
    for (let change = this.changes.pop(); change; change = this.changes.pop())
      undo(change, { ownerDied: false });
    if (this.file) rmSync(this.file, { force: true });
    this.file = undefined;
  }
}

const folder = () => path.join(runFolder(), "ledger");

function newFile(): string {
  mkdirSync(folder(), { recursive: true, mode: 0o700 });
  return path.join(folder(), `${process.pid}-${process.hrtime.bigint()}.json`);
}

let written = 0;
function countFault(): void {
  const fault = faultFromEnvironment();
  written++;
  if (fault?.kind === "crash-ledger" && fault.at === written) crash();
}

/** Undoes the changes of runs whose runtime has died; returns how many such runs there were. */
export function cleanUp(): number {
  let runs = 0;
  for (const { file, record } of ledgers()) {
    if (record && isAlive(record.owner)) continue;
    for (const change of [...(record?.changes ?? [])].reverse()) undo(change, { ownerDied: true });
    rmSync(file, { force: true });
    rmSync(`${file}.new`, { force: true });
    runs++;
  }
  return runs;
}

/** The changes of runs that are still going on. */
export function liveChanges(): Change[] {
  return ledgers().flatMap(({ record }) => (record && isAlive(record.owner) ? record.changes : []));
}

/** A file that can't be read as a ledger was never renamed into place by us, or its disk is broken: it has no changes. */
function ledgers(): { file: string; record: Record | undefined }[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return names.map((name) => {
    const file = path.join(folder(), name);
    try {
      // A run's first write may have got no further than its ".new" file: then its first change wasn't made.
      return { file, record: JSON.parse(readFileSync(file, "utf8")) as Record };
    } catch {
      return { file, record: undefined };
    }
  });
}

const isAlive = (owner: Owner): boolean => startTime(owner.pid) === owner.started;

/** When a process started, in clock ticks since boot: proc(5), the 22nd field of `stat`. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
