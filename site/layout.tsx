/** The frame of every page: head, header, the book's contents at the side. */
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { type Chapter, twoDigits } from "./chapters.ts";

/** A heading in the contents. */
export interface Listed {
  readonly depth: number;
  readonly id: string;
  readonly text: string;
  /** The page on which it is, seen from this one; missing where it is this one. */
  readonly page?: string;
}

export interface PageProps {
  readonly title: string;
  readonly description: string;
  /** The page's address: "03-pid-mnt/", or "" for the first page. */
  readonly address: string;
  readonly chapters: readonly Chapter[];
  /** What stands below this page's entry in the contents. */
  readonly headings?: readonly Listed[];
  /** Rules for this page alone; its elements add to them while they are rendered. */
  readonly styles?: readonly string[];
  readonly children: ReactNode;
}

/** The pages beside the chapters. */
const REFERENCE: readonly (readonly [address: string, title: string])[] = [
  ["syscalls/", "Syscalls"],
  ["words/", "The kernel’s words"],
  ["glossary/", "Glossary"],
  ["launcher/", "The launcher"],
  ["escapes/", "Ways out"],
  ["docker/", "What Docker does"],
  ["workshop/", "Teaching it"],
  ["all/", "The book on one page"],
];

/** From a page to the site's top. */
export const rootOf = (address: string): string => "../".repeat(address.split("/").length - 1) || "./";

export function renderPage(props: PageProps): string {
  const html = renderToStaticMarkup(<Page {...props} />);
  const styles = [...new Set(props.styles ?? [])];
  const rules = styles.length > 0 ? `<style>${styles.join("\n")}</style>` : "";
  return `<!doctype html>\n${html.replace("<style></style>", () => rules)}\n`;
}

/** Before anything is drawn: what the reader chose the last time. */
const THEME = "try{let t=localStorage.theme;if(t)document.documentElement.dataset.theme=t}catch{}";

function Page(props: PageProps) {
  const { title, description, address, children } = props;
  // A page that isn't there can be asked for at any depth.
  const root = address === "404.html" ? "/" : rootOf(address);
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content={description} />
        <title>{address === "" ? title : `${title} · FT_DOCKER`}</title>
        <link rel="icon" href={`${root}icon.svg`} type="image/svg+xml" />
        <link rel="stylesheet" href={`${root}style.css`} />
        <style />
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a text of ours */}
        <script dangerouslySetInnerHTML={{ __html: THEME }} />
        <script type="module" src={`${root}client.js`} />
      </head>
      <body>
        <a className="skip" href="#main">
          To the text
        </a>
        <Header root={root} />
        <main id="main" data-pagefind-body="">
          {children}
        </main>
        <Contents {...props} root={root} />
      </body>
    </html>
  );
}

const Header = ({ root }: { root: string }) => (
  <header className="top">
    <a className="brand" href={root}>
      FT_DOCKER
    </a>
    <search>
      <label htmlFor="search" className="hidden">
        Search the book
      </label>
      <input id="search" type="search" placeholder="Search" autoComplete="off" data-root={root} hidden />
      <div id="found" hidden />
    </search>
    <button id="theme" type="button" hidden>
      Dark
    </button>
    <a className="to-contents" href="#contents">
      Contents
    </a>
  </header>
);

function Contents({ chapters, address, headings = [], root }: PageProps & { root: string }) {
  return (
    <nav id="contents" aria-label="Contents of the book">
      <ol className="chapters">
        {chapters.map(({ name, number, title }) => (
          <li key={name}>
            <Entry root={root} address={address} to={`${name}/`} chapter={name}>
              <span className="number">{twoDigits(number)}</span> {title}
            </Entry>
            {address.startsWith(`${name}/`) && <Headings headings={headings} />}
          </li>
        ))}
      </ol>
      <ul>
        {REFERENCE.map(([to, title]) => (
          <li key={to}>
            <Entry root={root} address={address} to={to}>
              {title}
            </Entry>
            {address === to && <Headings headings={headings} />}
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface EntryProps {
  readonly root: string;
  readonly address: string;
  readonly to: string;
  readonly chapter?: string;
  readonly children: ReactNode;
}

const Entry = ({ root, address, to, chapter, children }: EntryProps) => (
  <a
    href={root + to}
    data-chapter={chapter}
    aria-current={address === to ? "page" : address.startsWith(to) || undefined}
  >
    {children}
  </a>
);

const Headings = ({ headings }: { headings: readonly Listed[] }) =>
  headings.length > 0 && (
    <ul className="here">
      {headings
        .filter(({ depth }) => depth === 2)
        .map(({ id, text, page = "" }) => (
          <li key={id}>
            <a href={`${page}#${id}`}>{text}</a>
          </li>
        ))}
    </ul>
  );
