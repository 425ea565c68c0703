import { createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import type { constants } from "node:os";
import type { Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { isTerminal } from "../../common/termios.ts";
import { saveImages } from "../save.ts";
import { openStore, type Store } from "../store.ts";
import { takeWords } from "./words.ts";

export async function save(values: Values, words: readonly string[]): Promise<number> {
  const names = takeWords("save", words, "[-o FILE] IMAGE…", { min: 1, max: Number.POSITIVE_INFINITY });
  const [file] = values.output ?? [];
  const store = openStore();
  if (file === undefined) await toStdout(store, names);
  else await toFile(store, names, file);
  return 0;
}

async function toStdout(store: Store, names: readonly string[]): Promise<void> {
  if (isTerminal(1))
    throw new UserError("save: a terminal can't show an archive", { hint: "save -o FILE IMAGE…" });
  // npx makes the pipe that it hands on non-blocking: Node's own stream can wait for its reader.
  await saveImages(store, names, process.stdout).catch((error) => {
    throw notWritten(error, "save");
  });
}

/** A file is there whole or not at all; a device or a pipe is written as it is. */
async function toFile(store: Store, names: readonly string[], file: string): Promise<void> {
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
  const draft = isFile ? `${file}.new` : file;
  const remove = () => {
    if (isFile) rmSync(draft, { force: true });
  };
  const stop = (_name: NodeJS.Signals, signal: number) => {
    remove();
    process.exit(128 + signal);
  };
  const signals = [
    "SIGINT",
    "SIGTERM",
    "SIGHUP",
  ] as const satisfies readonly (keyof typeof constants.signals)[];
  for (const name of signals) process.on(name, stop);
  try {
    await saveImages(store, names, createWriteStream(draft));
    if (isFile) renameSync(draft, file);
  } catch (error) {
    remove();
    throw notWritten(error, `save -o ${file}`);
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}

/** What went wrong with the archive's place is the user's to mend. */
function notWritten(error: unknown, what: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall ? new UserError(`${what}: ${code}`, { hint: "name another place for the archive" }) : error;
}
