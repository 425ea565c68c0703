/** The elements of docs/writing.md, for a chapter on a page; and how Markdown's own are shown. */
import type { ComponentProps, ComponentType, FunctionComponent, ReactNode } from "react";
import type { Context } from "../context.ts";
import { Layers } from "../pictures/layers.tsx";
import { WORDS } from "../words/index.ts";
import { Challenge } from "./challenge.tsx";
import { Region, WholeFile } from "./code.tsx";
import { Diff, Plumbing } from "./differences.tsx";
import { Explain } from "./explain.tsx";
import { Figure } from "./figure.tsx";
import { Answer, Hint, PagePart, Question, Solution, Source, Teacher, Term, Trouble } from "./prose.tsx";
import { Run } from "./terminal.tsx";
import { WordLink } from "./tokens.tsx";

/** What each element takes is its own type; MDX passes the attributes. */
export type Elements = Readonly<Record<string, FunctionComponent<never>>>;

export function elements(context: Context): Elements {
  /** An element that wants to know where it stands. */
  const here =
    <P extends object>(Element: ComponentType<P & { context: Context }>): FunctionComponent<P> =>
    (attributes: P) => <Element {...attributes} context={context} />;
  return {
    Region: here(Region),
    File: here(WholeFile),
    Diff: here(Diff),
    Plumbing: here(Plumbing),
    Run: here(Run),
    Explain: here(Explain),
    Layers: here(Layers),
    Term: here(Term),
    Source: here(Source),
    Challenge: here(Challenge),
    Page: here(PagePart),
    Figure,
    Trouble,
    Question,
    Answer,
    Hint,
    Solution,
    Teacher,
    h2: heading(context, "h2"),
    h3: heading(context, "h3"),
    table: (props: ComponentProps<"table">) => (
      <div className="wide" tabIndex={0}>
        <table {...props} />
      </div>
    ),
    code: ({ children, ...props }: ComponentProps<"code">) => (
      <code {...props}>
        {typeof children === "string" && WORDS.has(children) ? (
          <WordLink name={children} context={context} />
        ) : (
          children
        )}
      </code>
    ),
  };
}

const heading = (context: Context, Level: "h2" | "h3") =>
  function Heading({ id, children }: { id?: string; children?: ReactNode }) {
    const place = context.prefix + id;
    return (
      <Level id={place}>
        <a href={`#${place}`}>{children}</a>
      </Level>
    );
  };
