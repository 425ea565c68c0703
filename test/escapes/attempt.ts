/** A way out of a container, as data: importing it runs nothing. */
import type { Guard } from "./guards.ts";

export interface Way {
  readonly name: string;
  /** What it would be good for. */
  readonly tries: string;
  /** What a default container answers: an errno, or a word. */
  readonly refused: string;
  /** Each of them refuses by itself: it works where all are off, and in no container where one is on. */
  readonly guards: readonly Guard[];
  /** Where it stops, so that nothing happens in a container in which it works. */
  readonly stops?: string;
}

/** One that a command tries from inside. */
export interface Attempt extends Way {
  /** Perl, with the functions of tools.pl; true where it works. It stops short of any harm. */
  readonly perl: string;
  /** It works, and that is meant so; with these flags it is refused. */
  readonly allowed?: { readonly why: string; readonly refusedBy: readonly string[] };
  /** Not every machine has what is attacked. */
  readonly needs?: { readonly what: string; readonly here: () => boolean };
}

export interface Group {
  readonly title: string;
  readonly attempts: readonly Attempt[];
}
