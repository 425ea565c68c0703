/** `<Diff>` and `<Plumbing>`, and the section of a page that has the whole difference to the chapter before. */
import { Children, isValidElement, type ReactElement, type ReactNode } from "react";
import { changesOf, type FileChange, type Hunk, hunksOf } from "../changes.ts";
import { readSource } from "../chapters.ts";
import { type Context, slug, sourceAddress } from "../context.ts";
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

/** Folded: each line of the list with the hunk that it is about. */
export function Plumbing({
  context,
  file,
  children,
}: {
  context: Context;
  file: string;
  children: ReactNode;
}) {
  const { chapter } = context;
  const after = readSource(chapter.name, file) ?? "";
  const before = (chapter.before && readSource(chapter.before, file)) ?? "";
  const hunks = hunksOf(chapter, file, before, after).filter(({ shownBy }) => typeof shownBy === "number");
  const items = listItems(children);
  return (
    <details className="plumbing" id={`${context.prefix}plumbing-${slug(file)}`}>
      <summary>
        Plumbing in <code>{file}</code>: {items.length === 1 ? "one change" : `${items.length} changes`} that
        the text doesn’t need
      </summary>
      <ol>
        {items.map((item, i) => (
          <PlumbingItem
            key={item.key ?? i}
            context={context}
            change={{ file, before, after, hunks }}
            hunk={before ? hunks[i] : undefined}
          >
            {item.props.children}
          </PlumbingItem>
        ))}
      </ol>
    </details>
  );
}

interface ItemProps {
  readonly context: Context;
  readonly change: FileChange;
  readonly hunk: Hunk | undefined;
  readonly children: ReactNode;
}

const PlumbingItem = ({ context, change, hunk, children }: ItemProps) => (
  <li>
    <p>{children}</p>
    {hunk && (
      <pre className="hunk" tabIndex={0}>
        <code>
          <HunkLines context={context} change={change} hunk={hunk} />
        </code>
      </pre>
    )}
  </li>
);

type Item = ReactElement<{ children: ReactNode }>;

function listItems(children: ReactNode): Item[] {
  return Children.toArray(children).flatMap((child) => {
    if (!isValidElement<{ children: ReactNode }>(child)) return [];
    return child.type === "li" ? [child] : listItems(child.props.children);
  });
}

/** Every file that differs from the chapter before, every hunk with what explains it. */
export function Changes({ context }: { context: Context }) {
  const changes = changesOf(context.chapter);
  return changes.map((change) => (
    <details className="change" key={change.file} id={`${context.prefix}change-${slug(change.file)}`}>
      <summary>
        <code>{change.file}</code> <Size change={change} />
      </summary>
      {change.before === "" ? (
        <NewFile context={context} change={change} />
      ) : (
        change.hunks.map((hunk) => (
          <div className="explained" key={hunk.position}>
            <pre className="hunk" tabIndex={0}>
              <code>
                <HunkLines context={context} change={change} hunk={hunk} around={1} />
              </code>
            </pre>
            <Explanation context={context} file={change.file} hunk={hunk} />
          </div>
        ))
      )}
    </details>
  ));
}

function Size({ change }: { change: FileChange }) {
  const count = (lines: (hunk: Hunk) => number) => change.hunks.reduce((sum, hunk) => sum + lines(hunk), 0);
  if (change.before === "") return <span>new, {change.after.split("\n").length - 1} lines</span>;
  return (
    <span>
      <ins>+{count(({ added }) => added.length)}</ins> <del>−{count(({ removed }) => removed.length)}</del>
    </span>
  );
}

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
          <a href={`#${context.prefix}code-${slug(key.split(" ").slice(1).join(" "))}`}>{heading.text}</a>
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
    return <p className="why">{why.trim()}</p>;
  }
  const id = `code-${slug(shownBy.split(" ").slice(1).join(" "))}`;
  return (
    <p className="why">
      Explained in <a href={`#${context.prefix}${id}`}>{places.get(shownBy)?.text}</a>
    </p>
  );
}
