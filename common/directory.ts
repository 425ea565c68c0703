/** What is in a directory that may not be there. */
import { readdirSync } from "node:fs";

/** None where there is no such directory, or where it is another user's: `--explain` needs no root. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (!["ENOENT", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return [];
  }
}
