/** Syscalls that a process tries under the privileges that a chapter gives it, made by perl's syscall(). */
import { openSync, readFileSync } from "node:fs";
import path from "node:path";
import { child, exitStatus, launch, letChildGo, restoreSignals, waitForRuntime } from "../syscall/launch.ts";
import { type Act, type Step, step } from "../syscall/program.ts";
import { assert, tempDir } from "./harness.ts";

/** What came of it: "" for success, or the errno's number. */
export type Outcomes = Readonly<Record<string, number | "">>;
export type Attempts = Readonly<Record<string, readonly (number | string)[]>>;

/** Runs a command in namespaces of its own, after the steps, as root of the host or as whom the steps make of it; its output. */
export async function runAfter(
  flags: number,
  steps: readonly Step[],
  command: readonly string[],
  acts: readonly Act[] = [],
): Promise<string> {
  const file = path.join(tempDir(), "out");
  const fd = openSync(file, "w+");
  const out = step("dup3", [fd, 1, 0], "the output");
  const execve = step(
    "execve",
    [command[0] ?? "", command, ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]],
    "the command",
  );
  const launched = launch([
    child(flags, [out, ...waitForRuntime(), ...steps, execve], "a child"),
    ...acts,
    letChildGo(),
  ]);
  launched.executed.catch(() => {}); // It is told when the child is gone.
  const status = exitStatus(await launched.exited);
  await launched.executed;
  assert.is(status, 0, `${command.join(" ")}: ${readFileSync(file, "utf8")}`);
  return readFileSync(file, "utf8");
}

/** Each attempt is a syscall's number and its arguments. */
export async function attempt(
  flags: number,
  steps: readonly Step[],
  attempts: Attempts,
  acts: readonly Act[] = [],
): Promise<Outcomes> {
  // A text that is a constant can't be given to a syscall.
  const argument = (each: number | string) =>
    typeof each === "number" ? each : `(my $text = ${JSON.stringify(each)})`;
  const lines = Object.entries(attempts).map(
    ([name, [nr = -1, ...args]]) =>
      `print "${name} ", (syscall(${[nr, ...args].map(argument).join(", ")}) == -1 ? $!+0 : ""), "\\n";`,
  );
  const output = await runAfter(
    flags,
    [...steps, restoreSignals()],
    ["/usr/bin/perl", "-e", lines.join("\n")],
    acts,
  );
  return Object.fromEntries(
    output
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [name = "", errno = ""] = line.split(" ");
        return [name, errno === "" ? "" : Number(errno)];
      }),
  );
}
