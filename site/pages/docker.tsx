/** What Docker does where the chapters do what they do: the chapters' own sections, one after another. */
import { type Chapter, twoDigits } from "../chapters.ts";
import { fragmentContext } from "../content.ts";
import { elements } from "../elements/index.tsx";
import type { Fragment } from "../fragments.ts";
import { renderPage } from "../layout.tsx";

export const DOCKER_HEADING = "What Docker does here";

export function dockerPage(fragments: readonly Fragment[], chapters: readonly Chapter[]): string {
  const idOf = ({ number }: Chapter) => `chapter-${twoDigits(number)}`;
  return renderPage({
    title: "What Docker does",
    description: "Chapter by chapter: what Docker and runc do where you do it yourself.",
    address: "docker/",
    chapters,
    headings: fragments.map(({ chapter }) => ({ depth: 2, id: idOf(chapter), text: chapter.title })),
    children: (
      <article>
        <header>
          <h1>What Docker does</h1>
          <p className="summary">Chapter by chapter: what Docker and runc do where you do it yourself.</p>
        </header>
        {fragments.map(({ chapter, Body, outline }) => (
          <section key={chapter.name}>
            <h2 id={idOf(chapter)}>
              <a href={`../${chapter.name}/`}>
                {chapter.number}. {chapter.title}
              </a>
            </h2>
            <Body components={elements(fragmentContext(chapter, outline))} />
          </section>
        ))}
      </article>
    ),
  });
}
