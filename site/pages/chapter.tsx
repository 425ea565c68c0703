/** A chapter's page, and what stands around its text: also on the page with the whole book. */
import type { ReactNode } from "react";
import { changesOf } from "../changes.ts";
import { type Chapter, twoDigits } from "../chapters.ts";
import { type Context, slug } from "../context.ts";
import { ChangeSize } from "../elements/differences.tsx";
import { elements } from "../elements/index.tsx";
import type { ListedStep } from "../explain.ts";
import { renderPage } from "../layout.tsx";
import type { Compiled } from "../mdx.ts";

export interface ChapterContent extends Compiled {
  readonly context: Context;
  /** Lists for the same command: this chapter's, and that of the chapter before. */
  readonly list: readonly ListedStep[];
  readonly listBefore: readonly ListedStep[] | undefined;
}

export function chapterPage(content: ChapterContent, chapters: readonly Chapter[]): string {
  const { chapter, styles, outline } = content.context;
  return renderPage({
    styles,
    title: `${chapter.number}. ${chapter.title}`,
    description: chapter.summary,
    address: `${chapter.name}/`,
    chapters,
    headings: [
      ...outline.headings,
      ...(chapter.before ? [{ depth: 2, id: "what-changed", text: "What changed" }] : []),
    ],
    children: (
      <>
        <ChapterArticle content={content} />
        <Neighbours chapter={chapter} chapters={chapters} root={content.context.root} />
      </>
    ),
  });
}

export function ChapterArticle({ content }: { content: ChapterContent }) {
  const { Body, context } = content;
  const { chapter, prefix } = context;
  return (
    <article className="chapter" data-chapter={chapter.name}>
      <header>
        <p className="number">Chapter {twoDigits(chapter.number)}</p>
        <h1 id={`${prefix}top`}>{chapter.title}</h1>
        <p className="summary">{chapter.summary}</p>
        <p className="minutes">
          {chapter.reading} minutes to read, {chapter.doing} to do
        </p>
      </header>
      <div className="learn">
        <p>You will learn</p>
        <ul>
          {chapter.learn.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
      <Body components={elements(context)} />
      {chapter.before && <WhatChanged context={context} />}
    </article>
  );
}

/** Its own page has the lines. */
function WhatChanged({ context }: { context: Context }) {
  const { prefix, chapter, root } = context;
  const id = `${prefix}what-changed`;
  const page = `${root}${chapter.name}/changes/`;
  return (
    <section>
      <h2 id={id}>
        <a href={`#${id}`}>What changed</a>
      </h2>
      <p>
        <a href={page}>The whole difference from chapter {chapter.number - 1}</a>: each step of the list, and
        each line of the code, with its reason.
      </p>
      <ul className="files">
        {changesOf(chapter).map((change) => (
          <li key={change.file}>
            <a href={`${page}#${slug(change.file)}`}>
              <code>{change.file}</code>
            </a>{" "}
            <ChangeSize change={change} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface NeighboursProps {
  readonly chapter: Chapter;
  readonly chapters: readonly Chapter[];
  readonly root: string;
}

function Neighbours({ chapter, chapters, root }: NeighboursProps) {
  const at = chapters.indexOf(chapter);
  return (
    <nav className="neighbours" aria-label="Neighbouring chapters">
      <Neighbour chapter={chapters[at - 1]} root={root} rel="prev">
        Before
      </Neighbour>
      <Neighbour chapter={chapters[at + 1]} root={root} rel="next">
        Next
      </Neighbour>
    </nav>
  );
}

interface NeighbourProps {
  readonly chapter: Chapter | undefined;
  readonly root: string;
  readonly rel: string;
  readonly children: ReactNode;
}

function Neighbour({ chapter, root, rel, children }: NeighbourProps) {
  if (!chapter) return <span />;
  return (
    <a rel={rel} href={`${root}${chapter.name}/`}>
      <span>{children}</span>
      {twoDigits(chapter.number)} {chapter.title}
    </a>
  );
}
