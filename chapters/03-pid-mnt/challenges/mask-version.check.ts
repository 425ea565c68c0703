import { challenge, same } from "../../../test/challenge.ts";

await challenge("03-pid-mnt", async (command) => {
  const { stdout, stderr } = await command("cat", "/proc/version");
  same(stdout + stderr, "", "run cat /proc/version");
});
