/** Compiles a chapter's text into a component, and notes its outline. */
import path from "node:path";
import { bundleMDX } from "mdx-bundler";
import { getMDXComponent } from "mdx-bundler/client/index.js";
import type { ComponentType } from "react";
import rehypeSlug from "rehype-slug";
import remarkGfm from "remark-gfm";
import { type Chapter, repo } from "./chapters.ts";
import type { Elements } from "./elements/index.tsx";
import { emptyOutline, fillOutline, type Outline } from "./outline.ts";
import { paging } from "./paging.ts";
import { slides } from "./slides.ts";
import { quotes } from "./typography.ts";

export interface Compiled {
  readonly Body: ComponentType<{ components: Elements }>;
  readonly outline: Outline;
}

const FORMS = { pages: paging, slides };

/** As pages, or as slides. */
export async function compile(chapter: Chapter, form: "pages" | "slides" = "pages"): Promise<Compiled> {
  const outline = emptyOutline();
  const folder = path.join(repo, "chapters", chapter.name);
  const { code } = await bundleMDX({
    source: chapter.mdx,
    cwd: folder,
    mdxOptions: (options) => ({
      ...options,
      remarkPlugins: [...(options.remarkPlugins ?? []), remarkGfm],
      rehypePlugins: [
        ...(options.rehypePlugins ?? []),
        rehypeSlug,
        quotes,
        FORMS[form],
        fillOutline(outline),
      ],
    }),
  });
  return { Body: getMDXComponent(code) as unknown as Compiled["Body"], outline };
}
