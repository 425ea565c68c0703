/** What the command may do, in the order in which rights have to be given up: each of these steps needs some itself. */
import type { Values } from "../../common/cli.ts";
import { restoreSignals } from "../../syscall/launch.ts";
import type { Step } from "../../syscall/program.ts";
import {
  type Capability,
  heldCapabilities,
  keepCapabilities,
  limitCapabilities,
  noNewPrivileges,
  parseCapabilities,
} from "./capabilities.ts";
import { chooseFilter, parseSecurityOptions, seccomp } from "./filter.ts";

export interface Privileges {
  readonly capabilities: readonly Capability[];
  readonly noNewPrivileges: boolean;
  /** The seccomp filter, if there is one. */
  readonly filter: Uint8Array | undefined;
  /** What the child has at first: see heldCapabilities. */
  readonly held: bigint;
}

export async function parsePrivileges(
  values: Values,
  { ownUsers }: { readonly ownUsers: boolean },
): Promise<Privileges> {
  const capabilities = await parseCapabilities(values);
  const options = parseSecurityOptions(values);
  return {
    capabilities,
    noNewPrivileges: options.noNewPrivileges,
    filter: await chooseFilter(options, capabilities),
    held: heldCapabilities({ ownUsers }),
  };
}

// #region order
/**
 * The last steps before execve; `switchUser` are those that make the command's user of root, if it is another one. `signals`:
 * what is done about the signals that are blocked since the clone.
 */
export function giveUp(
  privileges: Privileges,
  switchUser: readonly Step[],
  signals: readonly Step[] = [restoreSignals()],
): Step[] {
  const { capabilities, filter, held } = privileges;
  const needsRights = filter !== undefined && !privileges.noNewPrivileges;
  return [
    ...limitCapabilities(capabilities, held),
    ...(needsRights ? keepCapabilities(switchUser, held) : switchUser),
    ...signals,
    ...(privileges.noNewPrivileges ? noNewPrivileges() : []),
    ...(filter ? seccomp(filter) : []),
  ];
}
// #endregion order
