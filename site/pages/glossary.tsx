/** The words of the glossary, each with its definition and with the places where it is used. */
import type { Chapter } from "../chapters.ts";
import { placeAddress, slug } from "../context.ts";
import { renderPage } from "../layout.tsx";
import type { Outline } from "../outline.ts";
import { curly } from "../typography.ts";

interface Used {
  readonly chapter: Chapter;
  readonly outline: Outline;
}

export function glossaryPage(used: readonly Used[], chapters: readonly Chapter[]): string {
  const names = [...new Set(used.flatMap(({ outline }) => [...outline.terms.keys()]))];
  return renderPage({
    title: "Glossary",
    description: "The words of the book, each with the place where it is explained.",
    address: "glossary/",
    chapters,
    children: (
      <section className="index">
        <h1>Glossary</h1>
        <p className="summary">Each word is explained where it is first used. Here they all are.</p>
        <dl>
          {names
            .sort((a, b) => a.localeCompare(b, "en"))
            .map((name) => (
              <Entry key={name} name={name} used={used} />
            ))}
        </dl>
      </section>
    ),
  });
}

function Entry({ name, used }: { name: string; used: readonly Used[] }) {
  const uses = used.flatMap(({ chapter, outline }) => {
    const term = outline.terms.get(name);
    return term ? [{ chapter, ...term }] : [];
  });
  const means = uses.find((use) => use.means !== undefined)?.means;
  if (means === undefined) throw new Error(`no text defines the word ${name}`);
  return (
    <div id={slug(name)}>
      <dt>{name}</dt>
      <dd>
        {curly(means)}.{" "}
        <span className="by">
          {uses.map(({ chapter, heading, means: here }) => (
            <a
              key={chapter.name}
              href={placeAddress("../", chapter, heading, here ? `term-${slug(name)}` : heading.id)}
            >
              Chapter {chapter.number}, {heading.text}
            </a>
          ))}
        </span>
      </dd>
    </div>
  );
}
