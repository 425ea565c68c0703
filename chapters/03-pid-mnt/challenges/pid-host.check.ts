import { readlinkSync } from "node:fs";
import { challenge, same } from "../../../test/challenge.ts";

await challenge("03-pid-mnt", async (command) => {
  const host = readlinkSync("/proc/self/ns/pid");
  const { stdout, stderr } = await command("--pid", "host", "readlink", "/proc/self/ns/pid");
  same(stdout + stderr, `${host}\n`, "run --pid host readlink /proc/self/ns/pid");
  const seen = await command("--pid", "host", "test", "-d", `/proc/${process.pid}`);
  same(String(seen.status), "0", `run --pid host test -d /proc/${process.pid}`);
  same((await command("sh", "-c", "echo $$")).stdout, "1\n", "run sh -c 'echo $$'");
});
