/** A chapter's page, and what stands around its text: also on the page with the whole book. */
import type { ReactNode } from "react";
import { changesOf } from "../changes.ts";
import { type Chapter, twoDigits } from "../chapters.ts";
import { onPage } from "../content.ts";
import { type Context, pageAddress, slug } from "../context.ts";
import { ChangeSize } from "../elements/differences.tsx";
import { elements } from "../elements/index.tsx";
import type { ListedStep } from "../explain.ts";
import { renderPage, rootOf } from "../layout.tsx";
import type { Compiled } from "../mdx.ts";
import type { Heading } from "../outline.ts";

export interface ChapterContent extends Compiled {
  readonly context: Context;
  /** Lists for the same command: this chapter's, and that of the chapter before. */
  readonly list: readonly ListedStep[];
  readonly listBefore: readonly ListedStep[] | undefined;
}

/** The chapter's page of that name, or its only one. */
export function chapterPage(content: ChapterContent, page: string, chapters: readonly Chapter[]): string {
  const { chapter, outline } = content.context;
  const address = pageAddress(chapter, page);
  const root = rootOf(address);
  const styles: string[] = [];
  const title = outline.pages.find(({ name }) => name === page)?.title;
  return renderPage({
    styles,
    title: `${chapter.number}. ${chapter.title}${title ? `: ${title}` : ""}`,
    description: chapter.summary,
    address,
    chapters,
    headings: headingsOf(content.context).map((heading) => ({
      ...heading,
      page: heading.page === page ? "" : root + pageAddress(chapter, heading.page),
    })),
    children: (
      <>
        <ChapterArticle content={onPage(content, { page, root, styles })} />
        <Neighbours context={content.context} page={page} chapters={chapters} root={root} />
      </>
    ),
  });
}

function headingsOf({ chapter, outline }: Context): Heading[] {
  const last = outline.pages.at(-1)?.name ?? "";
  const changed = { depth: 2, id: "what-changed", text: "What changed", page: last };
  return chapter.before ? [...outline.headings, changed] : outline.headings;
}

export function ChapterArticle({ content }: { content: ChapterContent }) {
  const { Body, context } = content;
  const { chapter, page, outline } = context;
  const isLast = page === undefined || page === outline.pages.at(-1)?.name;
  return (
    <article className="chapter" data-chapter={isLast ? chapter.name : undefined}>
      {page ? <Continued context={context} /> : <Beginning context={context} />}
      <Body components={elements(context)} />
      {isLast && chapter.before && <WhatChanged context={context} />}
    </article>
  );
}

const Beginning = ({ context: { chapter, prefix } }: { context: Context }) => (
  <>
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
  </>
);

const Continued = ({ context: { chapter, page, outline } }: { context: Context }) => (
  <header>
    <p className="number">
      <a href="../">
        Chapter {twoDigits(chapter.number)}, {chapter.title}
      </a>
    </p>
    <h1>{outline.pages.find(({ name }) => name === page)?.title}</h1>
  </header>
);

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
  readonly context: Context;
  readonly page: string;
  readonly chapters: readonly Chapter[];
  readonly root: string;
}

/** The chapter's other pages come between the other chapters. */
function Neighbours({ context: { chapter, outline }, page, chapters, root }: NeighboursProps) {
  const own = outline.pages.map(({ name, title }) => ({
    address: pageAddress(chapter, name),
    text: title || titleOf(chapter),
  }));
  const at = chapters.indexOf(chapter);
  const others = (some: readonly Chapter[]) =>
    some.map((each) => ({ address: pageAddress(each, ""), text: titleOf(each) }));
  const all = [...others(chapters.slice(0, at)), ...own, ...others(chapters.slice(at + 1))];
  const here = all.findIndex(({ address }) => address === pageAddress(chapter, page));
  return (
    <nav className="neighbours" aria-label="Neighbouring pages">
      <Neighbour to={all[here - 1]} root={root} rel="prev">
        Before
      </Neighbour>
      <Neighbour to={all[here + 1]} root={root} rel="next">
        Next
      </Neighbour>
    </nav>
  );
}

const titleOf = ({ number, title }: Chapter): string => `${twoDigits(number)} ${title}`;

interface NeighbourProps {
  readonly to: { readonly address: string; readonly text: string } | undefined;
  readonly root: string;
  readonly rel: string;
  readonly children: ReactNode;
}

function Neighbour({ to, root, rel, children }: NeighbourProps) {
  if (!to) return <span />;
  return (
    <a rel={rel} href={root + to.address}>
      <span>{children}</span>
      {to.text}
    </a>
  );
}
