/** Reading a profile that a user has written, or copied from Docker or podman: in the form of seccomp-profile.ts. */
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { UserError } from "../../common/errors.ts";
import type { Profile } from "./seccomp-profile.ts";

const names = v.nullish(v.array(v.string()));
const condition = v.nullish(
  v.object({
    caps: names,
    arches: names,
    minKernel: v.nullish(v.pipe(v.string(), v.regex(/^(\d+\.\d+)?$/, 'not a version such as "4.8"'))),
  }),
);
/** 64 bits, which are more than a number of JavaScript's has: `readProfile` makes texts of them first. */
const word = v.pipe(
  v.string(),
  v.regex(/^\d+$/),
  v.transform((text) => BigInt(text)),
  v.maxValue(2n ** 64n - 1n),
);
const errno = v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff)));

const schema = v.object({
  defaultAction: v.string(),
  defaultErrnoRet: errno,
  archMap: v.nullish(v.array(v.object({ architecture: v.string(), subArchitectures: names }))),
  architectures: names,
  syscalls: v.nullish(
    v.array(
      v.object({
        names,
        name: v.optional(v.string()),
        action: v.string(),
        errnoRet: errno,
        args: v.nullish(
          v.array(
            v.object({
              index: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5)),
              value: word,
              valueTwo: v.optional(word),
              op: v.string(),
            }),
          ),
        ),
        includes: condition,
        excludes: condition,
      }),
    ),
  ),
});

/** Throws a UserError where the file can't be read, or isn't such a profile. */
export function readProfile(file: string): Profile {
  const refuse = (why: string) =>
    new UserError(`--security-opt seccomp=${file}: ${why}`, {
      hint: "a profile in JSON, as https://docs.docker.com/engine/security/seccomp describes it",
    });
  let content: unknown;
  try {
    const text = readFileSync(file, "utf8");
    content = JSON.parse(text.replace(/("value(?:Two)?"\s*:\s*)(\d+)/g, '$1"$2"'));
  } catch (error) {
    throw refuse((error as Error).message);
  }
  const result = v.safeParse(schema, content);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw refuse(`${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`);
}
