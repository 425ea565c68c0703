/**
 * A device is two numbers and a kind; whoever may make or open a file with them reaches the driver. Two things decide what a
 * container reaches: which device files are in its /dev, and which devices its cgroup lets it open at all, wherever the file
 * comes from (an image, a volume, mknod). This is what is to be: device-rules.ts and the cgroups tell the kernel.
 */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Flags, Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import type { DeviceFile, Volume } from "./volumes.ts";

export const DEVICE_FLAGS: Flags = {
  device: {
    value: "SRC[:DST[:rwm]]",
    multiple: true,
    help: "show a device of the host's, to read, write, make",
  },
};

export interface DeviceNumbers {
  readonly type: "c" | "b";
  readonly major: number;
  readonly minor: number;
}

/** A device file of the host's, and where the container has it. */
export interface Device extends DeviceNumbers {
  readonly source: string;
  readonly target: string;
  /** Of "rwm": read, write, mknod. */
  readonly access: string;
  readonly file: DeviceFile;
}

/** As Docker takes it; a directory stands for all devices in it. With `--privileged`, all of the host's besides. */
export function parseDevices(values: Values): Device[] {
  const named = (values.device ?? []).flatMap(parseDevice);
  if (values.privileged?.[0] !== "true") return named;
  return [...hostDevices().filter(({ target }) => !named.some((each) => each.target === target)), ...named];
}

function parseDevice(text: string): Device[] {
  const refuse = (why: string, hint = "SRC, SRC:DST, SRC:rwm or SRC:DST:rwm") =>
    new UserError(`--device ${text}: ${why}`, { hint });
  const [source = "", second, third, ...rest] = text.split(":");
  const isAccess = (word: string | undefined) => word !== undefined && /^(?!.*(.).*\1)[rwm]{1,3}$/.test(word);
  const target = second === undefined || (third === undefined && isAccess(second)) ? source : second;
  const access = third ?? (isAccess(second) ? second : undefined) ?? "rwm";
  if (rest.length > 0 || !isAccess(access)) throw refuse("not SRC:DST:rwm");
  if (!path.isAbsolute(source) || !path.isAbsolute(target)) throw refuse("not an absolute path");
  const found = devicesIn(source).map((each) => ({
    ...each,
    target: path.posix.join(target, path.relative(source, each.source)).replace(/\/$/, ""),
    access,
  }));
  if (found.length > 0) return found;
  throw refuse(`there is no device ${source}`, "ls /dev");
}

/** The device itself, or those below the directory. */
function devicesIn(file: string): Omit<Device, "target" | "access">[] {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return readdirSync(file).flatMap((name) => devicesIn(path.join(file, name)));
  if (!stat?.isCharacterDevice() && !stat?.isBlockDevice()) return [];
  const type = stat.isBlockDevice() ? "b" : "c";
  const { mode, gid, rdev } = stat;
  return [{ source: file, type, ...numbersOf(rdev), file: { mode, gid, rdev } }];
}

/** makedev(3): how the two numbers lie in one. */
const numbersOf = (rdev: number) => ({
  major: (rdev >>> 8) & 0xfff,
  minor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00),
});

/** With `--userns host` a bind mount of the host's file, and else a file of its own: see idmap.ts. */
export const deviceVolumes = (devices: readonly Device[]): Volume[] =>
  devices.map(({ source, target, file }) => ({
    source,
    target,
    readOnly: false,
    idmap: false,
    isDirectory: false,
    device: file,
  }));

/** Places of /dev that a container has of its own. */
const OWN = [
  "pts",
  "shm",
  "mqueue",
  "fd",
  "console",
  "ptmx",
  "tty",
  "null",
  "zero",
  "full",
  "random",
  "urandom",
];

function hostDevices(): Device[] {
  return readdirSync("/dev", { withFileTypes: true })
    .filter((entry) => !OWN.includes(entry.name) && !entry.isSymbolicLink())
    .flatMap(({ name }) => devicesIn(`/dev/${name}`))
    .map((each) => ({ ...each, target: each.source, access: "rwm" }));
}
