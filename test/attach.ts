/** `logs DIRECTORY` and `attach SOCKET [FLAG=VALUE]`, of a monitor that no record speaks of: for tests. */
import { report, say } from "../common/cli.ts";
import { beginAttach } from "../containers/attach.ts";
import { DEFAULT_KEYS, parseKeys } from "../containers/detach-keys.ts";
import { writeLogs } from "../containers/logs.ts";
import { write } from "../containers/output.ts";

const [, , command = "", place = "", ...words] = process.argv;
const flags = Object.fromEntries(words.map((word) => word.split("=") as [string, string]));

async function main(): Promise<number> {
  if (command === "logs") {
    const all = { follow: false, tail: undefined, since: undefined, until: undefined, timestamps: false };
    await writeLogs(place, all, () => true, write);
    return 0;
  }
  const { ended } = beginAttach({
    socket: place,
    tty: flags.tty === "true",
    stdin: flags.stdin !== "false",
    keys: parseKeys(flags.keys ?? DEFAULT_KEYS),
    signal: flags.proxy === "true" ? (signal) => say(`signal ${signal}`) : undefined,
  });
  const how = await ended;
  say(JSON.stringify(how));
  return "status" in how ? how.status : 0;
}

process.exit(await main().catch(report));
