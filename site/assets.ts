/** What all pages share: the style sheet, the script, the icon; and the slides' own. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const folder = import.meta.dirname;

export async function assets(): Promise<[string, string][]> {
  const bundle = async (entry: string) => {
    const { outputFiles } = await build({
      entryPoints: [path.join(folder, entry)],
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      target: "es2022",
      external: ["*/pagefind/pagefind.js"],
      logLevel: "silent",
    });
    return outputFiles[0]?.text ?? "";
  };
  return [
    ["style.css", await bundle("styles/site.css")],
    ["client.js", await bundle("client/client.ts")],
    ["slides.css", await bundle("styles/slides.css")],
    ["slides.js", await bundle("client/slides.ts")],
    ["icon.svg", readFileSync(path.join(folder, "icon.svg"), "utf8")],
  ];
}
