/** Prints the status of a command that is started with default privileges by a runtime that has inheritable ones. */
import { giveUp, parsePrivileges } from "../chapters/06-net-user/privileges.ts";
import { runAfter } from "./attempts.ts";

const privileges = await parsePrivileges({}, { ownUsers: false });
console.log(await runAfter(0, giveUp(privileges, []), ["/bin/cat", "/proc/self/status"]));
