/** Namespaces: a child is started in each kind but the user namespace, which users.ts looks at. */
import { existsSync } from "node:fs";
import { type Executed, exitStatus } from "../../syscall/launch.ts";
import type { Step } from "../../syscall/program.ts";
import { isRoot } from "../root.ts";
import { type Finding, LAST, lacks, ok, readText, sysctl } from "./finding.ts";

export async function namespaces(): Promise<Finding[]> {
  const { CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWNET } =
    await import("../../syscall/constants.ts");
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
  return findings;
}

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
