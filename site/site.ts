/** Makes every file of the site, checks the links, and writes what has changed. */
import "./production.ts";

import { rm } from "node:fs/promises";
import path from "node:path";
import { fs } from "zx";
import { UserError } from "../common/errors.ts";
import { findDrift } from "../scripts/drift.ts";
import { assets } from "./assets.ts";
import { type Chapter, programFiles, readChapters, repo, twoDigits } from "./chapters.ts";
import { readContent } from "./content.ts";
import { pageAddress } from "./context.ts";
import { fragment, section, teacherNotes } from "./fragments.ts";
import { checkLinks } from "./links.ts";
import { compile } from "./mdx.ts";
import { allPage } from "./pages/all.tsx";
import { changesPage } from "./pages/changes.tsx";
import { type ChapterContent, chapterPage } from "./pages/chapter.tsx";
import { DOCKER_HEADING, dockerPage } from "./pages/docker.tsx";
import { escapesPage } from "./pages/escapes.tsx";
import { glossaryPage } from "./pages/glossary.tsx";
import { homePage } from "./pages/home.tsx";
import { launcherPage } from "./pages/launcher.tsx";
import { missingPage } from "./pages/missing.tsx";
import { slidesPage } from "./pages/slides.tsx";
import { sourcePage } from "./pages/source.tsx";
import { syscallsPage } from "./pages/syscalls.tsx";
import { wordsPage } from "./pages/words.tsx";
import { workshopPage } from "./pages/workshop.tsx";
import { index } from "./search.ts";

export const dist = path.join(import.meta.dirname, "dist");

export type Files = Map<string, string>;

/** All files by their addresses; they are written to `dist` as well. */
export async function buildSite(): Promise<Files> {
  const problems = findDrift(path.join(repo, "chapters"));
  if (problems.length > 0) {
    const lines = problems.map(({ place, what }) => `chapters/${place}: ${what}`);
    throw new UserError(`the texts don't fit the code: ${lines.join("; ")}`, { hint: "npm run drift" });
  }
  const chapters = readChapters();
  const contents = await Promise.all(chapters.map((chapter) => readContent(chapter)));
  const files: Files = new Map([
    ...chapterPages(contents, chapters),
    ...(await otherPages(contents, chapters)),
    ...(await Promise.all(contents.map(slidesOf))),
    ...(await assets()),
  ]);
  const programs = chapters.flatMap(({ name }) =>
    programFiles(name).map((file) => `chapters/${name}/${file}`),
  );
  for (const file of new Set([...programs, ...sourcesLinked(files)]))
    files.set(`source/${file}/index.html`, sourcePage(file, chapters));
  const broken = checkLinks(files);
  if (broken.length > 0) throw new UserError(`links that lead nowhere: ${broken.join("; ")}`);
  await rm(dist, { recursive: true, force: true });
  for (const [address, text] of files) await fs.outputFile(path.join(dist, address), text);
  await index(files, dist);
  return files;
}

type Contents = readonly ChapterContent[];
type Chapters = readonly Chapter[];

function chapterPages(contents: Contents, chapters: Chapters): [string, string][] {
  return contents.flatMap((content): [string, string][] => {
    const { chapter, outline } = content.context;
    const pages = outline.pages.map(({ name }): [string, string] => [
      `${pageAddress(chapter, name)}index.html`,
      chapterPage(content, name, chapters),
    ]);
    if (!content.listBefore) return pages;
    return [...pages, [`${chapter.name}/changes/index.html`, changesPage(content, chapters)]];
  });
}

async function otherPages(contents: Contents, chapters: Chapters): Promise<[string, string][]> {
  const [docker, notes] = await Promise.all([
    fragmentsOf(chapters, (mdx) => section(mdx, DOCKER_HEADING)),
    fragmentsOf(chapters, teacherNotes),
  ]);
  const used = contents.map(({ context }) => context);
  return [
    ["index.html", homePage(contents, chapters)],
    ["all/index.html", allPage(contents, chapters)],
    ["syscalls/index.html", syscallsPage(contents.map(listsOf), chapters)],
    ["words/index.html", wordsPage(chapters)],
    ["glossary/index.html", glossaryPage(used, chapters)],
    ["escapes/index.html", escapesPage(chapters)],
    ["docker/index.html", dockerPage(docker, chapters)],
    ["workshop/index.html", workshopPage(notes, chapters)],
    ["launcher/index.html", launcherPage(chapters)],
    ["404.html", missingPage(chapters)],
  ];
}

const slidesOf = async ({ context }: ChapterContent): Promise<[string, string]> => [
  `slides/${twoDigits(context.chapter.number)}/index.html`,
  slidesPage(await compile(context.chapter, "slides"), { ...context, root: "../../" }),
];

const fragmentsOf = (chapters: Chapters, part: (mdx: string) => string) =>
  Promise.all(chapters.map((chapter) => fragment(chapter, part(chapter.mdx))));

const listsOf = ({ context: { chapter, lists }, list }: ChapterContent) => ({
  chapter,
  lists: [...lists.values(), list],
});

/** The files of the repository that some page links to. */
function sourcesLinked(files: Files): string[] {
  const links = [...files.values()].flatMap((html) => [...html.matchAll(/ href="[./]*source\/([^"#]+)\//g)]);
  return links.map(([, file = ""]) => file);
}
