/** The known ways out of a container: what a default container answers, as recorded, what refuses, and where it works instead. */
import type { ReactNode } from "react";
import type { Attempt, Way } from "../../test/escapes/attempt.ts";
import { STARTS, type Start } from "../../test/escapes/before.ts";
import { GUARDS } from "../../test/escapes/guards.ts";
import { readRecording } from "../../test/escapes/recording.ts";
import type { Recorded } from "../../test/escapes/results.ts";
import { GROUPS } from "../../test/escapes/table.ts";
import { type Chapter, twoDigits } from "../chapters.ts";
import { slug, sourceAddress } from "../context.ts";
import { renderPage } from "../layout.tsx";

const BEFORE: Readonly<Record<string, Start>> = STARTS;
const SECTIONS: readonly { readonly title: string; readonly ways: readonly (Attempt | Start)[] }[] = [
  ...GROUPS.map(({ title, attempts }) => ({ title, ways: attempts })),
  { title: "Laid before the container begins", ways: Object.values(BEFORE) },
];
const MECHANISMS = "What refuses";

export function escapesPage(chapters: readonly Chapter[]): string {
  const recording = readRecording();
  const titles = [...SECTIONS.map(({ title }) => title), MECHANISMS];
  return renderPage({
    title: "Ways out",
    description: "Every known way out of a container, tried: what refuses it, and where it works.",
    address: "escapes/",
    chapters,
    headings: titles.map((title) => ({ depth: 2, id: slug(title), text: title })),
    children: (
      <article>
        <header>
          <h1>Ways out</h1>
          <p className="summary">
            {SECTIONS.flatMap(({ ways }) => ways).length} known ways out of a container, each tried on the
            last chapter’s.
          </p>
        </header>
        <Introduction />
        {SECTIONS.map(({ title, ways }) => (
          <section key={title}>
            <h2 id={slug(title)}>{title}</h2>
            <div className="wide" tabIndex={0}>
              <table>
                <thead>
                  <tr>
                    <th>What is tried</th>
                    <th>A default container</th>
                    <th>What refuses</th>
                    <th>It works in</th>
                  </tr>
                </thead>
                <tbody>
                  {ways.map((way) => (
                    <Row key={way.name} way={way} recorded={recording[way.name]} chapters={chapters} />
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        ))}
        <h2 id={slug(MECHANISMS)}>{MECHANISMS}</h2>
        <dl>
          {Object.entries(GUARDS).map(([name, says]) => (
            <div key={name}>
              <dt id={`guard-${slug(name)}`}>{name}</dt>
              <dd>{says}</dd>
            </div>
          ))}
        </dl>
      </article>
    ),
  });
}

const Introduction = () => (
  <>
    <p>
      A test that finds everything refused may only be a bad attempt. So each is made in other containers too,
      in which one guard is off, or two, or all: it has to work where all that are named are off, and in no
      container where one of them is on. Each of them refuses by itself. What <code>exec</code> starts in a
      running container is refused the same. <code>npm run test:escapes</code> tries them all; what stands
      here is what it said. How it is done is in{" "}
      <a href={sourceAddress("../", "test/escapes/results.ts")}>
        <code>test/escapes</code>
      </a>
      .
    </p>
    <p>
      No attempt goes on to do harm. Where it would, it ends one step before: a file is opened and not written
      to, a module has no file. These are the ways that are known. A hole in the kernel itself that nobody
      knows yet is none of them: every container on a machine has the same kernel.
    </p>
  </>
);

interface RowProps {
  readonly way: Attempt | Start;
  readonly recorded: Recorded | undefined;
  readonly chapters: readonly Chapter[];
}

const Row = ({ way, recorded, chapters }: RowProps) => (
  <tr>
    <td>
      <b>{way.name}</b>
      <br />
      {way.tries}
      <How way={way} />
    </td>
    <td>
      {recorded ? <code>{recorded.outcome}</code> : "not tried: it takes a machine that has it"}
      {recorded?.guest && <p className="facts">in a guest ({recorded.guest}): not every kernel has it</p>}
    </td>
    <td>{"allowed" in way && way.allowed ? way.allowed.why : <Refusing guards={way.guards} />}</td>
    <td>
      <Control way={way} works={recorded?.works[0]} chapters={chapters} />
    </td>
  </tr>
);

const How = ({ way }: { way: Attempt | Start }) => (
  <details>
    <summary>How</summary>
    <pre>
      <code>{"perl" in way ? way.perl : way.shown}</code>
    </pre>
    {way.stops && <p>{way.stops}</p>}
  </details>
);

const Refusing = ({ guards }: Pick<Way, "guards">) =>
  guards.map((guard, i) => (
    <span key={guard}>
      {i > 0 && "; "}
      <a href={`#guard-${slug(guard)}`}>{guard}</a>
    </span>
  ));

function Control({
  way,
  works,
  chapters,
}: {
  way: Attempt | Start;
  works?: string;
  chapters: readonly Chapter[];
}): ReactNode {
  if ("allowed" in way && way.allowed)
    return (
      <>
        every container but with <code>{way.allowed.refusedBy.join(" ")}</code>
      </>
    );
  const chapter = chapters.find(({ number }) => works === `chapter ${twoDigits(number)}`);
  if (chapter) return <a href={`../${chapter.name}/`}>{works}</a>;
  if (!works?.startsWith("--")) return works;
  return works.split(/ (?=--)/).map((flag) => (
    <span key={flag}>
      <code>{flag}</code>{" "}
    </span>
  ));
}
