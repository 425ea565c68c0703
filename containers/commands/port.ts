import { print } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { takeWords } from "../../images/commands/words.ts";
import { type Facts, formatHost } from "../facts.ts";
import { findRunning } from "../find.ts";

const USAGE = "CONTAINER [PORT[/PROTOCOL]]";

/** Prints `80/tcp -> 0.0.0.0:8080` for each, or, of one port alone, the host's side. */
export function port(words: readonly string[], facts: Facts): number {
  const [name = "", wanted] = takeWords("port", words, USAGE, { min: 1, max: 2, what: "container" });
  const { config } = findRunning("port", name);
  const all = facts.published(config.flags.publish ?? []);
  if (wanted === undefined) {
    for (const each of all) print(1, `${each.container}/${each.protocol} -> ${formatHost(each)}`);
    return 0;
  }
  const match = /^(\d+)(?:\/(tcp|udp))?$/.exec(wanted);
  if (!match) throw new UserError(`port: ${wanted}: not a port`, { hint: "80, 80/tcp or 53/udp" });
  const [, number, protocol = "tcp"] = match;
  const found = all.filter((each) => each.container === Number(number) && each.protocol === protocol);
  if (found.length === 0)
    throw new UserError(`port ${name} ${wanted}: that port isn't published`, {
      hint: `'port ${name}' lists those that are`,
    });
  for (const each of found) print(1, formatHost(each));
  return 0;
}
