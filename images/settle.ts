import { UserError } from "../common/errors.ts";

/** As Promise.all, but nothing goes on any more when it rejects: with a UserError, where there is one. */
export async function settled<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  const results = await Promise.allSettled([a, b]);
  const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (errors.length > 0) throw errors.find((error) => error instanceof UserError) ?? errors[0];
  return Promise.all([a, b]);
}
