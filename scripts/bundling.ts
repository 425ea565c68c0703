/** What bundles of a chapter need, whoever makes them: koffi's machine code, and CommonJS. */
import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/** koffi's packages have one binary for each libc; the one that works here is the one that is mapped here. */
export async function nativeKoffi(): Promise<string> {
  await import("koffi");
  const [file] = /\/\S+\.node$/m.exec(readFileSync("/proc/self/maps", "utf8")) ?? [];
  if (!file) throw new Error("koffi is loaded, but none of its files is mapped");
  return file;
}

/** koffi.node itself: koffi's own way to it leads through many files. `file` is JavaScript, run where the bundle is. */
export const directKoffi = (file: string): Plugin => ({
  name: "koffi",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^koffi$/ }, () => ({ path: "koffi", namespace: "native" }));
    onLoad({ filter: /.*/, namespace: "native" }, () => ({ contents: `process.dlopen(module, ${file});` }));
  },
});

/** CommonJS knows no await outside of functions; a chapter's only one is that of `main`, which ends the process itself. */
export const withoutAwait = (source: string): string => source.replace(/^await main\(/m, "main(");
