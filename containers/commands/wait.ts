import { closeSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { print } from "../../common/cli.ts";
import { exitStatus } from "../../syscall/launch.ts";
import { findContainer } from "../find.ts";
import { readConfig, recordFolder } from "../record.ts";
import { currentState } from "../state.ts";
import { whenEnded } from "../wait.ts";
import { each } from "./each.ts";

export const wait = (words: readonly string[]): Promise<number> =>
  each("wait", words, async (word) => print(1, `${await statusOf(word)}`), { printed: false });

async function statusOf(word: string): Promise<number> {
  const { config, state } = findContainer("wait", word);
  if (state.exitCode !== undefined && state.status === "exited") return state.exitCode;
  // With `--rm` the record goes with its container; what is open stays readable.
  const file = openSync(path.join(recordFolder(config.id), "exit"), "r");
  try {
    for (let now = currentState(config); now && now.status !== "exited"; now = currentState(config))
      await whenEnded(now.owner);
    const code = readConfig(config.id) && currentState(config)?.exitCode;
    return code ?? writtenIn(file);
  } finally {
    closeSync(file);
  }
}

function writtenIn(file: number): number {
  const bytes = Buffer.alloc(4);
  return readSync(file, bytes, 0, 4, 0) === 4 ? exitStatus(bytes.readInt32LE()) : 0;
}
