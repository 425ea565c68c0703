/**
 * An ordinary user may make a user namespace and is root in it: over its mounts, networks and processes, and over files of the
 * ids that are mapped there, which are the user's own and those that /etc/subuid gives away. So the runtime starts itself again
 * in one. The container's root is the user on the host: it can do there what the user can, and nothing of root's.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { UserError } from "../../common/errors.ts";
import { type Range, subordinate } from "../../common/id-ranges.ts";
import { ROOTLESS } from "../../common/rootless.ts";
import { run } from "../../common/run.ts";
import {
  AT_FDCWD,
  CLONE_NEWNS,
  CLONE_NEWUSER,
  MOUNT_ATTR_RDONLY,
  MS_BIND,
  MS_PRIVATE,
  MS_REC,
  PR_SET_DUMPABLE,
} from "../../syscall/constants.ts";
import { child, endWithRuntime, letChildGo, restoreSignals, waitForRuntime } from "../../syscall/launch.ts";
import { type Act, act, type Step, step } from "../../syscall/program.ts";
import { syscall } from "../../syscall/syscall.ts";
import { joinNamespaces, openNamespaces } from "./rootless-join.ts";

const MOUNT_ATTR_SIZE = 32;

// #region again
/**
 * Runs this very command again as root of a namespace; returns its exit status. While containers of this user's run it is theirs:
 * in a new one there would be no right over their namespaces and files.
 */
export async function startAgain(): Promise<number> {
  const options = { tty: false, explain: undefined, trace: false };
  const theirs = openNamespaces();
  if (theirs)
    return run([child(0, [...joinNamespaces(), ...again()], WHY), letChildGo()], options, { slots: theirs });
  const blocked = isBlocked();
  if (blocked) throw blocked;
  const steps = again([privateMounts(), ...readOnlyNode()]);
  return run([child(CLONE_NEWUSER | CLONE_NEWNS, steps, WHY), ...mapOwnIds(), letChildGo()], options);
}

const WHY = "the runtime once more, as root of a user namespace";

const privateMounts = (): Step =>
  step("mount", [null, "/", null, MS_REC | MS_PRIVATE, null], "no mount of the host's comes or goes", {
    hint: "AppArmor may forbid it: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
  });

function again(mounts: readonly Step[] = []): Step[] {
  const variables = { ...process.env, [ROOTLESS]: `${process.getuid?.()}` };
  const environment = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  return [
    ...waitForRuntime(),
    step("setresgid", [0, 0, 0], "the group 0 of this namespace"),
    step("setresuid", [0, 0, 0], "and its root"),
    ...endWithRuntime(),
    ...mounts,
    step("setsid", [], "signals of the terminal come once, from the runtime that waits"),
    restoreSignals(),
    step("execve", [process.execPath, command, environment], "the same words again"),
  ];
}
// #endregion again

/** Node may be the user's own file, as with nvm, and the container's root is the user: /proc/self/exe leads a script to it. */
function readOnlyNode(): Step[] {
  const node = process.execPath;
  const attr = { attr_set: MOUNT_ATTR_RDONLY };
  return [
    step("mount", [node, node, null, MS_BIND, null], "the runtime's program as a mount of its own"),
    step("mount_setattr", [AT_FDCWD, node, 0, attr, MOUNT_ATTR_SIZE], "which nobody can write to"),
  ];
}

// #region map
/** One id of the user's own choice needs no help; more are written by a program that the system trusts: newuidmap(1). */
function mapOwnIds(): Act[] {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const users = [userName(), `${uid}`];
  const [uids, gids] = [subordinate("/etc/subuid", users), subordinate("/etc/subgid", users)];
  const visible = act("prctl(PR_SET_DUMPABLE, 1)", "or the child's files in /proc are root's", () => {
    syscall("prctl", [PR_SET_DUMPABLE, 1]);
  });
  if (uids.length > 0 && gids.length > 0 && hasTool("newuidmap") && hasTool("newgidmap"))
    return [visible, helped("newuidmap", uid, uids), helped("newgidmap", gid, gids)];
  const write = (file: string, text: string, why: string) =>
    act(`write /proc/<child>/${file}: ${text}`, why, ({ pid }) =>
      writeFileSync(`/proc/${pid}/${file}`, text),
    );
  return [
    visible,
    write("uid_map", `0 ${uid} 1`, "root is the user that we are, and there is nobody else"),
    write(
      "setgroups",
      "deny",
      "the kernel wants this first: a group may be there to be kept out of something",
    ),
    write("gid_map", `0 ${gid} 1`, "and its group is ours"),
  ];
}
// #endregion map

function helped(tool: string, own: number, ranges: readonly Range[]): Act {
  let inner = 1;
  const map = ["0", `${own}`, "1"];
  for (const { first, size } of ranges) {
    map.push(`${inner}`, `${first}`, `${size}`);
    inner += size;
  }
  return act(
    `${tool} <child> ${map.join(" ")}`,
    "root is the user that we are; the others are ours to give",
    ({ pid }) => {
      const { status, stderr } = spawnSync(tool, [`${pid}`, ...map], { encoding: "utf8" });
      if (status !== 0)
        throw new UserError(`${tool}: ${stderr.trim()}`, {
          hint: "see /etc/subuid and /etc/subgid: subuid(5)",
        });
    },
  );
}

/** A name or a number may stand in /etc/subuid. */
function userName(): string | undefined {
  try {
    return os.userInfo().username;
  } catch {
    return undefined; // The number has no name.
  }
}

const hasTool = (name: string): boolean =>
  (process.env.PATH ?? "").split(":").some((folder) => existsSync(`${folder}/${name}`));

/** What systems have invented against ordinary users' namespaces: a file, the value that forbids them, one that doesn't. */
const BLOCKS = [
  ["/proc/sys/user/max_user_namespaces", "0", "10000"],
  ["/proc/sys/kernel/unprivileged_userns_clone", "0", "1"],
  ["/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "0"],
] as const;

/** Why there can be no such namespace here, if that is so. */
export function isBlocked(): UserError | undefined {
  if (!existsSync("/proc/self/ns/user"))
    return new UserError("run: this kernel has no user namespaces", {
      hint: "sudo: as root it goes without",
    });
  const found = BLOCKS.find(
    ([file, value]) => existsSync(file) && readFileSync(file, "latin1").trim() === value,
  );
  if (!found) return undefined;
  const name = found[0].replace("/proc/sys/", "").replaceAll("/", ".");
  return new UserError(`run: ordinary users may not make user namespaces here: ${name} is ${found[1]}`, {
    hint: `sudo sysctl -w ${name}=${found[2]}, or run it with sudo`,
  });
}
