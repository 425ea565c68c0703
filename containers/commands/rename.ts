import { UserError } from "../../common/errors.ts";
import { takeWords } from "../../images/commands/words.ts";
import { findContainer } from "../find.ts";
import { checkName, giveNameBack, holderOf, takeName } from "../names.ts";
import { updateConfig } from "../record.ts";

/** The new name is taken before the old one is given back: whatever happens, the container has a name. */
export function rename(words: readonly string[]): number {
  const [text = "", wanted = ""] = takeWords("rename", words, "CONTAINER NAME", {
    min: 2,
    max: 2,
    what: "container",
  });
  const { config } = findContainer("rename", text);
  const name = checkName(wanted);
  if (holderOf(name) === config.id)
    throw new UserError(`rename ${text} ${name}: that is its name already`, { hint: "choose another one" });
  takeName(name, config.id);
  const renamed = updateConfig(config.id, (now) => ({ ...now, name }));
  giveNameBack(renamed ? config.name : name, config.id);
  if (renamed) return 0;
  throw new UserError(`rename ${text}: it has just been removed`, { hint: "'ps -a' lists all" });
}
