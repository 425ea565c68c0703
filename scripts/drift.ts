/**
 * `npm run drift`: chapter N is chapter N−1 and one idea more, so each difference between neighbours is there on purpose.
 * This finds those that the later chapter's text (index.mdx) doesn't show: a file by `<File name>`, a region by
 * `<Region file name>`, all differences of a file by `<Diff file>`, and plumbing by `<Plumbing file>` with one line of a
 * list for each hunk. A file that is gone is named by `<Source file>`. Markers that name nothing, and regions that no text
 * shows, are found as well.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { structuredPatch } from "diff";

export interface Problem {
  /** FILE:LINE or FILE, relative to the chapters' folder. */
  readonly place: string;
  readonly what: string;
}

/** All problems of a folder of chapters, in the order of the chapters. */
export function findDrift(folder: string): Problem[] {
  const chapters = readdirSync(folder)
    .filter((name) => /^\d/.test(name))
    .sort();
  return chapters.flatMap((chapter, i) => checkChapter(folder, chapter, chapters[i - 1]));
}

export interface Markers {
  readonly regions: { readonly file: string; readonly name: string }[];
  readonly files: string[];
  /** Files of the repository that a sentence names. */
  readonly sources: string[];
  readonly diffs: string[];
  /** How many hunks of a file the text explains in a line each. */
  readonly plumbing: Map<string, number>;
}

export interface Span {
  readonly name: string;
  /** Line numbers from 1; those of the markers themselves. */
  readonly from: number;
  readonly to: number;
}

function checkChapter(folder: string, chapter: string, before: string | undefined): Problem[] {
  const directory = path.join(folder, chapter);
  const text = path.join(directory, "index.mdx");
  if (!existsSync(text)) return [{ place: `${chapter}/index.mdx`, what: "the chapter has no text" }];
  const markers = readMarkers(readFileSync(text, "utf8"));
  const files = sourceFiles(directory);
  const named = [
    ...markers.files,
    ...markers.diffs,
    ...markers.plumbing.keys(),
    ...markers.regions.map((r) => r.file),
  ];
  const unknown = named
    .filter((file) => !existsSync(path.join(directory, file)))
    .map((file) => ({ place: `${chapter}/index.mdx`, what: `shows ${file}, which isn't there` }));
  const older = before ? path.join(folder, before) : undefined;
  const mentioned = (file: string) => markers.sources.includes(`chapters/${before}/${file}`);
  const gone = (older ? sourceFiles(older) : []).filter((file) => !files.includes(file) && !mentioned(file));
  return [
    ...unknown,
    ...gone.map((file) => ({
      place: `${chapter}/${file}`,
      what: `${before} has this file, and it is gone here`,
    })),
    ...files.flatMap((file) => checkFile({ directory, chapter, file, older, markers })),
  ];
}

/** What readers are shown as the chapter's program: its TypeScript without the tests and the attempt to break it. */
export function sourceFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "breakout.ts")
    .sort();
}

interface FileCheck {
  readonly directory: string;
  readonly chapter: string;
  readonly file: string;
  readonly older: string | undefined;
  readonly markers: Markers;
}

function checkFile({ directory, chapter, file, older, markers }: FileCheck): Problem[] {
  const source = readFileSync(path.join(directory, file), "utf8");
  const spans = readRegions(source);
  const shown = markers.regions.filter((region) => region.file === file);
  const place = `${chapter}/${file}`;
  const unknown = shown
    .filter(({ name }) => !spans.some((span) => span.name === name))
    .map(({ name }) => ({
      place: `${chapter}/index.mdx`,
      what: `shows region ${name} of ${file}, which isn't there`,
    }));

  const previous =
    older && existsSync(path.join(older, file)) ? readFileSync(path.join(older, file), "utf8") : "";
  // A file that the reader knows from the chapter before keeps its regions without being shown again.
  const unused = spans
    .filter(({ name }) => source !== previous && !previous.includes(`#region ${name}\n`))
    .filter(({ name }) => !shown.some((region) => region.name === name))
    .map(({ name, from }) => ({ place: `${place}:${from}`, what: `no text shows region ${name}` }));
  const unpaired = readUnpaired(source).map(({ line, what }) => ({ place: `${place}:${line}`, what }));
  return [
    ...unknown,
    ...unused,
    ...unpaired,
    ...checkHunks({ place, file, source, previous, markers, spans }),
  ];
}

interface HunkCheck {
  readonly place: string;
  readonly file: string;
  readonly source: string;
  readonly previous: string;
  readonly markers: Markers;
  readonly spans: readonly Span[];
}

function checkHunks({ place, file, source, previous, markers, spans }: HunkCheck): Problem[] {
  if (source === previous && !markers.plumbing.has(file)) return [];
  if (markers.files.includes(file) || (markers.diffs.includes(file) && previous !== "")) return [];
  const shown = spans.filter((span) =>
    markers.regions.some((region) => region.file === file && region.name === span.name),
  );
  const explained = markers.plumbing.get(file) ?? 0;
  if (previous === "") {
    if (shown.length > 0 || explained > 0) return [];
    return [{ place, what: "a new file that no text shows" }];
  }
  const hunks = structuredPatch("", "", withoutMarkers(previous), withoutMarkers(source), "", "", {
    context: 0,
  }).hunks;
  const hidden = hunks.filter(
    ({ newStart, newLines }) =>
      // Where lines are gone, newStart is the line that follows them.
      !shown.some(({ from, to }) => newStart > from && newStart + newLines - 1 < to),
  );
  if (hidden.length === explained) return [];
  const difference = `${hidden.length} hunk(s) that no region shows, ${explained} line(s) of plumbing that explain them`;
  return hidden
    .map(({ newStart }) => ({ place: `${place}:${newStart}`, what: difference }))
    .concat(hidden.length === 0 ? [{ place, what: difference }] : []);
}

/** Lines that only mark a region are no difference; they stay as empty comments, so that line numbers hold. */
export const withoutMarkers = (source: string): string =>
  source.replace(/^\s*\/\/ #(end)?region .*$/gm, "//");

export function readRegions(source: string): Span[] {
  const open = new Map<string, number>();
  return source.split("\n").flatMap((line, i) => {
    const [, end, name = ""] = /^\s*\/\/ #(end)?region (\S+)/.exec(line) ?? [];
    if (name === "") return [];
    if (!end) open.set(name, i + 1);
    return end ? [{ name, from: open.get(name) ?? 0, to: i + 1 }] : [];
  });
}

/** Regions that have no end or no beginning, or are there twice. */
function readUnpaired(source: string): { line: number; what: string }[] {
  const begins = new Map<string, number>();
  const ended = new Set<string>();
  const problems = source.split("\n").flatMap((text, i) => {
    const [, end, name = ""] = /^\s*\/\/ #(end)?region (\S+)/.exec(text) ?? [];
    if (name === "") return [];
    const known = end ? ended : begins;
    if (known.has(name)) return [{ line: i + 1, what: `region ${name} is there twice` }];
    if (end) ended.add(name);
    else begins.set(name, i + 1);
    return end && !begins.has(name) ? [{ line: i + 1, what: `region ${name} ends without a beginning` }] : [];
  });
  const open = [...begins].filter(([name]) => !ended.has(name));
  return [...problems, ...open.map(([name, line]) => ({ line, what: `region ${name} never ends` }))];
}

export function readMarkers(mdx: string): Markers {
  const attributes = (tag: string) =>
    [...mdx.matchAll(new RegExp(`<${tag}\\s([^>]*?)/?>`, "g"))].map((match) => match[1] ?? "");
  const attribute = (text: string, name: string) => new RegExp(`${name}="([^"]*)"`).exec(text)?.[1] ?? "";
  const plumbing = [...mdx.matchAll(/<Plumbing\s+file="([^"]+)"\s*>([\s\S]*?)<\/Plumbing>/g)];
  return {
    regions: attributes("Region").map((text) => ({
      file: attribute(text, "file"),
      name: attribute(text, "name"),
    })),
    files: attributes("File").map((text) => attribute(text, "name")),
    sources: attributes("Source").map((text) => attribute(text, "file")),
    diffs: attributes("Diff").map((text) => attribute(text, "file")),
    plumbing: new Map(plumbing.map(([, file = "", list = ""]) => [file, (list.match(/^- /gm) ?? []).length])),
  };
}

if (import.meta.filename === process.argv[1]) {
  const problems = findDrift(path.join(import.meta.dirname, "..", "chapters"));
  for (const { place, what } of problems) console.log(`chapters/${place}: ${what}`);
  console.log(
    problems.length === 0
      ? "every difference between neighbouring chapters is explained"
      : `${problems.length} problem(s)`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
