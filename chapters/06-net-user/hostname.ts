/**
 * A UTS namespace holds two names, the host's and the NIS domain's: uname(2) tells them, sethostname(2) sets them. It
 * isolates these names and nothing else: the network and its addresses are as before. (UTS: "UNIX time-sharing system",
 * from the struct that uname(2) fills.)
 */
import { UserError } from "../../common/errors.ts";
import { type Step, step } from "../../syscall/program.ts";
import { syscall } from "../../syscall/syscall.ts";

// #region hostname
/** The kernel takes 64 bytes of anything; names of a network have letters, digits, dots and hyphens: RFC 1123. */
const VALID = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
const LONGEST = 64;

/**
 * A name as Docker gives one where none is asked for: twelve random digits, as the start of a container's id. They come
 * from the kernel, by getrandom(2): Node's own function would load all of its cryptography first.
 */
export function randomHostname(): string {
  const digits = Buffer.alloc(6);
  syscall("getrandom", [digits, digits.length, 0]);
  return digits.toString("hex");
}

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
