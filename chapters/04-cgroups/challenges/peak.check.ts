import path from "node:path";
import { groupOf } from "../../../test/cgroups.ts";
import { challenge } from "../../../test/challenge.ts";
import { findProcess, run, runtime, start } from "../../../test/harness.ts";

const CHAPTER = "04-cgroups";
const stats = (...words: string[]) => run([...runtime(CHAPTER), "stats", "--no-stream", ...words]);

await challenge(CHAPTER, async () => {
  const script = "head -c 24m /dev/zero | tail -c 24m > /dev/null; exec sleep 3000.61";
  const container = start([...runtime(CHAPTER), "run", "sh", "-c", script]);
  const pid = await findProcess(/^sleep 3000\.61$/);
  try {
    const id = path.basename(groupOf(pid, "memory")).replace("ft-docker-", "");
    const { stdout } = await stats("--format", "json", id);
    const { MemPeak } = JSON.parse(stdout) as { MemPeak?: string };
    if (!MemPeak) throw new Error("stats --format json has no MemPeak");
    const [, mebibytes = "0"] = /^([\d.]+)MiB$/.exec(MemPeak) ?? [];
    if (Number(mebibytes) < 24) throw new Error(`MemPeak is ${MemPeak} in a container that has used 24MiB`);
    const table = await stats(id);
    if (!/^CONTAINER ID .* MEM PEAK /.test(table.stdout)) throw new Error("stats has no column MEM PEAK");
  } finally {
    process.kill(pid, "SIGKILL");
    await container.done;
  }
});
