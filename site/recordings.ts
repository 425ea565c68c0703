/** Recorded terminals: what the site shows of them, and where they are kept. One file for each chapter. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Something that was typed, or that came. */
export interface Event {
  /** Milliseconds since the event before it. */
  readonly after: number;
  readonly text: string;
  /** It was typed; output otherwise. */
  readonly typed?: true;
  /** It is in the second terminal, which is the host's. */
  readonly host?: true;
}

export interface Transcript {
  readonly command: string;
  readonly type?: string;
  readonly events: readonly Event[];
}

export const recordingsFile = (chapter: string): string =>
  path.join(import.meta.dirname, "recordings", `${chapter}.json`);

export function readRecordings(chapter: string): Transcript[] {
  const file = recordingsFile(chapter);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Transcript[]) : [];
}

/** What a recording is found by: the same words are recorded once. */
export const keyOf = (command: string, type: string | undefined): string =>
  type === undefined ? command : `${command}\n---\n${type}`;
