/** Namespaces: a child is started in each kind, and what blocks those of ordinary users is looked at. */
import { existsSync } from "node:fs";
import { type Executed, exitStatus } from "../../syscall/launch.ts";
import type { Step } from "../../syscall/program.ts";
import { isRoot } from "../root.ts";
import { type Finding, findCommand, LAST, lacks, ok, readText, warning } from "./finding.ts";

export async function namespaces(): Promise<Finding[]> {
  const {
    CLONE_NEWUTS,
    CLONE_NEWIPC,
    CLONE_NEWPID,
    CLONE_NEWNS,
    CLONE_NEWCGROUP,
    CLONE_NEWNET,
    CLONE_NEWUSER,
  } = await import("../../syscall/constants.ts");
  const kinds = [
    ["UTS", "uts", CLONE_NEWUTS, 2],
    ["IPC", "ipc", CLONE_NEWIPC, 2],
    ["PID", "pid", CLONE_NEWPID, 3],
    ["mount", "mnt", CLONE_NEWNS, 3],
    ["cgroup", "cgroup", CLONE_NEWCGROUP, 4],
    ["network", "net", CLONE_NEWNET, 6],
  ] as const;
  const findings = [await judge([1, LAST], "a child, started by the launcher", 0, "see the lines above")];
  for (const [name, file, flag, chapter] of kinds) {
    const chapters = [chapter, LAST] as const;
    const most = `/proc/sys/user/max_${file}_namespaces`;
    if (readText(most) === "0") {
      findings.push(
        lacks(chapters, `${name} namespace: ${most} is 0`, `sudo sysctl -w ${sysctl(most)}=10000`),
      );
    } else if (isRoot()) {
      const fix =
        "the kernel lacks it, or the container around this one forbids it: start that with --privileged";
      findings.push(await judge(chapters, `${name} namespace`, flag, fix));
    } else {
      findings.push(there(chapters, name, file));
    }
  }
  return [...findings, await userNamespace(CLONE_NEWUSER), subordinateIds()];
}

const sysctl = (file: string): string => file.replace("/proc/sys/", "").replaceAll("/", ".");

/** Without root nothing can be tried, but the kernel shows what it has: namespaces(7). */
function there(chapters: Finding["chapters"], name: string, file: string): Finding {
  if (existsSync(`/proc/self/ns/${file}`))
    return ok(chapters, `${name} namespace (as root this would be tried)`);
  return lacks(
    chapters,
    `${name} namespace: the kernel doesn't have it`,
    `a kernel with CONFIG_${name.toUpperCase()}_NS`,
  );
}

/** Really starts `true` in such a namespace, and waits for it. */
async function judge(
  chapters: Finding["chapters"],
  what: string,
  flags: number,
  fix: string,
): Promise<Finding> {
  const error = await tryChild(flags);
  return error ? lacks(chapters, `${what}: ${error}`, fix) : ok(chapters, what);
}

/** Undefined where it worked. */
async function tryChild(flags: number): Promise<string | undefined> {
  const { child, launch, restoreSignals } = await import("../../syscall/launch.ts");
  const { step } = await import("../../syscall/program.ts");
  const commands = [["/bin/true"], ["/usr/bin/true"], ["/bin/sh", "-c", ":"]];
  const steps: Step[] = [
    restoreSignals(),
    ...commands.map((command) =>
      step("execve", [command[0] ?? "", command, []], "something to run", { optional: true }),
    ),
  ];
  try {
    const launched = launch([child(flags, steps, "a child to try it")]);
    const executed: Executed = await launched.executed;
    const status = exitStatus(await launched.exited);
    return executed && status === 0 ? undefined : `the child ended with ${status}`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What each system has invented to keep ordinary users from making them: a file, its value, and what lifts it. */
const BLOCKS = [
  ["/proc/sys/user/max_user_namespaces", "0", 10000],
  ["/proc/sys/kernel/unprivileged_userns_clone", "0", 1],
  ["/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", 0],
] as const;

/** Chapter 06 alone needs it: for containers whose root is nobody on the host, and for those without root. */
async function userNamespace(flag: number): Promise<Finding> {
  const chapters = [6, LAST] as const;
  const block = BLOCKS.find(([file, value]) => readText(file) === value);
  const lifted = block && `sudo sysctl -w ${sysctl(block[0])}=${block[2]}`;
  const error = await tryChild(flag);
  if (error) return lacks(chapters, `user namespace: ${error}`, lifted ?? "a kernel with CONFIG_USER_NS");
  // AppArmor lets one be made, and takes the capabilities in it away; root isn't touched by any of them.
  if (block && lifted && block[0] !== BLOCKS[0][0]) {
    return warning(
      chapters,
      `user namespace: ordinary users' are useless, ${block[0]} is ${block[1]}`,
      lifted,
    );
  }
  return ok(chapters, "user namespace");
}

function subordinateIds(): Finding {
  const chapters = [6, LAST] as const;
  if (isRoot()) return ok(chapters, "user ids for containers: root may map any");
  const uid = `${process.getuid?.()}`;
  const name = /^([^:]+)/m.exec(
    (readText("/etc/passwd") ?? "").split("\n").find((line) => line.split(":")[2] === uid) ?? "",
  );
  const ranges = (readText("/etc/subuid") ?? "").split("\n").map((line) => line.split(":")[0]);
  if (findCommand("newuidmap") && ranges.some((owner) => owner === uid || (name && owner === name[1]))) {
    return ok(chapters, "user ids for rootless containers: newuidmap and /etc/subuid");
  }
  const fix =
    "sudo apt-get install uidmap, and sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER";
  return warning(chapters, "user ids for rootless containers: one only, your own", fix);
}
