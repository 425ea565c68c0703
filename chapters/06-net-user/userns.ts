/**
 * A user namespace gives ids a meaning of its own: its 0 is some number of the host's that nobody else has, and its root has
 * all rights over what belongs to the namespace (its mounts, its network, its host name), and none over the host. What it
 * isolates: files, processes and keys of the host's users, root's too. It hides no process and no file. user_namespaces(7).
 */
import { fchownSync, openSync, readlinkSync, writeFileSync } from "node:fs";
import { UserError } from "../../common/errors.ts";
import { firstRange, type Lease, leaseRange, type Range } from "../../common/id-ranges.ts";
import { isOrdinary } from "../../common/rootless.ts";
import { endWithRuntime } from "../../syscall/launch.ts";
import { type Act, act, type Step, step } from "../../syscall/program.ts";
import type { User } from "./user.ts";

/** Undefined for `host`, where ids mean what they mean on the host; and in an ordinary user's namespace, where all are. */
export function chooseIds(mode: string, { explained }: { readonly explained: boolean }): Lease | undefined {
  if (mode === "host" || (mode === "auto" && isOrdinary())) return undefined;
  if (mode === "auto") return explained ? { range: firstRange(), held: [], release: () => {} } : leaseRange();
  throw new UserError(`--userns ${mode}: no such mode`, { hint: "--userns auto or --userns host" });
}

/** Throws a UserError for an id that isn't below the number of those that there are. */
export function checkUser(user: User, size: number): void {
  const outside = [user.uid, user.gid, ...user.groups].find((id) => id >= size);
  if (outside === undefined) return;
  throw new UserError(`user ${user.uid}:${user.gid}: ${outside} isn't one of the container's ${size} ids`, {
    hint:
      size === 1
        ? "a range in /etc/subuid and /etc/subgid, and newuidmap: sudo apt-get install uidmap"
        : `an id below ${size}, or --userns host as root`,
  });
}

/** The slot of the namespace's fd, for steps behind `mapIds`. */
export const USER_NAMESPACE = "user namespace";

// #region map
/** The runtime's acts while the child waits: until then, all ids in its namespace are nobody's. `files`: see ownPipes. */
export function mapIds({ first, size }: Range, user: User, files: readonly number[]): Act[] {
  const map = `0 ${first} ${size}`;
  return [
    ...["uid_map", "gid_map"].map((file) =>
      act(`write /proc/<child>/${file}: ${map}`, `the container's 0 is the host's ${first}`, ({ pid }) =>
        writeFileSync(`/proc/${pid}/${file}`, map),
      ),
    ),
    act("open /proc/<child>/ns/user", "the map, for mounts", ({ pid, slots }) => {
      slots[USER_NAMESPACE] = openSync(`/proc/${pid}/ns/user`, "r");
    }),
    ownPipes(first, user, files),
  ];
}

/** `files`: the command's standard files, as the runtime has them. */
export const ownPipes = (first: number, user: User, files: readonly number[]): Act =>
  act(
    `fchown pipes among fds 0 to 2: ${first + user.uid}`,
    "/dev/stdout can be opened again by the command, as a shell's '>' does it",
    () => {
      for (const fd of files.filter(isPipe)) fchownSync(fd, first + user.uid, -1);
    },
  );

/** One without a name: files and terminals stay their owner's. */
function isPipe(fd: number): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith("pipe:");
  } catch {
    return false; // It is closed.
  }
}

/** The child's next steps. It was started as the host's root, a number that it has no name for any more. */
export function becomeRoot(): Step[] {
  return [
    step("setgroups", [0, null], "none of the host's groups"),
    step("setresgid", [0, 0, 0], "the group 0 of this namespace"),
    step("setresuid", [0, 0, 0], "and its root"),
    ...endWithRuntime(),
  ];
}
// #endregion map
