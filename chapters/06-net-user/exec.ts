/**
 * execve(2) replaces the program of a process: the pid, the open files and the working directory stay. It takes a file,
 * never a name; looking a command up in PATH is its caller's work, which libc's execvp(3) and every shell do.
 */
import { type Step, step } from "../../syscall/program.ts";

/** What execvp(3) assumes where there is no PATH. */
const DEFAULT_PATH = "/bin:/usr/bin";

// #region execute
/** One execve for each place where the command may be: the first that succeeds is the last that runs. */
export function execute(command: readonly string[], environment: readonly string[]): Step[] {
  const [name = ""] = command;
  return places(name, environment).map((file) =>
    step("execve", [file, command, environment], "the command takes the child's place", { optional: true }),
  );
}

function places(name: string, environment: readonly string[]): string[] {
  if (name.includes("/")) return [name];
  const path = environment.find((variable) => variable.startsWith("PATH="))?.slice("PATH=".length);
  const folders = new Set((path ?? DEFAULT_PATH).split(":"));
  return [...folders].map((folder) => `${folder || "."}/${name}`);
}
// #endregion execute
