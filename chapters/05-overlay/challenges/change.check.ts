import path from "node:path";
import { groupOf } from "../../../test/cgroups.ts";
import { challenge, same } from "../../../test/challenge.ts";
import { findProcess, run, runtime, start } from "../../../test/harness.ts";

const CHAPTER = "05-overlay";
const NAME = "challenge:change";
const call = (...words: string[]) => run([...runtime(CHAPTER), ...words]);

await challenge(CHAPTER, async (command) => {
  const container = start([...runtime(CHAPTER), "run", "sleep", "3000.51"]);
  const pid = await findProcess(/^sleep 3000\.51$/);
  try {
    const id = path.basename(groupOf(pid, "memory")).replace("ft-docker-", "");
    const changes = ["--change", "USER nobody", "--change", "WORKDIR /tmp", "--change", "CMD id -u; pwd"];
    const committed = await call("commit", ...changes, id, NAME);
    same(committed.stderr, "", `commit ${changes.join(" ")}`);
    same((await command("--image", NAME)).stdout, "65534\n/tmp\n", "the new image's own command");
    const refused = await call("commit", "--change", "SHOUT loudly", id);
    same(String(refused.status), "125", "commit --change 'SHOUT loudly', its status");
  } finally {
    process.kill(pid, "SIGKILL");
    await container.done;
    await call("rmi", NAME);
  }
});
