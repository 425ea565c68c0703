/**
 * Keeps memory flat while much flows through. Buffers of files and sockets lie outside of V8's heap, which sees only their
 * small objects: it lets some 64 MiB of them be garbage before it collects, on top of all that is in use.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** In bytes. A collection of what is young takes less than a millisecond. */
const EVERY = 8 * 1024 * 1024;

/** Lets chunks through, and collects garbage now and then. */
export async function* withFlatMemory(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const collect = collector();
  let flowed = 0;
  for await (const chunk of source) {
    yield chunk;
    flowed += chunk.length;
    if (flowed < EVERY) continue;
    flowed = 0;
    collect({ type: "minor" });
  }
}

let found: ((options: { type: "minor" }) => void) | undefined;
/** V8's gc(), which only contexts have that were made after this flag was set. */
function collector(): (options: { type: "minor" }) => void {
  if (found) return found;
  setFlagsFromString("--expose-gc");
  found = runInNewContext("gc") as NonNullable<typeof found>;
  return found;
}
