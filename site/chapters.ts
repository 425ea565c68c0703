/** The chapters as the site sees them: folders with an index.mdx, in their order, and the source files in them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import matter from "gray-matter";
import { sourceFiles } from "../scripts/drift.ts";
import { curly } from "./typography.ts";

export const repo = path.join(import.meta.dirname, "..");
const folder = path.join(repo, "chapters");

export interface Chapter {
  /** The folder's name, "01-fork-exec": also the page's address. */
  readonly name: string;
  readonly number: number;
  readonly title: string;
  readonly summary: string;
  readonly reading: number;
  readonly doing: number;
  readonly learn: readonly string[];
  /** The text without its front matter. */
  readonly mdx: string;
  /** The chapter before, if there is one. */
  readonly before: string | undefined;
}

export function readChapters(): Chapter[] {
  const names = readdirSync(folder)
    .filter((name) => existsSync(path.join(folder, name, "index.mdx")))
    .sort();
  return names.map((name, i) => readChapter(name, names[i - 1]));
}

function readChapter(name: string, before: string | undefined): Chapter {
  const { data, content } = matter(readFileSync(path.join(folder, name, "index.mdx"), "utf8"));
  const front = data as {
    title: string;
    chapter: number;
    summary: string;
    minutes: { reading: number; doing: number };
    learn: string[];
  };
  const { reading, doing } = front.minutes;
  const { title, summary, learn } = front;
  return {
    name,
    number: front.chapter,
    title: curly(title),
    summary: curly(summary),
    reading,
    doing,
    learn: learn.map(curly),
    mdx: content,
    before,
  };
}

/** A file of the chapter's, as text; undefined where it isn't there. */
export function readSource(chapter: string, file: string): string | undefined {
  const place = path.join(folder, chapter, file);
  return existsSync(place) ? readFileSync(place, "utf8") : undefined;
}

/** The chapter's program: what differs between chapters. */
export const programFiles = (chapter: string): string[] => sourceFiles(path.join(folder, chapter));

/** "03" */
export const twoDigits = (number: number): string => String(number).padStart(2, "0");
