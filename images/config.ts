/** An image's config: how its command is run, and the layers that it is made of. OCI image specification, config.md. */
import * as v from "valibot";
import { digestSchema, readDocument } from "./schema.ts";

/** Texts that reach a syscall: the kernel's end with the first NUL. */
const text = v.pipe(v.string(), v.excludes("\0"));
/** Go writes `null` for an empty list. */
const texts = v.nullish(v.array(text));
const set = v.nullish(v.record(v.string(), v.looseObject({})));

/** Fields that aren't listed are kept, so that an image that is changed doesn't lose them. */
const executionSchema = v.looseObject({
  User: v.nullish(text),
  Env: texts,
  Entrypoint: texts,
  Cmd: texts,
  WorkingDir: v.nullish(text),
  ExposedPorts: set,
  Volumes: set,
  Labels: v.nullish(v.record(v.string(), v.string())),
  StopSignal: v.nullish(text),
});

const historySchema = v.looseObject({
  created: v.nullish(v.string()),
  created_by: v.nullish(v.string()),
  author: v.nullish(v.string()),
  comment: v.nullish(v.string()),
  empty_layer: v.nullish(v.boolean()),
});

const configSchema = v.looseObject({
  architecture: v.string(),
  os: v.string(),
  variant: v.nullish(v.string()),
  created: v.nullish(v.string()),
  author: v.nullish(v.string()),
  config: v.nullish(executionSchema),
  rootfs: v.looseObject({ type: v.literal("layers"), diff_ids: v.array(digestSchema) }),
  history: v.nullish(v.array(historySchema)),
});

/** How to run the image: Entrypoint, Cmd, Env, WorkingDir, User and so on. */
export type Execution = v.InferOutput<typeof executionSchema>;
export type History = v.InferOutput<typeof historySchema>;
export type ImageConfig = v.InferOutput<typeof configSchema>;

/** Reads a config; throws a UserError that begins with `what` for one that isn't as specified. */
export const parseConfig = (what: string, bytes: Uint8Array): ImageConfig =>
  readDocument(`${what}: config`, bytes, configSchema);
