import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { challenge, same } from "../../../test/challenge.ts";
import { tempDir } from "../../../test/harness.ts";

await challenge("06-net-user", async (command) => {
  const file = path.join(tempDir(), "id");
  const first = await command("--network", "none", "--cidfile", file, "cat", "/proc/sys/kernel/hostname");
  same(first.stderr, "", "run --cidfile FILE");
  if (!existsSync(file)) throw new Error("run --cidfile FILE makes no file");
  same(readFileSync(file, "utf8"), first.stdout.trimEnd(), "FILE, without a newline");
  const { stdout, stderr, status } = await command("--network", "none", "--cidfile", file, "echo", "began");
  same(`${stdout}${status}`, "125", "run --cidfile with a FILE that is there");
  if (!/^error: --cidfile /.test(stderr)) throw new Error(`it says ${JSON.stringify(stderr)}`);
});
