/** What containers need that don't run: their records name it, and it stays while the record does. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { namesIn } from "./directory.ts";
import { home } from "./home.ts";

/** Of a container's record, in `home()/records/ID/config.json`, what others must leave alone. */
export interface Kept {
  readonly id: string;
  readonly name: string;
  /** The digest of its image's config; none where its root is a directory. */
  readonly imageId?: string;
  /** Absolute paths of the layers, the topmost first. */
  readonly lowers: readonly string[];
}

export const recordsFolder = (): string => path.join(home(), "records");

/** The ids of all records, in no order. */
export const recordIds = (): string[] =>
  namesIn(recordsFolder()).filter((name) => /^[0-9a-f]{12}$/.test(name));

/** The containers that there are, whether they run or not. */
export const keptContainers = (): Kept[] => recordIds().flatMap(read);

/** It may be removed between the two looks. */
function read(id: string): Kept[] {
  try {
    return [JSON.parse(readFileSync(path.join(recordsFolder(), id, "config.json"), "utf8")) as Kept];
  } catch (error) {
    if (!["ENOENT", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return [];
  }
}
