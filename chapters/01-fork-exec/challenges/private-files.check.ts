import { challenge, same } from "../../../test/challenge.ts";

await challenge("01-fork-exec", async (command) => {
  same((await command("sh", "-c", "umask")).stdout, "0077\n", "run sh -c umask");
});
