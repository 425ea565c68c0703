import type { Values } from "../../common/cli.ts";
import { findContainer, lookUp } from "../find.ts";
import { removeStopped, stopContainer } from "../lifecycle.ts";
import type { Runtime } from "../runtime.ts";
import { each } from "./each.ts";

export const rm = (runtime: Runtime, values: Values, words: readonly string[]): Promise<number> => {
  const force = values.force?.[0] === "true";
  return each("rm", words, async (word) => {
    const container = force ? lookUp("rm", word) : findContainer("rm", word);
    if (!container) return;
    if (force) await stopContainer(runtime, container, { signal: "SIGKILL" });
    removeStopped(container.config);
  });
};
