/** The first page: what there is to be built, on one view, and where to begin. */
import { type Chapter, twoDigits } from "../chapters.ts";
import { sourceAddress } from "../context.ts";
import { Run } from "../elements/terminal.tsx";
import { type ListedStep, RUNTIME } from "../explain.ts";
import { renderPage } from "../layout.tsx";
import type { ChapterContent } from "./chapter.tsx";

export function homePage(contents: readonly ChapterContent[], chapters: readonly Chapter[]): string {
  const newest = contents.at(-1);
  const first = chapters[0];
  if (!newest || !first) throw new Error("there is no chapter");
  const minutes = chapters.reduce((sum, { reading, doing }) => sum + reading + doing, 0);
  return renderPage({
    title: "FT_DOCKER: build your own container runtime",
    description:
      "Build your own container runtime in TypeScript, step by step. A container is a list of syscalls.",
    address: "",
    chapters,
    children: (
      <article className="home">
        <header>
          <h1>Build your own container runtime</h1>
          <p className="summary">
            In TypeScript, step by step, with nothing hidden. A container is a list of syscalls: you write the
            list, read it before it runs, run it, and try to break out of it.
          </p>
          <p className="start">
            <a href={`${first.name}/`}>Start with chapter {first.number}</a>
            <span>
              {chapters.length} chapters, about {Math.round(minutes / 60)} hours
            </span>
          </p>
        </header>
        <Opening content={newest} />
        <h2 id="list">This is a container</h2>
        <p>
          All of it: what chapter {newest.context.chapter.number} asks the kernel for, up to the command
          itself. Each colour is one file of the chapter.
        </p>
        <Stripe steps={newest.list} chapter={newest.context.chapter} />
        <h2 id="chapters">The chapters</h2>
        <ol className="cards">
          {chapters.map((chapter) => (
            <Card key={chapter.name} chapter={chapter} />
          ))}
        </ol>
        <h2 id="need">What you need</h2>
        <p>
          A Linux machine (x64 or arm64) with Node 20 or newer, and root. No Docker, and no network once{" "}
          <code>npm ci</code> has run. You should have written some TypeScript; the kernel’s side is explained
          from the beginning.
        </p>
      </article>
    ),
  });
}

/** The first terminal of the newest chapter. */
function Opening({ content: { context } }: { content: ChapterContent }) {
  const [first] = context.transcripts.values();
  return first ? (
    <Run context={{ ...context, root: "./" }} command={first.command} type={first.type} />
  ) : null;
}

function Stripe({ steps, chapter }: { steps: readonly ListedStep[]; chapter: Chapter }) {
  const files = [...new Set(steps.map(fileOf))];
  return (
    <figure className="stripe">
      <ol>
        {steps.map((step) => (
          <li key={step.number} className={`file-${files.indexOf(fileOf(step)) % 10}`}>
            <a href={step.call === RUNTIME ? sourceOf(step) : `syscalls/#${step.call}`} title={step.why}>
              {step.call}
            </a>
          </li>
        ))}
      </ol>
      <figcaption>
        {files.map((file, i) => (
          <a key={file} className={`file-${i % 10}`} href={`source/chapters/${chapter.name}/${file}/`}>
            {file}
          </a>
        ))}
      </figcaption>
    </figure>
  );
}

function sourceOf({ source }: ListedStep): string {
  const [file = "", line] = source.split(":");
  return `${sourceAddress("./", file)}#L${line}`;
}

const fileOf = ({ source }: ListedStep): string => (source.split(":")[0] ?? "").split("/").slice(2).join("/");

const Card = ({ chapter }: { chapter: Chapter }) => (
  <li>
    <a href={`${chapter.name}/`}>
      <span className="number">{twoDigits(chapter.number)}</span>
      <b>{chapter.title}</b>
      <span className="what">{chapter.summary}</span>
      <span className="minutes">{chapter.reading + chapter.doing} minutes</span>
    </a>
  </li>
);
