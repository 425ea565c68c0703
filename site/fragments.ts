/** Parts of the chapters' texts that other pages collect. */
import type { Chapter } from "./chapters.ts";
import { type Compiled, compile } from "./mdx.ts";

/** What stands below a heading of the second level, up to the next one. */
export function section(mdx: string, heading: string): string {
  const [, rest = ""] = mdx.split(new RegExp(`^## ${heading}$`, "m"));
  return rest.split(/^## /m)[0] ?? "";
}

/** The notes for teachers, and nothing else. */
export const teacherNotes = (mdx: string): string =>
  [...mdx.matchAll(/^<Teacher [\s\S]*?^<\/Teacher>$/gm)].map(([note]) => note).join("\n\n");

export interface Fragment extends Compiled {
  readonly chapter: Chapter;
}

export async function fragment(chapter: Chapter, mdx: string): Promise<Fragment> {
  return { chapter, ...(await compile({ ...chapter, mdx })) };
}
