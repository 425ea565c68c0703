/** Which devices a container's cgroup lets it open: nothing else than what is listed. With v1 a file for each rule. */
import type { Device, DeviceNumbers } from "./devices.ts";

// #region rules
export interface DeviceRule extends Omit<DeviceNumbers, "major" | "minor"> {
  /** Undefined for any; so is `minor`. */
  readonly major: number | undefined;
  readonly minor: number | undefined;
  /** Of "rwm": read, write, mknod. */
  readonly access: string;
}

const rule = (type: "c" | "b", major?: number, minor?: number, access = "rwm"): DeviceRule => ({
  type,
  major,
  minor,
  access,
});

/** Docker's: any file may be made, which is no use without opening it. devices.txt of the kernel names the numbers. */
const DEFAULT = [
  rule("c", undefined, undefined, "m"),
  rule("b", undefined, undefined, "m"),
  rule("c", 1, 3), // null
  rule("c", 1, 5), // zero
  rule("c", 1, 7), // full
  rule("c", 1, 8), // random
  rule("c", 1, 9), // urandom
  rule("c", 5, 0), // tty
  rule("c", 5, 1), // console
  rule("c", 5, 2), // ptmx
  rule("c", 136), // pts/0 to 255; there are more than one major number of them, up to 143
];

/** None at all for a container that may open every device. */
export function deviceRules(
  devices: readonly Device[],
  privileged: boolean,
): readonly DeviceRule[] | undefined {
  return privileged ? undefined : [...DEFAULT, ...devices];
}

/** cgroup v1: what is written into which file of the group, one after the other. */
export const allowInFiles = (rules: readonly DeviceRule[]): (readonly [file: string, text: string])[] => [
  ["devices.deny", "a"],
  ...rules.map((each) => ["devices.allow", formatRule(each)] as const),
];

/** "c 1:3 rwm", "b *:* m" */
export const formatRule = ({ type, major = -1, minor = -1, access }: DeviceRule): string =>
  `${type} ${star(major)}:${star(minor)} ${access}`;

const star = (number: number): string => (number < 0 ? "*" : `${number}`);
// #endregion rules
