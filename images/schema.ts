/** Documents of others (manifests, configs) are read by a schema: what is not as specified is a clear error. */
import * as v from "valibot";
import { UserError } from "../common/errors.ts";
import { type Digest, isDigest } from "./digest.ts";

/** Registries take manifests of up to 4 MiB: nothing larger is read into memory. In bytes. */
export const MAX_DOCUMENT = 4 * 1024 * 1024;

export const digestSchema = v.custom<Digest>(
  (value) => typeof value === "string" && isDigest(value),
  ({ received }) => `expected sha256: and 64 hexadecimal digits but received ${received}`,
);

/** Reads JSON and checks it; `what` begins the error's text. */
export function readDocument<S extends v.GenericSchema>(
  what: string,
  bytes: Uint8Array,
  schema: S,
): v.InferOutput<S> {
  const result = v.safeParse(schema, parseJson(what, bytes));
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = v.getDotPath(issue);
  throw new UserError(`${what}: ${place ? `${place}: ` : ""}${reason(issue.message)}`, {
    hint: "the image isn't as the OCI image specification has it: whoever made it must mend it",
  });
}

export function parseJson(what: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new UserError(`${what}: not JSON`, { hint: "it is damaged, or something else than an image" });
  }
}

/** `Invalid type: Expected Array but received "x"` without what the place says already. */
const reason = (message: string): string => message.replace(/^Invalid \w+: /, "").replace(/^E/, "e");
