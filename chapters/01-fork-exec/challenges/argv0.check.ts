import { challenge, same } from "../../../test/challenge.ts";

await challenge("01-fork-exec", async (command) => {
  const { stdout, stderr } = await command("--argv0", "box", "sh", "-c", "echo $0");
  same(stdout + stderr, "box\n", "run --argv0 box sh -c 'echo $0'");
  same((await command("sh", "-c", "echo $0")).stdout, "sh\n", "run sh -c 'echo $0'");
});
