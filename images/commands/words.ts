/** The words behind a command's flags. */
import { UserError } from "../../common/errors.ts";

/** As many words as the command takes; throws a UserError that shows how it is used. */
export function takeWords(
  command: string,
  words: readonly string[],
  usage: string,
  { min, max, what = "image" }: { readonly min: number; readonly max: number; readonly what?: string },
): readonly string[] {
  const hint = usage === "" ? command : `${command} ${usage}`;
  const flag = words.find((word) => word.startsWith("-") && word !== "-");
  if (flag !== undefined) throw new UserError(`${command}: ${flag}: flags stand before names`, { hint });
  if (words.length < min)
    throw new UserError(
      `${command}: no ${min > words.length && words.length > 0 ? "second name" : what} is named`,
      { hint },
    );
  if (words.length > max) throw new UserError(`${command}: ${words[max]}: one word too many`, { hint });
  return words;
}
