/** All that a chapter's page shows, read and computed before it is rendered: rendering can't wait. */
import type { Chapter } from "./chapters.ts";
import type { Context } from "./context.ts";
import { explain } from "./explain.ts";
import { type Compiled, compile } from "./mdx.ts";
import type { Outline } from "./outline.ts";
import type { ChapterContent } from "./pages/chapter.tsx";
import { keyOf, readRecordings } from "./recordings.ts";

/** A command that every chapter can run. */
const COMMON = "run /bin/true";

export async function readContent(chapter: Chapter): Promise<ChapterContent> {
  const args = [...chapter.mdx.matchAll(/<Explain\s+args="([^"]*)"/g)].map(([, found = ""]) => found);
  const [compiled, list, listBefore, ...lists] = await Promise.all([
    compile(chapter),
    explain(chapter.name, COMMON),
    chapter.before ? explain(chapter.before, COMMON) : undefined,
    ...args.map((each) => explain(chapter.name, each)),
  ]);
  const recordings = readRecordings(chapter.name);
  const context = {
    chapter,
    outline: compiled.outline,
    page: undefined,
    root: "../",
    prefix: "",
    styles: [],
    lists: new Map(args.map((each, i) => [each, lists[i] ?? []])),
    transcripts: new Map(recordings?.transcripts.map((each) => [keyOf(each.command, each.type), each])),
    namespaces: recordings?.namespaces,
  };
  return { ...(compiled satisfies Compiled), context, list, listBefore };
}

/** The same for another page: one of the chapter's own, or the book on one page, which has each chapter once more. */
export const onPage = (
  content: ChapterContent,
  place: Pick<Context, "styles"> & Partial<Context>,
): ChapterContent => ({ ...content, context: { ...content.context, ...place } });

/** For a part of a chapter on another page. */
export const fragmentContext = (chapter: Chapter, outline: Outline): Context => ({
  chapter,
  outline,
  page: undefined,
  root: "../",
  prefix: "",
  styles: [],
  lists: new Map(),
  transcripts: new Map(),
  namespaces: undefined,
});
