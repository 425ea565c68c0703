/** A chapter's slides, for a projector; printed, they are the hand-out: slides with their notes and room to write. */
import type { ComponentType, FunctionComponent, ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { type Chapter, readSource, twoDigits } from "../chapters.ts";
import type { Context } from "../context.ts";
import { Figure } from "../elements/figure.tsx";
import type { Elements } from "../elements/index.tsx";
import type { Compiled } from "../mdx.ts";
import { Layers } from "../pictures/layers.tsx";
import { keyOf } from "../recordings.ts";
import { readExcerpt } from "../regions.ts";

/** What a projector's slide holds, in lines; what is longer is cut, and says so. */
const TERMINAL_LINES = 9;
const CODE_LINES = 15;

export function slidesPage({ Body }: Compiled, context: Context): string {
  const { chapter } = context;
  const html = renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content={`Slides: ${chapter.summary}`} />
        <title>{`Slides: ${chapter.title} · FT_DOCKER`}</title>
        <link rel="icon" href="../../icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="../../slides.css" />
        <script type="module" src="../../slides.js" />
      </head>
      <body>
        <main>
          <Title chapter={chapter} />
          <Slide>
            <h2>What you will know</h2>
            <ul>
              {chapter.learn.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </Slide>
          <Body components={parts(context)} />
        </main>
      </body>
    </html>,
  );
  return `<!doctype html>\n${html}\n`;
}

const Title = ({ chapter }: { chapter: Chapter }) => (
  <section className="slide title">
    <p>
      FT_DOCKER · chapter {twoDigits(chapter.number)} · <a href={`../../${chapter.name}/`}>the text</a>
    </p>
    <h1>{chapter.title}</h1>
    <p>{chapter.summary}</p>
    <p className="keys">
      <kbd>→</kbd> <kbd>←</kbd> the next, the one before · <kbd>n</kbd> notes · print it for a hand-out
    </p>
  </section>
);

const Slide = ({ children }: { children?: ReactNode }) => <section className="slide">{children}</section>;

const Notes = ({ children }: { children?: ReactNode }) => <div className="notes">{children}</div>;

/** Plain words: a slide is read from far away, and nobody clicks on it. */
const Plain = ({ name, file, children }: { name?: string; file?: string; children?: ReactNode }) =>
  children ?? name ?? <code>{file}</code>;

const Terminal = ({ context, command, type }: { context: Context; command: string; type?: string }) => (
  <pre className="terminal">{cut(recorded(context, command, type), TERMINAL_LINES)}</pre>
);

const Code = ({ context, file, name }: { context: Context; file: string; name: string }) => (
  <figure>
    <pre>{cut(code(context, file, name), CODE_LINES)}</pre>
    <figcaption>{file}</figcaption>
  </figure>
);

function parts(context: Context): Elements {
  const here =
    <P extends object>(Element: ComponentType<P & { context: Context }>): FunctionComponent<P> =>
    (attributes: P) => <Element {...attributes} context={context} />;
  return {
    Slide,
    Notes,
    Figure,
    Term: Plain,
    Source: Plain,
    Question: Plain,
    Answer: Plain,
    Teacher: Plain,
    Layers: here(Layers),
    Run: here(Terminal),
    Region: here(Code),
  };
}

function recorded({ transcripts }: Context, command: string, type?: string): string {
  const events = transcripts.get(keyOf(command, type))?.events;
  return events?.map(({ text }) => text).join("") ?? `$ ${command}`;
}

function code({ chapter }: Context, file: string, name: string): string {
  const source = readSource(chapter.name, file) ?? "";
  const { lines } = readExcerpt(source, `${chapter.name}/${file}`, name);
  const all = source.split("\n");
  return lines.map((line) => all[line]).join("\n");
}

function cut(text: string, most: number): string {
  const lines = text.trimEnd().split("\n");
  return lines.length <= most ? lines.join("\n") : [...lines.slice(0, most - 1), "…"].join("\n");
}
