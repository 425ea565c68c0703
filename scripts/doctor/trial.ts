/** A child that waits in namespaces of its own, so that something can be tried there; all of it ends with the child. */
import type { Child } from "../../syscall/program.ts";

/** Undefined where `attempt` worked; else why it didn't. */
export async function tryIn(
  namespaces: number,
  attempt: (started: Child) => void,
): Promise<string | undefined> {
  const { child, launch, letChildGo, restoreSignals, waitForRuntime } = await import(
    "../../syscall/launch.ts"
  );
  const { act, step } = await import("../../syscall/program.ts");
  const steps = [
    ...waitForRuntime(),
    restoreSignals(),
    step("execve", ["/bin/sh", ["/bin/sh", "-c", ":"], []], "something to run"),
  ];
  try {
    const trial = act("a trial", "whether it works here", attempt);
    const launched = launch([child(namespaces, steps, "a child to try it in"), trial, letChildGo()]);
    await launched.executed;
    await launched.exited;
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^error: /, "");
  }
}
