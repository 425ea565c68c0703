/**
 * A UTS namespace holds two names, the host's and the NIS domain's: uname(2) tells them, sethostname(2) sets them. It
 * isolates these names and nothing else: the network and its addresses are as before. (UTS: "UNIX time-sharing system",
 * from the struct that uname(2) fills.)
 */
import { randomBytes } from "node:crypto";
import { UserError } from "../../common/errors.ts";
import { type Step, step } from "../../syscall/program.ts";

// #region hostname
/** The kernel takes 64 bytes of anything; names of a network have letters, digits, dots and hyphens: RFC 1123. */
const VALID = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
const LONGEST = 64;

/** A name as Docker gives one where none is asked for: twelve random digits, as the start of a container's id. */
export const randomHostname = (): string => randomBytes(6).toString("hex");

export function checkHostname(name: string): string {
  if (VALID.test(name) && name.length <= LONGEST) return name;
  throw new UserError(`--hostname ${JSON.stringify(name)}: not a host name`, {
    hint: `up to ${LONGEST} letters, digits, hyphens and dots`,
  });
}

export function hostname(name: string): Step[] {
  return [step("sethostname", [name, name.length], "the name of this UTS namespace; the host keeps its own")];
}
// #endregion hostname
