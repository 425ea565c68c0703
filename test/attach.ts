/** `logs DIRECTORY [FLAG=VALUE]` and `attach SOCKET [FLAG=VALUE]`, of a monitor that no record speaks of: for tests. */
import { report, say } from "../common/cli.ts";
import { beginAttach } from "../containers/attach.ts";
import { logs } from "../containers/commands/logs.ts";
import { DEFAULT_KEYS, parseKeys } from "../containers/detach-keys.ts";

const [, , command = "", place = "", ...words] = process.argv;
const flags = Object.fromEntries(words.map((word) => word.split("=") as [string, string]));

async function main(): Promise<number> {
  if (command === "logs") return logs({}, [place], () => ({ directory: place, ended: () => true }));
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
