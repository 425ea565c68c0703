import { readlinkSync } from "node:fs";
import { challenge, same } from "../../../test/challenge.ts";

const LINK = "/proc/self/ns/uts";

await challenge("02-uts", async (command) => {
  // Only explained, so that a solution which isn't one yet can't rename the host.
  const { stdout: list, stderr } = await command("--uts", "host", "--explain", "true");
  same(stderr, "", "run --uts host --explain true");
  same(String(list.includes("sethostname")), "false", "looking for sethostname in the list of --uts host");
  const both = await command("--uts", "host", "--hostname", "box", "--explain", "true");
  same(String(both.status), "125", "the exit status of run --uts host --hostname box");
  const host = readlinkSync(LINK);
  same(
    (await command("--uts", "host", "readlink", LINK)).stdout,
    `${host}\n`,
    `run --uts host readlink ${LINK}`,
  );
  const own = await command("readlink", LINK);
  same(String(own.stdout === `${host}\n`), "false", "asking whether it is the host's without the flag");
});
