/** The page: the book at the left; the exercise, the Check button and the terminal at the right. */
import path from "node:path";
import { build } from "esbuild";
import type { Files } from "./server.ts";

const client = path.join(import.meta.dirname, "../client");

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>FT_DOCKER’s workshop</title>
<link rel="icon" href="/book/icon.svg">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
<body>
<iframe id="book" title="The book" src="/book/"></iframe>
<main>
<section id="exercise" aria-label="The exercise">
<h1 id="title">…</h1>
<div id="task"></div>
<p><button type="button" id="check">Check</button> <button type="button" id="hint">Hint</button></p>
<div id="result" role="status"></div>
</section>
<section id="terminal" aria-label="A terminal"></section>
</main>
</body>
</html>
`;

export async function pageFiles(): Promise<Files> {
  const bundle = async (name: string) => {
    const { outputFiles } = await build({
      entryPoints: [path.join(client, name)],
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      target: "es2022",
      logLevel: "silent",
    });
    return outputFiles[0]?.text ?? "";
  };
  return new Map([
    ["/", { type: "text/html; charset=utf-8", body: PAGE }],
    ["/page.js", { type: "text/javascript; charset=utf-8", body: await bundle("page.ts") }],
    ["/page.css", { type: "text/css; charset=utf-8", body: await bundle("page.css") }],
  ]);
}
