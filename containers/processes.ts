/** The processes of a container, read from /proc: proc(5), `status` and `stat`. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface ProcessInfo {
  /** As we count. */
  readonly pid: number;
  /** As the container counts; 0 for one in a deeper namespace that the container's list doesn't tell. */
  readonly inside: number;
  readonly parent: number;
  /** As we count. */
  readonly uid: number;
  /** One letter: R, S, D, Z, T … */
  readonly state: string;
  /** Processor time, in clock ticks (USER_HZ: 100 in a second). */
  readonly ticks: number;
  readonly command: string;
}

/**
 * Those of the PID namespace of the container's first process, and of those that it has made in turn. A process that has
 * joined the container is in its namespace as well, though its parent isn't.
 */
export function processesOf(first: number): ProcessInfo[] {
  const namespace = namespaceOf(first);
  const depth = numbersOf(readStatus(first) ?? "").length - 1;
  if (namespace === undefined || depth < 1) return [];
  const all = new Map(
    readdirSync("/proc").flatMap((name) => {
      const pid = Number(name);
      const status = Number.isInteger(pid) ? readStatus(pid) : undefined;
      return status === undefined ? [] : [[pid, status] as const];
    }),
  );
  const isInside = (pid: number): boolean => {
    const status = all.get(pid);
    if (status === undefined || numbersOf(status).length <= depth) return false;
    return namespaceOf(pid) === namespace || isInside(parentOf(status));
  };
  return [...all.keys()]
    .filter(isInside)
    .sort((a, b) => a - b)
    .flatMap((pid) => describe(pid, all.get(pid) ?? "", depth) ?? []);
}

function describe(pid: number, status: string, depth: number): ProcessInfo | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0$/, "").replaceAll("\0", " ");
    return {
      pid,
      inside: numbersOf(status)[depth] ?? 0,
      parent: parentOf(status),
      uid: Number(field(status, "Uid")[0]),
      state: fields[0] ?? "?",
      ticks: Number(fields[11]) + Number(fields[12]),
      // A zombie has no words any more, only a name.
      command: words === "" ? `[${field(status, "Name").join(" ")}]` : words,
    };
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

const field = (status: string, name: string): string[] =>
  new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1]?.split(/\s+/) ?? [];

/** Its number in our namespace, and in each that is nested in that, down to its own: NSpid. */
const numbersOf = (status: string): number[] => field(status, "NSpid").map(Number);
const parentOf = (status: string): number => Number(field(status, "PPid")[0]);

function readStatus(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return undefined;
  }
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}
