/** The search's index: pagefind reads the pages that were written, and adds its own files to them. */
import path from "node:path";
import { close, createIndex } from "pagefind";

export async function index(dist: string): Promise<void> {
  const { index, errors } = await createIndex({ forceLanguage: "en" });
  if (!index) throw new Error(`pagefind: ${errors.join("; ")}`);
  await index.addDirectory({ path: dist, glob: "{*,[!s]*/*,syscalls/*}.html" });
  await index.writeFiles({ outputPath: path.join(dist, "pagefind") });
  await close();
}
