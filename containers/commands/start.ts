import { findContainer } from "../find.ts";
import { startContainer } from "../lifecycle.ts";
import type { Runtime } from "../runtime.ts";
import { each } from "./each.ts";

/** One that runs already is no mistake: it is as was asked for. */
export const start = (runtime: Runtime, words: readonly string[]): Promise<number> =>
  each("start", words, async (word) => {
    const { config, state } = findContainer("start", word);
    if (state.status !== "running") await startContainer(runtime, config);
  });
