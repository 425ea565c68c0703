import type { Values } from "../../common/cli.ts";
import { signalName } from "../create.ts";
import { findRunning } from "../find.ts";
import { killContainer } from "../lifecycle.ts";
import type { Runtime } from "../runtime.ts";
import { each } from "./each.ts";

export const kill = (runtime: Runtime, values: Values, words: readonly string[]): Promise<number> => {
  const signal = signalName(values.signal?.[0] ?? "KILL");
  return each("kill", words, (word) => killContainer(runtime, findRunning("kill", word), signal));
};
