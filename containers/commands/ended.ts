import { endContainer } from "../lifecycle.ts";
import type { Runtime } from "../runtime.ts";

export async function ended(runtime: Runtime, [id = ""]: readonly string[]): Promise<number> {
  await endContainer(runtime, id);
  return 0;
}
