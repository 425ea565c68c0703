import type { Values } from "../../common/cli.ts";
import { parseSeconds, signalName } from "../create.ts";
import { findContainer } from "../find.ts";
import { startContainer, stopContainer } from "../lifecycle.ts";
import type { Runtime } from "../runtime.ts";
import { each } from "./each.ts";

/** One that doesn't run is no mistake: it is as was asked for. */
export const stop = (runtime: Runtime, values: Values, words: readonly string[]): Promise<number> => {
  const options = optionsOf(values);
  return each("stop", words, (word) => stopContainer(runtime, findContainer("stop", word), options));
};

export const restart = (runtime: Runtime, values: Values, words: readonly string[]): Promise<number> => {
  const options = optionsOf(values);
  return each("restart", words, async (word) => {
    const container = findContainer("restart", word);
    await stopContainer(runtime, container, options);
    await startContainer(runtime, container.config);
  });
};

function optionsOf({ time, signal }: Values): { timeout?: number; signal?: string } {
  return {
    ...(time ? { timeout: parseSeconds("--time", time[0] ?? "") } : {}),
    ...(signal ? { signal: signalName(signal[0] ?? "") } : {}),
  };
}
