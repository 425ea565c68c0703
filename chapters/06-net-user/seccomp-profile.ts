/**
 * A seccomp profile as Docker and the OCI runtime specification write it: what happens to a syscall that no rule names, and
 * rules for those that one does. A rule may be for some architectures, kernels or capabilities only; what is left of the
 * profile for one container on one machine is its policy. https://docs.docker.com/engine/security/seccomp
 */
import os from "node:os";
import type { Capability } from "./capabilities.ts";

export interface Profile {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number | null | undefined;
  /** Docker's: the machine's own architecture, and those whose programs it runs besides. */
  readonly archMap?: readonly ArchMap[] | null | undefined;
  /** The OCI's, without choice. */
  readonly architectures?: readonly string[] | null | undefined;
  readonly syscalls?: readonly Rule[] | null | undefined;
}

interface ArchMap {
  readonly architecture: string;
  readonly subArchitectures?: readonly string[] | null | undefined;
}

export interface Rule {
  readonly names?: readonly string[] | null | undefined;
  /** As old profiles have it. */
  readonly name?: string | undefined;
  readonly action: string;
  readonly errnoRet?: number | null | undefined;
  readonly args?: readonly Argument[] | null | undefined;
  readonly includes?: Condition | null | undefined;
  readonly excludes?: Condition | null | undefined;
}

export interface Argument {
  /** 0 to 5. */
  readonly index: number;
  readonly value: number | bigint;
  readonly valueTwo?: number | bigint | undefined;
  readonly op: string;
}

export interface Condition {
  readonly caps?: readonly string[] | null | undefined;
  /** As Go names them: amd64, arm64. */
  readonly arches?: readonly string[] | null | undefined;
  /** "4.8" */
  readonly minKernel?: string | null | undefined;
}

/** What the conditions ask about. */
export interface Circumstances {
  readonly arch: "x64" | "arm64";
  readonly capabilities: readonly Capability[];
  /** "6.1.0-13-amd64" */
  readonly kernel: string;
}

export const circumstances = (capabilities: readonly Capability[]): Circumstances => ({
  arch: process.arch === "arm64" ? "arm64" : "x64",
  capabilities,
  kernel: os.release(),
});

/** The rules whose conditions hold: one for each name, and one for each argument that is compared more than once. */
export function rulesFor(profile: Profile, where: Circumstances): Rule[] {
  return (profile.syscalls ?? []).filter(
    ({ includes, excludes }) => allHold(includes ?? {}, where) && noneHolds(excludes ?? {}, where),
  );
}

const GO_NAMES = { x64: "amd64", arm64: "arm64" } as const;

function allHold({ caps, arches, minKernel }: Condition, where: Circumstances): boolean {
  return (
    (caps ?? []).every((name) => has(where, name)) &&
    (!arches?.length || arches.includes(GO_NAMES[where.arch])) &&
    (!minKernel || isAtLeast(where.kernel, minKernel))
  );
}

function noneHolds({ caps, arches, minKernel }: Condition, where: Circumstances): boolean {
  return (
    !(caps ?? []).some((name) => has(where, name)) &&
    !arches?.includes(GO_NAMES[where.arch]) &&
    !(minKernel && isAtLeast(where.kernel, minKernel))
  );
}

const has = ({ capabilities }: Circumstances, name: string): boolean =>
  (capabilities as readonly string[]).includes(name);

/** The first two numbers count: "4.8.0-rc5" is 4.8. */
function isAtLeast(kernel: string, wanted: string): boolean {
  const [version = 0, revision = 0] = kernel.split(/[.-]/).map(Number);
  const [minVersion = 0, minRevision = 0] = wanted.split(".").map(Number);
  return version > minVersion || (version === minVersion && revision >= minRevision);
}
