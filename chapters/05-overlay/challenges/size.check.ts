import { challenge, same } from "../../../test/challenge.ts";

await challenge("05-overlay", async (command) => {
  const script = "head -c 4m /dev/zero > /small && echo it fits; head -c 16m /dev/zero > /big";
  const { stdout, stderr } = await command("--storage-opt", "size=8m", "sh", "-c", script);
  same(stdout, "it fits\n", "writing 4 MiB with --storage-opt size=8m");
  if (!stderr.includes("No space left")) throw new Error(`16 MiB fit into size=8m as well: ${stderr}`);
  const unlimited = await command("sh", "-c", script);
  same(unlimited.stdout + unlimited.stderr, "it fits\n", "without the flag");
  same(`${(await command("--storage-opt", "size=much", "true")).status}`, "125", "size=much, its status");
});
