/**
 * Which seccomp filter a container gets, and its installation. A filter can only be installed by who has CAP_SYS_ADMIN in its
 * user namespace, or has promised (no_new_privs) never to get more rights: a set-user-ID program that is lied to by a filter
 * would do harm with its rights. It is installed last, so that it needs to let through execve alone.
 */
import type { Flags, Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { arm64, x64 } from "../../syscall/bytes/filters.ts";
import { SECCOMP_FILTER_FLAG_SPEC_ALLOW, SECCOMP_SET_MODE_FILTER } from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";
import { type Capability, isDefault } from "./capabilities.ts";

export const SECURITY_FLAGS: Flags = {
  "security-opt": {
    value: "OPTION",
    multiple: true,
    help: "no-new-privileges; seccomp=FILE (a profile in JSON), seccomp=unconfined (none)",
  },
};

export interface SecurityOptions {
  readonly noNewPrivileges: boolean;
  /** A file, or "unconfined" or "builtin". */
  readonly seccomp: string;
}

/** As Docker takes them: NAME=VALUE, or NAME:VALUE in scripts of old. */
export function parseSecurityOptions(values: Values): SecurityOptions {
  const privileged = values.privileged?.[0] === "true";
  let options: SecurityOptions = { noNewPrivileges: false, seccomp: privileged ? "unconfined" : "builtin" };
  for (const text of values["security-opt"] ?? []) {
    const [, name = text, value] = /^([^=:]+)[=:](.*)$/.exec(text) ?? [];
    if (name === "seccomp" && value) options = { ...options, seccomp: value };
    else if (name === "no-new-privileges" && ["true", "false", undefined].includes(value))
      options = { ...options, noNewPrivileges: value !== "false" };
    else
      throw new UserError(`--security-opt ${text}: there is no such option`, {
        hint: "no-new-privileges, seccomp=FILE or seccomp=unconfined",
      });
  }
  return options;
}

// #region choose
/** An array of `struct sock_filter`; none for unconfined. The usual one is at hand, any other is compiled. */
export async function chooseFilter(
  { seccomp }: SecurityOptions,
  capabilities: readonly Capability[],
): Promise<Uint8Array | undefined> {
  if (seccomp === "unconfined") return undefined;
  if (seccomp === "builtin" && isDefault(capabilities)) {
    return Buffer.from(process.arch === "arm64" ? arm64 : x64, "base64");
  }
  const { compile } = await import("./seccomp.ts");
  const { circumstances } = await import("./seccomp-profile.ts");
  const profile =
    seccomp === "builtin"
      ? (await import("./seccomp-default.ts")).DEFAULT_PROFILE
      : (await import("./seccomp-file.ts")).readProfile(seccomp);
  return compile(profile, circumstances(capabilities));
}
// #endregion choose

// #region install
/** In bytes. */
const SOCK_FILTER_SIZE = 8;

/** SPEC_ALLOW: before Linux 5.16 a filter would slow its processes down by a mitigation (of Spectre v4) that few need. */
export function seccomp(filter: Uint8Array): Step[] {
  const program = { len: filter.length / SOCK_FILTER_SIZE, filter };
  return [
    step(
      "seccomp",
      [SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, program],
      "which syscalls the command may make, and all that it starts",
      {
        hint: "is the profile too long (4096 instructions at most), or the kernel without CONFIG_SECCOMP_FILTER?",
      },
    ),
  ];
}
// #endregion install
