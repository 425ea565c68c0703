/** The search's index: pagefind reads the pages, and adds its own files to the site. */
import path from "node:path";
import { close, createIndex } from "pagefind";
import type { Files } from "./site.ts";

/** Not in the index: sources, and what is on another page as well. */
const REPEATED = /^(source|all)\/|\/changes\//;

export async function index(files: Files, dist: string): Promise<void> {
  const { index, errors } = await createIndex({ forceLanguage: "en" });
  if (!index) throw new Error(`pagefind: ${errors.join("; ")}`);
  for (const [sourcePath, content] of files)
    if (sourcePath.endsWith(".html") && !REPEATED.test(sourcePath))
      await index.addHTMLFile({ sourcePath, content });
  await index.writeFiles({ outputPath: path.join(dist, "pagefind") });
  await close();
}
