/** Code from the chapter's files: `<Region>`, `<File>`; and the frame that all code stands in. */
import type { ReactNode } from "react";
import { readSource } from "../chapters.ts";
import { type Context, slug, sourceAddress } from "../context.ts";
import { highlight, languageOf } from "../highlight.ts";
import { type Excerpt, readExcerpt, wholeFile } from "../regions.ts";
import { Line } from "./tokens.tsx";

export function Region({ context, file, name }: { context: Context; file: string; name: string }) {
  const source = needSource(context, file);
  const excerpt = readExcerpt(source, `${context.chapter.name}/${file}`, name);
  return (
    <CodeFigure
      context={context}
      id={`code-${slug(`${file} ${name}`)}`}
      file={`chapters/${context.chapter.name}/${file}`}
      lines={[(excerpt.lines[0] ?? 0) + 1, (excerpt.lines.at(-1) ?? 0) + 1]}
      place={placeOf(source, excerpt)}
    >
      <ExcerptLines context={context} source={source} file={file} excerpt={excerpt} />
    </CodeFigure>
  );
}

export function WholeFile({ context, name }: { context: Context; name: string }) {
  const source = needSource(context, name);
  const excerpt = wholeFile(source);
  return (
    <CodeFigure
      context={context}
      id={`code-${slug(name)}`}
      file={`chapters/${context.chapter.name}/${name}`}
      lines={undefined}
      place="the whole file"
    >
      <ExcerptLines context={context} source={source} file={name} excerpt={excerpt} />
    </CodeFigure>
  );
}

function needSource({ chapter }: Context, file: string): string {
  const source = readSource(chapter.name, file);
  if (source === undefined) throw new Error(`${chapter.name}/index.mdx shows ${file}, which isn't there`);
  return source;
}

/** Where it goes, for who types along. */
function placeOf(source: string, { before, after, follows }: Excerpt): string {
  if (before.length === 0 && after.length === 0) return "the whole file";
  if (follows) return `after ${follows}`;
  return source.slice(0, source.indexOf("#region")).includes("import") ? "below the imports" : "at the top";
}

interface FigureProps {
  readonly context: Context;
  readonly id: string;
  /** Of the repository. */
  readonly file: string;
  readonly lines: readonly [number, number] | undefined;
  readonly place: ReactNode;
  readonly children: ReactNode;
}

export function CodeFigure({ context, id, file, lines, place, children }: FigureProps) {
  const name = file.split("/").slice(2).join("/");
  const at = lines ? `#L${lines[0]}` : "";
  return (
    <figure className="code" id={context.prefix + id}>
      <figcaption>
        <a href={`${sourceAddress(context.root, file)}${at}`}>{name}</a>
        <span>
          {lines && `line${lines[0] === lines[1] ? ` ${lines[0]}` : `s ${lines[0]}–${lines[1]}`}, `}
          {place}
        </span>
      </figcaption>
      <pre tabIndex={0}>
        <code>{children}</code>
      </pre>
    </figure>
  );
}

interface LinesProps {
  readonly context: Context;
  readonly source: string;
  readonly file: string;
  readonly excerpt: Excerpt;
}

function ExcerptLines({ context, source, file, excerpt }: LinesProps) {
  const tokens = highlight(source, languageOf(file));
  const text = source.split("\n");
  const seen = new Set<string>();
  const grey = (indexes: readonly number[]) =>
    indexes.length > 0 && <i className="x">{indexes.map((i) => `${text[i]}\n`).join("")}</i>;
  return (
    <>
      {grey(excerpt.before)}
      {excerpt.lines.map((i) => (
        <LineOf key={i}>
          <Line tokens={tokens[i] ?? []} context={context} seen={seen} />
          {"\n"}
        </LineOf>
      ))}
      {grey(excerpt.after)}
    </>
  );
}

const LineOf = ({ children }: { children: ReactNode }) => children;
