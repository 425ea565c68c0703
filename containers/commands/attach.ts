import type { Values } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { attachTo, keysOf } from "../attached.ts";
import { findRunning } from "../find.ts";

export function attach(values: Values, words: readonly string[]): Promise<number> {
  const [word = "", more] = words;
  if (word === "" || more !== undefined || word.startsWith("-")) {
    throw new UserError("attach: one container is wanted", { hint: "attach [flags] CONTAINER" });
  }
  return attachTo(findRunning("attach", word).config, {
    stdin: values["no-stdin"]?.[0] !== "true",
    keys: keysOf(values),
    proxy: values["sig-proxy"]?.[0] !== "false",
  });
}
