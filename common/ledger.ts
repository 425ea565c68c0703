/**
 * The ledger: each change that a run makes to the host is written down before it is made, and undone from there, at
 * the end of the run or, when the runtime was killed, by `clean`. One file a run, whose owner is a process that still
 * runs or doesn't.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { crash, faultFromEnvironment } from "../syscall/faults.ts";
import { namesIn } from "./directory.ts";
import { placeError } from "./errors.ts";
import { runFolder } from "./home.ts";
import { locked } from "./lock.ts";
import { type Change, isShared, undo } from "./undo.ts";

interface Owner {
  readonly pid: number;
  /** When it started, in clock ticks since boot: a pid alone may be another process by now. */
  readonly started: string;
  /** FT_DOCKER_HOME may outlast a boot; the processes don't, and their numbers are others' then. */
  readonly boot: string;
}

interface Record {
  readonly owner: Owner;
  readonly changes: readonly Change[];
}

export class Ledger {
  private readonly changes: Change[] = [];
  private file: string | undefined;
  private owner: Owner | undefined;

  /** Writes the changes down. The file is there, whole, when this returns: then the changes may be made. */
  add(...changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.changes.push(...changes);
    this.written(() => (changes.some(isShared) ? alone(() => this.write()) : this.write()));
  }

  /** As `add`, for changes that depend on what other runs have: nobody else chooses meanwhile. */
  claim(choose: (others: readonly Change[]) => readonly Change[]): void {
    this.written(() =>
      alone(() => {
        this.changes.push(...choose(liveChanges(this.file)));
        this.write();
      }),
    );
  }

  private written(write: () => void): void {
    try {
      write();
    } catch (error) {
      throw placeError(`the ledger can't be written in ${folder()}`, error);
    }
    countFault();
  }

  /** From here on the changes are the other process's: when it ends, they are to be undone. Not by this one any more. */
  handOver(pid: number): void {
    this.owner = { ...ourselves(), pid, started: startTime(pid) ?? "" };
    this.written(() => this.write());
  }

  /** The ledger that has such a change: its owner has become this process, or has ended. */
  static adopt(has: (change: Change) => boolean): Ledger {
    const ledger = new Ledger();
    const found = ledgers().find(({ record }) => record?.changes.some(has));
    ledger.file = found?.file;
    ledger.changes.push(...(found?.record?.changes ?? []));
    return ledger;
  }

  /** Undoes what is written, the last change first, and forgets it. Safe to call twice. */
  close(): void {
    if (this.changes.some(isShared)) {
      alone(() => this.undoAll(liveChanges(this.file)));
    } else this.undoAll([]);
  }

  private write(): void {
    const file = this.file ?? newFile();
    const record: Record = { owner: this.owner ?? ourselves(), changes: this.changes };
    writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    this.file = file;
  }

  private undoAll(others: readonly Change[]): void {
    for (let change = this.changes.pop(); change; change = this.changes.pop())
      undo(change, { ownerDied: false, others });
    if (this.file) removeFile(this.file);
    this.file = undefined;
  }
}

/** As rmSync with `force`, which loads what removes directories first: longer than the rest of `close` takes. */
function removeFile(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

const folder = () => path.join(runFolder(), "ledger");

function newFile(): string {
  mkdirSync(folder(), { recursive: true, mode: 0o700 });
  return path.join(folder(), `${process.pid}-${process.hrtime.bigint()}.json`);
}

/** Several runs may need the same change: whether one still does mustn't change between the look and the removal. */
const alone = <T>(action: () => T): T => locked(folder(), 0o700, action);

/** With the changes of all runs that go on, this one's among them; none begins or ends meanwhile. */
export const withAll = <T>(action: (all: readonly Change[]) => T): T => alone(() => action(liveChanges()));

let written = 0;
function countFault(): void {
  const fault = faultFromEnvironment();
  written++;
  if (fault?.kind === "crash-ledger" && fault.at === written) crash();
}

/** Undoes the changes of runs whose runtime has died; returns how many such runs there were, and what went wrong. */
export function cleanUp(): { runs: number; errors: unknown[] } {
  if (!existsSync(folder())) return { runs: 0, errors: [] };
  return alone(() => {
    const dead = ledgers().filter(({ record }) => !(record && isAlive(record.owner)));
    const errors: unknown[] = [];
    for (const { file, record } of dead) {
      try {
        if (record) undoDead(record);
        rmSync(file, { force: true });
      } catch (error) {
        errors.push(error); // Its ledger stays, for the next time.
      }
    }
    removeDrafts();
    const records = dead.flatMap(({ record }) => record ?? []);
    return { runs: dead.length - records.filter((each) => isSecond(each, records)).length, errors };
  });
}

/** A bridge's ledger stands apart from that of the same run's container. */
const isSecond = ({ owner, changes }: Record, records: readonly Record[]): boolean =>
  Array.isArray(changes) &&
  changes.some((change: Change) => change.kind === "bridge") &&
  records.some((other) => other.changes !== changes && isDeepStrictEqual(other.owner, owner));

function undoDead({ owner, changes }: Record): void {
  const others = liveChanges();
  for (const change of [...changes].reverse()) {
    if (change.kind === "process" && owner.boot !== bootId()) continue;
    undo(change, { ownerDied: true, others });
  }
}

/** The changes of runs that are still going on, but for the one with this file. */
export function liveChanges(except?: string): Change[] {
  const others = ledgers().filter(({ file }) => file !== except);
  return others.flatMap(({ record }) => (record && isAlive(record.owner) ? record.changes : []));
}

/** A file that can't be read as a ledger was never renamed into place by us, or its disk is broken: it has no changes. */
function ledgers(): { file: string; record: Record | undefined }[] {
  return namesIn(folder())
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const file = path.join(folder(), name);
      try {
        return { file, record: JSON.parse(readFileSync(file, "utf8")) as Record };
      } catch {
        return { file, record: undefined };
      }
    });
}

/** A run that was killed while it wrote got no further than its ".new" file: that change wasn't made. */
function removeDrafts(): void {
  for (const name of namesIn(folder()).filter((each) => each.endsWith(".new"))) {
    if (startTime(Number.parseInt(name, 10)) === undefined)
      rmSync(path.join(folder(), name), { force: true });
  }
}

const isAlive = (owner: Owner): boolean => owner.boot === bootId() && startTime(owner.pid) === owner.started;

let us: Owner | undefined;
/** The owner of what this process writes. */
function ourselves(): Owner {
  us ??= { pid: process.pid, started: startTime(process.pid) ?? "", boot: bootId() };
  return us;
}

let boot: string | undefined;
/** random(4): another one after each boot. */
export function bootId(): string {
  boot ??= readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  return boot;
}

/**
 * When a process started, in clock ticks since boot: proc(5), the 22nd field of `stat`. None for one that has ended, even
 * if its parent doesn't wait for it (a shell that was replaced, PID 1 of a container): then it stays as a zombie.
 */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
