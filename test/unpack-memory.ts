/** `unpack-memory.ts ARCHIVE DIFFID FOLDER`: unpacks, and prints the most memory that this process has had, in KiB. */
import { createReadStream } from "node:fs";
import { report } from "../common/cli.ts";
import { unpackLayer } from "../images/unpack.ts";

const [archive = "", diffId = "", folder = ""] = process.argv.slice(2);

try {
  const limits = { bytes: 2 ** 40, entries: 1e6 };
  await unpackLayer(createReadStream(archive), folder, { diffId, limits, marks: "trusted" });
  console.log(process.resourceUsage().maxRSS);
} catch (error) {
  process.exitCode = report(error);
}
