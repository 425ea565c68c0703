/** `pack-memory.ts UPPER`: packs, and prints the most memory that this process has had, in KiB. */
import { packLayer } from "../images/pack.ts";

for await (const _ of packLayer(process.argv[2] ?? "")) {
  // What is packed isn't the matter here.
}
console.log(process.resourceUsage().maxRSS);
