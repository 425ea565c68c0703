/** `<Diff>` and `<Plumbing>`, and what the page of changes shows of a file. */
import type { ReactNode } from "react";
import { changesOf, type FileChange, type Hunk } from "../changes.ts";
import { type Context, placeAddress, slug, sourceAddress } from "../context.ts";
import type { Heading } from "../outline.ts";
import { CodeFigure } from "./code.tsx";
import { HunkLines } from "./hunks.tsx";

export function Diff({ context, file }: { context: Context; file: string }) {
  const change = changesOf(context.chapter).find((each) => each.file === file);
  if (!change)
    throw new Error(`${context.chapter.name}: ${file} doesn't differ, and its text shows a <Diff>`);
  return (
    <CodeFigure
      context={context}
      id={`code-${slug(file)}`}
      file={`chapters/${context.chapter.name}/${file}`}
      lines={undefined}
      place={`what differs from chapter ${context.chapter.number - 1}`}
    >
      {change.hunks.map((hunk, i) => (
        <Separated key={hunk.position} first={i === 0}>
          <HunkLines context={context} change={change} hunk={hunk} around={1} />
        </Separated>
      ))}
    </CodeFigure>
  );
}

const Separated = ({ first, children }: { first: boolean; children: ReactNode }) => (
  <>
    {!first && <i className="x">{"  ⋯\n"}</i>}
    {children}
  </>
);

/** Folded: what else changed, in a line each. The page of changes has the code. */
export function Plumbing({
  context,
  file,
  children,
}: {
  context: Context;
  file: string;
  children: ReactNode;
}) {
  return (
    <details className="plumbing">
      <summary>
        Plumbing in <code>{file}</code>
      </summary>
      {children}
      {context.chapter.before && (
        <p>
          <a href={`${context.root}${context.chapter.name}/changes/#${slug(file)}`}>The lines of code</a>
        </p>
      )}
    </details>
  );
}

/** Every hunk of a file that differs, with what explains it. */
export function Change({ context, change }: { context: Context; change: FileChange }) {
  if (change.before === "") return <NewFile context={context} change={change} />;
  return change.hunks.map((hunk) => (
    <div className="explained" key={hunk.position}>
      <pre className="hunk" tabIndex={0}>
        <code>
          <HunkLines context={context} change={change} hunk={hunk} around={1} />
        </code>
      </pre>
      <Explanation context={context} file={change.file} hunk={hunk} />
    </div>
  ));
}

export function ChangeSize({ change }: { change: FileChange }) {
  const count = (lines: (hunk: Hunk) => number) => change.hunks.reduce((sum, hunk) => sum + lines(hunk), 0);
  if (change.before === "") return <span>new, {change.after.split("\n").length - 1} lines</span>;
  return (
    <span>
      <ins>+{count(({ added }) => added.length)}</ins> <del>−{count(({ removed }) => removed.length)}</del>
    </span>
  );
}

/** A line of a list as a sentence of its own. */
const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

function NewFile({ context, change: { file } }: { context: Context; change: FileChange }) {
  const shown = [...context.outline.places].filter(
    ([key]) => key.startsWith(`Region ${file} `) || key === `File ${file}`,
  );
  const address = sourceAddress(context.root, `chapters/${context.chapter.name}/${file}`);
  return (
    <p>
      A new file, explained in{" "}
      {shown.map(([key, heading], i) => (
        <span key={key}>
          {i > 0 && ", "}
          <a href={codeAddress(context, key, heading)}>{heading.text}</a>
        </span>
      ))}
      . <a href={address}>Read it as a whole</a>.
    </p>
  );
}

function Explanation({ context, file, hunk }: { context: Context; file: string; hunk: Hunk }) {
  const { shownBy } = hunk;
  const { places, plumbing } = context.outline;
  if (typeof shownBy === "number") {
    const why = plumbing.get(file)?.[shownBy];
    if (why === undefined)
      throw new Error(`${context.chapter.name}/${file}: hunk ${shownBy + 1} is unexplained`);
    return <p className="why">{sentence(why.trim())}</p>;
  }
  const heading = places.get(shownBy);
  if (!heading) throw new Error(`${context.chapter.name}/index.mdx: no ${shownBy}`);
  return (
    <p className="why">
      Explained in <a href={codeAddress(context, shownBy, heading)}>{heading.text}</a>
    </p>
  );
}

/** Where `shown` ("Region FILE NAME") is shown. */
function codeAddress({ root, chapter }: Context, shown: string, heading: Heading): string {
  return placeAddress(root, chapter, heading, `code-${slug(shown.split(" ").slice(1).join(" "))}`);
}
