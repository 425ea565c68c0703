/**
 * What root may do is divided into capabilities(7), each with a bit. execve(2) gives a command of user 0 all that is in its
 * bounding set, and one of another user none, unless its file says otherwise, and then none that isn't in the bounding set.
 * So that set is the limit, whatever runs later. It limits rights over the host's things only as far as a user namespace
 * doesn't: root of one has each capability over what belongs to it alone.
 */
import { readFileSync } from "node:fs";
import { type Flags, nearest, type Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { CAP, PR_CAPBSET_DROP, PR_SET_KEEPCAPS, PR_SET_NO_NEW_PRIVS } from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";

// #region default
export type Capability = keyof typeof CAP;

const ALL = Object.keys(CAP) as Capability[];

/** Docker's: enough for servers that drop root themselves. As a mask, 00000000a80425fb. */
export const DEFAULT: readonly Capability[] = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SETPCAP",
  "CAP_NET_BIND_SERVICE",
  "CAP_NET_RAW",
  "CAP_SYS_CHROOT",
  "CAP_MKNOD",
  "CAP_AUDIT_WRITE",
  "CAP_SETFCAP",
];

export const isDefault = (names: readonly Capability[]): boolean =>
  names.length === DEFAULT.length && DEFAULT.every((name) => names.includes(name));
// #endregion default

export const CAPABILITY_FLAGS: Flags = {
  "cap-add": { value: "NAME", multiple: true, help: "give a capability, such as NET_ADMIN, or ALL" },
  "cap-drop": { value: "NAME", multiple: true, help: "take a capability of Docker's default set, or ALL" },
  privileged: { help: "all capabilities and devices, no seccomp filter, nothing masked: not for strangers" },
};

/** As Docker has it: an ALL comes first, wherever it is written, and what is both added and dropped is added. */
export async function parseCapabilities(values: Values): Promise<readonly Capability[]> {
  if (values.privileged?.[0] === "true") return ALL;
  const [add, drop] = await Promise.all(
    (["cap-add", "cap-drop"] as const).map((flag) =>
      Promise.all((values[flag] ?? []).map((name) => parseName(flag, name))),
    ),
  );
  if (add?.includes("ALL")) return ALL.filter((name) => !drop?.includes(name));
  const basis = drop?.includes("ALL") ? [] : DEFAULT.filter((name) => !drop?.includes(name));
  return ALL.filter((name) => basis.includes(name) || add?.includes(name));
}

/** With or without CAP_, in upper or lower case. */
async function parseName(flag: string, text: string): Promise<Capability | "ALL"> {
  const upper = text.toUpperCase();
  const name = upper === "ALL" || upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
  if (name === "ALL" || isCapability(name)) return name;
  throw new UserError(`--${flag} ${text}: there is no such capability`, {
    hint: (await nearest(name, ALL, (each) => each.slice("CAP_".length))) ?? "capabilities(7) lists them",
  });
}

const isCapability = (name: string): name is Capability => Object.hasOwn(CAP, name);

// #region drop
/** To be run while the child still has CAP_SETPCAP. Those of a newer kernel, without a name here, go too, unless all stay. */
export function limitCapabilities(kept: readonly Capability[], held: bigint): Step[] {
  const bits = new Set<number>(kept.map((name) => CAP[name]));
  return [
    ...[...Array(lastCapability() + 1).keys()]
      .filter((bit) => !bits.has(bit) && kept.length < ALL.length)
      .map((bit) => step("prctl_capability", [PR_CAPBSET_DROP, bit], "no program can get it any more")),
    capset(held, "nothing inheritable: execve would give it to root in spite of the bounding set"),
  ];
}
// #endregion drop

let last: number | undefined;
function lastCapability(): number {
  last ??= Number(readFileSync("/proc/sys/kernel/cap_last_cap", "latin1"));
  return last;
}

/** What the child has before it drops anything: root of a new user namespace has all, else it is what the runtime has. */
export function heldCapabilities({ ownUsers }: { readonly ownUsers: boolean }): bigint {
  if (ownUsers) return (1n << BigInt(lastCapability() + 1)) - 1n;
  const status = readFileSync("/proc/self/status", "latin1");
  return BigInt(`0x${/^CapPrm:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
}

const VERSION_3 = 0x20080522;

/** capset(2): its data are the lower halves of the sets effective, permitted and inheritable, then the upper ones. */
function capset(held: bigint, why: string): Step {
  const [low, high] = [Number(held & 0xffffffffn), Number(held >> 32n)];
  return step("capset", [words(VERSION_3, 0), words(low, low, 0, high, high, 0)], why);
}

const words = (...numbers: number[]): Uint8Array => Buffer.from(Uint32Array.from(numbers).buffer);

/** The user switched without loss of capabilities: the next execve takes them all the same. */
export function keepCapabilities(switchUser: readonly Step[], held: bigint): Step[] {
  if (switchUser.length === 0) return [];
  return [
    step("prctl", [PR_SET_KEEPCAPS, 1], "the filter, which comes after the user switch, still needs one"),
    ...switchUser,
    capset(held, "they are still permitted; now they are in effect again"),
  ];
}

/** Set-user-ID files and files with capabilities are run like any other from here on, whatever is executed. */
export function noNewPrivileges(): Step[] {
  return [step("prctl", [PR_SET_NO_NEW_PRIVS, 1], "no execve gives more rights than there are")];
}
