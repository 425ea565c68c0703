import type { Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { attachTo, keysOf, startAttached } from "../attached.ts";
import { findContainer } from "../find.ts";
import { startContainer } from "../lifecycle.ts";
import type { Runtime } from "../runtime.ts";
import { each } from "./each.ts";

/** One that runs already is no mistake: it is as was asked for. */
export async function start(runtime: Runtime, values: Values, words: readonly string[]): Promise<number> {
  const stdin = values.interactive?.[0] === "true";
  if (stdin || values.attach?.[0] === "true") return startOne(runtime, values, words, stdin);
  return each("start", words, async (word) => {
    const { config, state } = findContainer("start", word);
    if (state.status !== "running") await startContainer(runtime, config);
  });
}

async function startOne(
  runtime: Runtime,
  values: Values,
  words: readonly string[],
  stdin: boolean,
): Promise<number> {
  const [word = "", more] = words;
  if (word === "" || more !== undefined) {
    throw new UserError("start --attach: one container is wanted", { hint: "start -a CONTAINER" });
  }
  const { config, state } = findContainer("start", word);
  const keys = keysOf(values);
  if (state.status === "running") return attachTo(config, { stdin, keys, proxy: true });
  return startAttached(runtime, config, { stdin, keys });
}
