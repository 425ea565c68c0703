/** A perl that runs in any root filesystem: with the libraries of its own, and without modules. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { elfInterpreter } from "../../common/elf.ts";
import { findTool } from "../harness.ts";

/** perl, and what it loads, in the directory: a root filesystem needn't have it. Returns its loader's name. */
export function copyPerl(data: string): string {
  const perl = findTool("perl") ?? "/usr/bin/perl";
  mkdirSync(path.join(data, "lib"));
  for (const file of librariesOf(perl)) copyFileSync(file, path.join(data, "lib", path.basename(file)));
  copyFileSync(perl, path.join(data, "perl"));
  return path.basename(elfInterpreter(perl) ?? "");
}

/** With the loader. */
export function librariesOf(program: string): string[] {
  const { stdout } = spawnSync("ldd", [program], { encoding: "utf8" });
  const libraries = [...stdout.matchAll(/ => (\/\S+)/g)].map(([, file = ""]) => file);
  return [...libraries, elfInterpreter(program) ?? ""];
}

/** How it is started where the directory is seen as `top`. */
export const perlWords = (top: string, loader: string): string[] => [
  `${top}/lib/${loader}`,
  "--library-path",
  `${top}/lib`,
  `${top}/perl`,
];
