import { readFileSync } from "node:fs";
import { challenge, same } from "../../../test/challenge.ts";

const FILE = "/proc/sys/kernel/domainname";

await challenge("02-uts", async (command) => {
  const host = readFileSync(FILE, "utf8");
  const { stdout, stderr } = await command("--domainname", "example.org", "cat", FILE);
  same(stdout + stderr, "example.org\n", `run --domainname example.org cat ${FILE}`);
  same(readFileSync(FILE, "utf8"), host, "afterwards, the same file of the host");
});
