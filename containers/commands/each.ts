/** Several containers in one command: one that can't be done doesn't keep the others. */
import { print, report } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";

/** Does it for each word, and prints the word where it worked; returns the exit status. */
export async function each(
  command: string,
  words: readonly string[],
  action: (word: string) => Promise<void> | void,
  { printed = true } = {},
): Promise<number> {
  checkWords(command, words);
  let status = 0;
  for (const word of words) {
    try {
      await action(word);
      if (printed) print(1, word);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      status = report(error);
    }
  }
  return status;
}

export function checkWords(command: string, words: readonly string[]): void {
  const hint = `${command} CONTAINER…, and 'ps -a' lists them`;
  const flag = words.find((word) => word.startsWith("-"));
  if (flag !== undefined) throw new UserError(`${command}: ${flag}: flags stand before names`, { hint });
  if (words.length === 0) throw new UserError(`${command}: no container is named`, { hint });
}
