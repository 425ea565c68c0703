/**
 * What a container may use at most, as the flags of `run` say it: in Docker's names and units, whatever the kernel's files
 * for it are called. limits-v2.ts and limits-v1.ts translate.
 */
import { existsSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Flags, Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";

// #region flags
export const LIMIT_FLAGS: Flags = {
  memory: { short: "m", value: "SIZE", help: "memory at most, such as 512m or 2g" },
  "memory-swap": {
    value: "SIZE",
    help: "memory and swap together at most; -1 for any (default: twice --memory)",
  },
  "memory-reservation": { value: "SIZE", help: "memory that is left to it when the host runs short" },
  cpus: { value: "N", help: "processors at most, such as 0.5" },
  "cpu-shares": { value: "N", help: "its weight where processors are scarce (default: 1024)" },
  "cpuset-cpus": { value: "LIST", help: "the processors that it may use, such as 0-2,4" },
  "pids-limit": { value: "N", help: "processes and threads at most; -1 for any number" },
  "device-read-bps": {
    value: "DEV:RATE",
    multiple: true,
    help: "bytes read from a disk in a second, at most",
  },
  "device-write-bps": {
    value: "DEV:RATE",
    multiple: true,
    help: "bytes written to a disk in a second, at most",
  },
  "cgroup-conf": {
    value: "FILE=VALUE",
    multiple: true,
    help: "write any file of cgroup v2, such as memory.high=64M",
  },
};
// #endregion flags

export interface Limits {
  /** In bytes. */
  readonly memory: number | undefined;
  /** Memory and swap together, in bytes; Infinity for any. */
  readonly memorySwap: number | undefined;
  /** In bytes. */
  readonly memoryReservation: number | undefined;
  readonly cpus: number | undefined;
  /** 2 to 262144. */
  readonly cpuShares: number | undefined;
  readonly cpusetCpus: string | undefined;
  /** Infinity for any number. */
  readonly pids: number | undefined;
  readonly readBps: readonly DeviceRate[];
  readonly writeBps: readonly DeviceRate[];
  /** Files of cgroup v2 and what is written into them. */
  readonly conf: readonly (readonly [file: string, value: string])[];
}

// #region setting
/** One limit as the kernel takes it: a text written into a file of the group. */
export interface Setting {
  readonly controller: string;
  readonly file: string;
  readonly value: string;
  readonly why: string;
}
// #endregion setting

export interface DeviceRate {
  /** "MAJOR:MINOR", as the kernel names a disk. */
  readonly device: string;
  /** In bytes a second. */
  readonly rate: number;
}
const MIB = 1024 * 1024;

export function parseLimits(values: Values): Limits {
  const size = (flag: string) => parse(flag, values, (text) => parseSize(flag, text));
  const limits: Limits = {
    memory: size("memory"),
    memorySwap: parse("memory-swap", values, (text) =>
      text === "-1" ? Infinity : parseSize("memory-swap", text),
    ),
    memoryReservation: size("memory-reservation"),
    cpus: parse("cpus", values, parseCpus),
    cpuShares: parse("cpu-shares", values, parseShares),
    cpusetCpus: parse("cpuset-cpus", values, parseList),
    pids: parse("pids-limit", values, parsePids),
    readBps: (values["device-read-bps"] ?? []).map((text) => parseRate("device-read-bps", text)),
    writeBps: (values["device-write-bps"] ?? []).map((text) => parseRate("device-write-bps", text)),
    conf: (values["cgroup-conf"] ?? []).map(parseConf),
  };
  checkMemory(limits, values);
  return limits;
}

function parse<T>(flag: string, values: Values, read: (text: string) => T): T | undefined {
  const text = values[flag]?.[0];
  return text === undefined ? undefined : read(text);
}

/** Below 6 MiB hardly anything starts; Docker draws the same line. */
function checkMemory({ memory, memorySwap, memoryReservation }: Limits, values: Values): void {
  const wrong = (flag: string, why: string, hint: string) => refuse(flag, values[flag]?.[0] ?? "", why, hint);
  if (memory !== undefined && memory < 6 * MIB) throw wrong("memory", "less than 6m", "-m 6m or more");
  if (memorySwap !== undefined && memory === undefined)
    throw wrong("memory-swap", "there is no --memory", "it limits memory and swap together: add -m SIZE");
  if (memorySwap !== undefined && memorySwap < (memory ?? 0))
    throw wrong("memory-swap", "less than --memory", "it limits memory and swap together");
  if (memoryReservation !== undefined && memoryReservation > (memory ?? Infinity))
    throw wrong("memory-reservation", "more than --memory", "nobody can reserve what may not be used");
}

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  m: MIB,
  g: 1024 * MIB,
  t: 1024 * 1024 * MIB,
};

/** "512m", "1.5g", "1000": bytes, and units that are powers of 1024, as with Docker. */
function parseSize(flag: string, text: string): number {
  const [, number = "", unit = "b"] = /^(\d+(?:\.\d+)?)([bkmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[unit.toLowerCase() || "b"] ?? 1));
  if (number !== "" && bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  throw refuse(flag, text, "not a size", "a number with b, k, m, g or t after it, such as 64m");
}

function parseCpus(text: string): number {
  const all = availableParallelism();
  const cpus = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (cpus >= 0.01 && cpus <= all) return cpus;
  throw refuse("cpus", text, "not a number of processors that there are", `0.01 to ${all} on this machine`);
}

function parseShares(text: string): number {
  const shares = Number(text);
  if (Number.isInteger(shares) && shares >= 2 && shares <= 262144) return shares;
  throw refuse("cpu-shares", text, "not a weight", "2 to 262144; 1024 is what everybody has");
}

function parseList(text: string): string {
  if (/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return text;
  throw refuse("cpuset-cpus", text, "not a list of processors", "such as 0 or 0-2,4");
}

function parsePids(text: string): number {
  if (text === "-1") return Infinity;
  const pids = Number(text);
  if (/^\d+$/.test(text) && pids > 0) return pids;
  throw refuse("pids-limit", text, "not a number of processes", "1 or more, or -1 for any number");
}

function parseRate(flag: string, text: string): DeviceRate {
  const [, file = "", rate = ""] = /^(\/.+):([^:]+)$/.exec(text) ?? [];
  if (file === "") throw refuse(flag, text, "not DEV:RATE", "such as /dev/sda:10m, in bytes a second");
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isBlockDevice()) throw refuse(flag, text, `${file} isn't a disk`, "lsblk lists them");
  const device = `${major(stat.rdev)}:${minor(stat.rdev)}`;
  if (existsSync(`/sys/dev/block/${device}/partition`))
    throw refuse(
      flag,
      text,
      `${file} is a part of a disk`,
      "the kernel limits whole disks only: name that one",
    );
  return { device, rate: parseSize(flag, rate) };
}

/** makedev(3): how the two numbers lie in one. */
const major = (rdev: number): number => (rdev >>> 8) & 0xfff;
const minor = (rdev: number): number => (rdev & 0xff) | ((rdev >>> 12) & 0xfff00);

function parseConf(text: string): [string, string] {
  const [, file = "", value = ""] = /^([a-z]+\.[a-z0-9._]+)=(.+)$/.exec(text) ?? [];
  if (file !== "" && !file.startsWith("cgroup.")) return [file, value];
  throw refuse("cgroup-conf", text, "not FILE=VALUE", "a controller's file, such as memory.high=64M");
}

function refuse(flag: string, text: string, why: string, hint: string): UserError {
  return new UserError(`--${flag} ${text}`.trimEnd().concat(`: ${why}`), { hint });
}
