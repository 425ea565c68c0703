/** A source file's page: every line has an address. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Chapter, repo } from "../chapters.ts";
import { highlight, languageOf, type Token } from "../highlight.ts";
import { renderPage } from "../layout.tsx";

export function sourcePage(file: string, chapters: readonly Chapter[]): string {
  const text = readFileSync(path.join(repo, file), "utf8").replace(/\n$/, "");
  const lines = highlight(text, languageOf(file));
  return renderPage({
    title: file,
    description: `The source of ${file}.`,
    address: `source/${file}/`,
    chapters,
    children: (
      <section className="whole-source">
        <h1>
          <code>{file}</code>
        </h1>
        <pre tabIndex={0}>
          <code>
            {lines.map((tokens, i) => (
              <SourceLine key={i} number={i + 1} tokens={tokens} />
            ))}
          </code>
        </pre>
      </section>
    ),
  });
}

const SourceLine = ({ number, tokens }: { number: number; tokens: readonly Token[] }) => (
  <>
    <a className="l" id={`L${number}`} href={`#L${number}`}>
      {number}
    </a>
    {tokens.map(({ text, kind }, i) =>
      kind ? (
        <b key={i} className={kind}>
          {text}
        </b>
      ) : (
        text
      ),
    )}
    {"\n"}
  </>
);
