/** `get-layer.ts ARCHIVE DIFFID [slowly]`: has a layer unpacked. Slowly: it says "half", and waits there for ever. */
import { readFileSync, statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { report } from "../common/cli.ts";
import { getLayer } from "../images/layers.ts";

const [archive = "", diffId = "", slowly = ""] = process.argv.slice(2);

async function* open(): AsyncGenerator<Buffer> {
  console.log("opened");
  const bytes = readFileSync(archive);
  const half = bytes.length / 2;
  yield bytes.subarray(0, half);
  if (slowly) {
    // The first half has been unpacked when this is asked for.
    console.log("half");
    await setTimeout(2 ** 31 - 1);
  }
  yield bytes.subarray(half);
}

try {
  (await getLayer(diffId, statSync(archive).size, open)).release();
  console.log("done");
} catch (error) {
  process.exitCode = report(error);
}
