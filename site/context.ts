/** What the elements of a text know about the page on which they stand. */
import type { Chapter } from "./chapters.ts";
import type { ListedStep } from "./explain.ts";
import type { Heading, Outline } from "./outline.ts";
import type { Sides, Transcript } from "./recordings.ts";

export interface Context {
  readonly chapter: Chapter;
  readonly outline: Outline;
  /** The name of the chapter's page that is shown; undefined where all of them are, one below the other. */
  readonly page: string | undefined;
  /** From the page to the site's top: "../". */
  readonly root: string;
  /** Before each id: on the page with the whole book, several chapters have the same headings. */
  readonly prefix: string;
  /** Lists of syscalls, by the arguments of their `<Explain>`. */
  readonly lists: ReadonlyMap<string, readonly ListedStep[]>;
  /** Rules of style for this page alone. */
  readonly styles: string[];
  readonly transcripts: ReadonlyMap<string, Transcript>;
  readonly namespaces: Sides | undefined;
}

/** "container.ts container" as a part of an id. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** The address of a place of a chapter: `id`, which is under `heading`. */
export const placeAddress = (root: string, chapter: Chapter, heading: Heading, id: string): string =>
  `${root}${pageAddress(chapter, heading.page)}#${id}`;

/** From the site's top, the address of one of a chapter's pages. */
export const pageAddress = ({ name }: Chapter, page: string): string =>
  page === "" ? `${name}/` : `${name}/${page}/`;

/** The address of a source file's own page. */
export const sourceAddress = (root: string, file: string): string => `${root}source/${file}/`;
