/** What came of the attempts when they were recorded, for the site: `npm run test:escapes -- --record`. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Recorded } from "./results.ts";

const FILE = path.join(import.meta.dirname, "../../site/recordings/escapes.json");

/** By the attempts' names. */
export type Recording = Readonly<Record<string, Recorded>>;

export const readRecording = (): Recording =>
  existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as Recording) : {};

/** In the order of the names, all that was tried: what this machine hasn't got stays as it was recorded on another one. */
export function writeRecording(names: readonly string[], found: Recording): void {
  const before = readRecording();
  const entries = names.flatMap((name) => {
    const known = found[name] ?? before[name];
    return known ? [[name, known]] : [];
  });
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`);
}
