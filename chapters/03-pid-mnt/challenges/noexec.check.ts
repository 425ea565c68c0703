import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { challenge, same } from "../../../test/challenge.ts";
import { tempDir } from "../../../test/harness.ts";

await challenge("03-pid-mnt", async (command) => {
  const folder = tempDir();
  writeFileSync(path.join(folder, "hello"), "#!/bin/sh\necho hello\n");
  chmodSync(path.join(folder, "hello"), 0o755);
  const allowed = await command("-v", `${folder}:/data`, "/data/hello");
  same(allowed.stdout, "hello\n", "run -v DIR:/data /data/hello");
  const refused = await command("-v", `${folder}:/data:noexec`, "/data/hello");
  same(
    refused.stderr.split("\n")[0] ?? "",
    "error: run /data/hello: EACCES (permission denied)",
    "with :noexec",
  );
  same(String(refused.status), "126", "its exit status");
});
