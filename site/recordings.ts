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

/** By type ("uts"), the number by which /proc names a namespace. */
export type Namespaces = Readonly<Record<string, number>>;

/** One process of a container, and a shell of the host. */
export interface Sides {
  readonly host: Namespaces;
  readonly container: Namespaces;
  /** Its PID as the host counts, and as it counts itself. */
  readonly pid: number;
  readonly inside: number;
}

export interface Recordings {
  /** Of the machine on which they were made: with another one, other files have the limits. */
  readonly cgroups: "v1" | "v2";
  readonly namespaces: Sides;
  readonly transcripts: readonly Transcript[];
}

export const recordingsFile = (chapter: string): string =>
  path.join(import.meta.dirname, "recordings", `${chapter}.json`);

/** Undefined for a chapter that hasn't been recorded yet. */
export function readRecordings(chapter: string): Recordings | undefined {
  const file = recordingsFile(chapter);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Recordings) : undefined;
}

/** What a recording is found by: the same words are recorded once. */
export const keyOf = (command: string, type: string | undefined): string =>
  type === undefined ? command : `${command}\n---\n${type}`;
