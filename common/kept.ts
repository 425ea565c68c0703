/** What containers need that don't run: their records name it, and it stays while the record does. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
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

/** The containers that there are, whether they run or not. */
export function keptContainers(): Kept[] {
  const folder = path.join(home(), "records");
  return read(() => readdirSync(folder), [])
    .filter((name) => /^[0-9a-f]{12}$/.test(name))
    .flatMap((id) =>
      // It may be removed between the two looks.
      read(() => [JSON.parse(readFileSync(path.join(folder, id, "config.json"), "utf8")) as Kept], []),
    );
}

function read<T>(action: () => T, otherwise: T): T {
  try {
    return action();
  } catch (error) {
    if (!["ENOENT", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return otherwise;
  }
}
