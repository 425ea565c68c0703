/**
 * Ranges of user and group ids that no process and no file of the host has: each container with a user namespace of its own
 * gets one while it runs. A lease is a lock on one byte of a file, which the kernel lets go however its holder ends.
 */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { F_OFD_SETLK, F_WRLCK } from "../syscall/constants.ts";
import { Cell, direct } from "../syscall/direct.ts";
import { SyscallError } from "../syscall/syscall.ts";
import { placeError, UserError } from "./errors.ts";

/** A range holds this many: all ids that files of usual images have, nobody's (65534) included. */
export const RANGE_SIZE = 65536;

export interface Range {
  /** The host's id that is 0 in the container. */
  readonly first: number;
  readonly size: number;
}

export interface Lease {
  readonly range: Range;
  /** The file with the lock. */
  readonly held: readonly number[];
  release(): void;
}

/**
 * Where /etc/subuid names none for us: 2046 ranges from 0x78000000 on. These ids are nobody's: below 0x70000000 are those of
 * systemd-nspawn's containers, and those that useradd(8) gives to users, from 0x7ffe0000 on systemd's "foreign" ones and
 * Podman's; directories (sssd, Samba) count from 200000 up to 0x77382480. See https://systemd.io/UIDS-GIDS/.
 */
const REGION: Range = { first: 0x78000000, size: 2046 * RANGE_SIZE };

/** The user in /etc/subuid and /etc/subgid whose ranges are taken instead: subuid(5). */
const SUBID_USER = "ft-docker";

/** Ids are the whole machine's, so this isn't in a folder that FT_DOCKER_HOME moves. */
const FILE = "/run/ft-docker/ids";

/** A range that nobody else has: until `release`, or until this process ends. */
export function leaseRange(): Lease {
  const fd = openLocks();
  const all = ranges();
  for (const range of all)
    if (lockByte(fd, range.first)) return { range, held: [fd], release: () => closeSync(fd) };
  closeSync(fd);
  throw new UserError(`--userns auto: all ${all.length} ranges of ids are in use`, {
    hint: `end a container, or give ${SUBID_USER} more in /etc/subuid and /etc/subgid`,
  });
}

/** The range that a run would get on a machine where nothing runs. */
export const firstRange = (): Range => ranges()[0] as Range;

function ranges(): Range[] {
  const uids = subordinate("/etc/subuid", [SUBID_USER]);
  if (uids.length === 0) return split(REGION);
  const gids = subordinate("/etc/subgid", [SUBID_USER]);
  const both = uids.filter((uid) => gids.some(({ first, size }) => first === uid.first && size === uid.size));
  const found = both.flatMap(split);
  if (found.length > 0) return found;
  throw new UserError(`${SUBID_USER} in /etc/subuid: not ${RANGE_SIZE} ids that /etc/subgid has as well`, {
    hint: `${SUBID_USER}:${REGION.first}:${REGION.size} in both files, or in none`,
  });
}

const split = ({ first, size }: Range): Range[] =>
  Array.from({ length: Math.floor(size / RANGE_SIZE) }, (_, i) => ({
    first: first + i * RANGE_SIZE,
    size: RANGE_SIZE,
  }));

/** What /etc/subuid or /etc/subgid gives to any of these users. Lines are USER:FIRST:COUNT: subuid(5). */
export function subordinate(file: string, users: readonly (string | undefined)[]): Range[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  const fields = lines.map((line) => line.split(":")).filter(([user]) => users.includes(user));
  return fields.map(([, first, size]) => ({ first: Number(first), size: Number(size) }));
}

function openLocks(): number {
  try {
    mkdirSync(path.dirname(FILE), { recursive: true, mode: 0o700 });
    return openSync(FILE, "a", 0o600);
  } catch (error) {
    throw placeError(`ids can't be reserved in ${FILE}`, error);
  }
}

let lock: Cell | undefined;

/** False where another process has it. `struct flock`: type and whence with 16 bits, then start and length with 64. */
function lockByte(fd: number, at: number): boolean {
  lock ??= new Cell(32);
  lock.bytes.fill(0);
  lock.bytes.writeUInt16LE(F_WRLCK, 0);
  lock.bytes.writeUInt32LE(at, 8);
  lock.bytes.writeUInt32LE(1, 16);
  const result = direct("fcntl", fd, F_OFD_SETLK, lock.address);
  if ([-constants.errno.EAGAIN, -constants.errno.EACCES].includes(result)) return false;
  if (result < 0) throw new SyscallError("fcntl", [fd, F_OFD_SETLK, at], -result);
  return true;
}
