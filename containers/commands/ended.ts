import { endContainer, recordEnd } from "../lifecycle.ts";
import type { Runtime } from "../runtime.ts";
import { KILLED, writtenStatus } from "../state.ts";

export async function ended(runtime: Runtime, [id = ""]: readonly string[]): Promise<number> {
  try {
    await endContainer(runtime, id);
    return 0;
  } catch (error) {
    // Nobody sees what a monitor writes. Its ledger stays, for 'clean'.
    recordEnd(id, writtenStatus(id) ?? KILLED, false, `${error instanceof Error ? error.message : error}`);
    return 125;
  }
}
