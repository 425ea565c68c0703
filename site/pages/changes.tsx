/** The whole difference between a chapter and the one before: of the lists of syscalls, and of the code, hunk by hunk. */
import { changesOf } from "../changes.ts";
import type { Chapter } from "../chapters.ts";
import { slug } from "../context.ts";
import { Change, ChangeSize } from "../elements/differences.tsx";
import { ListChanges } from "../elements/list-changes.tsx";
import { renderPage } from "../layout.tsx";
import type { ChapterContent } from "./chapter.tsx";

export function changesPage(content: ChapterContent, chapters: readonly Chapter[]): string {
  const context = { ...content.context, root: "../../" };
  const { chapter } = context;
  const changes = changesOf(chapter);
  return renderPage({
    title: `What changed in chapter ${chapter.number}`,
    description: `Each line by which chapter ${chapter.number} differs from the one before, with its reason.`,
    address: `${chapter.name}/changes/`,
    chapters,
    children: (
      <article className="changes">
        <header>
          <p className="number">
            <a href="../">
              Chapter {chapter.number}, {chapter.title}
            </a>
          </p>
          <h1>What changed</h1>
          <p className="summary">
            The whole difference from chapter {chapter.number - 1}: each step of the list, and each line of
            the code, with its reason.
          </p>
        </header>
        <h2 id="the-list">The list</h2>
        <ListChanges context={context} before={content.listBefore ?? []} after={content.list} />
        {changes.map((change) => (
          <section key={change.file}>
            <h2 id={slug(change.file)}>
              <code>{change.file}</code> <ChangeSize change={change} />
            </h2>
            <Change context={context} change={change} />
          </section>
        ))}
      </article>
    ),
  });
}
