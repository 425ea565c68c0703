/** The book on one page: to search in, to print, to take along. */
import type { Chapter } from "../chapters.ts";
import { twoDigits } from "../chapters.ts";
import { onPage } from "../content.ts";
import { renderPage } from "../layout.tsx";
import { ChapterArticle, type ChapterContent } from "./chapter.tsx";

export function allPage(contents: readonly ChapterContent[], chapters: readonly Chapter[]): string {
  const styles: string[] = [];
  const here = contents.map((content) => {
    const { number } = content.context.chapter;
    return onPage(content, { prefix: `c${twoDigits(number)}-`, styles });
  });
  return renderPage({
    styles,
    title: "The book on one page",
    description: "All chapters of FT_DOCKER on one page.",
    address: "all/",
    chapters,
    headings: here.map(({ context: { chapter, prefix } }) => ({
      depth: 2,
      id: `${prefix}top`,
      text: `${chapter.number}. ${chapter.title}`,
    })),
    children: here.map((content) => <ChapterArticle key={content.context.prefix} content={content} />),
  });
}
