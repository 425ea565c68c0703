import { readFileSync } from "node:fs";
import path from "node:path";
import { groupOf } from "../../../test/cgroups.ts";
import { challenge, same } from "../../../test/challenge.ts";
import { findProcess, run, runtime, start } from "../../../test/harness.ts";

const CHAPTER = "04-cgroups";
const update = (...words: string[]) => run([...runtime(CHAPTER), "update", ...words]);

await challenge(CHAPTER, async () => {
  const container = start([...runtime(CHAPTER), "run", "--pids-limit", "20", "sleep", "3000.62"]);
  const pid = await findProcess(/^sleep 3000\.62$/);
  try {
    const group = groupOf(pid, "pids");
    const prefix = path.basename(group).replace("ft-docker-", "").slice(0, 8);
    const { status, stderr } = await update("--pids-limit", "30", prefix);
    same(`${status}${stderr}`, "0", `update --pids-limit 30 ${prefix}`);
    same(readFileSync(path.join(group, "pids.max"), "utf8"), "30\n", "pids.max");
    const nobody = await update("--pids-limit", "30", "nobody");
    same(`${nobody.status}`, "125", "update of a container that doesn't run");
  } finally {
    process.kill(pid, "SIGKILL");
    await container.done;
  }
});
