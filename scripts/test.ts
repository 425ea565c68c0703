/**
 * `npm test [-- FILTER…] [-- --install]`: every *.test.ts (or those whose path has a filter's word in it), each in a
 * process of its own, one after another: they look at the host, and must not see each other's containers there.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { closestMatch } from "leven";
import { report, say } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { makeBundles } from "./bundles.ts";
import { installNodes } from "./nodes.ts";
import { installPackages, PACKAGES } from "./packages.ts";
import { asRoot, canBeRoot, foreground, isRoot, node } from "./root.ts";

const repo = path.join(import.meta.dirname, "..");

interface Totals {
  passed: number;
  failed: number;
  skipped: string[];
}

async function test(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { install: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const files = select(testFiles(repo), positionals);
  // Each test starts the runtime many times: as bundles, made here once, they begin four times as fast as by tsx.
  process.env.FT_DOCKER_BUNDLES ??= await makeBundles();
  if (!isRoot() && canBeRoot()) return foreground(asRoot(node(import.meta.filename, argv)));
  if (!isRoot()) say("not root, and sudo doesn't give it: what needs root is skipped");
  if (values.install && !installPackages(PACKAGES)) say("the tests that need them are skipped");
  if (values.install && !installNodes()) say("not every version of Node could be had: its tests are skipped");

  const totals: Totals = { passed: 0, failed: 0, skipped: [] };
  for (const file of files) await runFile(file, totals);
  if (totals.skipped.length > 0) console.log(`\n${totals.skipped.join("\n")}`);
  console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped.length} skipped`);
  return totals.failed > 0 ? 1 : 0;
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !["node_modules", "dist"].includes(entry.name) && !entry.name.startsWith("."))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return testFiles(file);
      return entry.name.endsWith(".test.ts") ? [path.relative(repo, file)] : [];
    })
    .sort();
}

function select(files: readonly string[], words: readonly string[]): readonly string[] {
  if (words.length === 0) return files;
  for (const word of words) {
    if (files.some((file) => file.includes(word))) continue;
    const names = files.flatMap((file) => file.split("/")).map((name) => name.replace(".test.ts", ""));
    const near = closestMatch(word, names);
    throw new UserError(`${word}: no test's path has this in it`, { hint: `did you mean ${near}?` });
  }
  return files.filter((file) => words.some((word) => file.includes(word)));
}

/** Runs one file, prints what it says, and counts: uvu ends with "Total:", "Passed:" and "Skipped:". */
function runFile(file: string, totals: Totals): Promise<void> {
  console.log(`\n${file}`);
  const started = performance.now();
  const [command = "", ...args] = node(path.join(repo, file), []);
  const child = spawn(command, args, { cwd: repo, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    process.stdout.write(text.replace(/^skipped: .*\n/gm, ""));
  });
  return new Promise((resolve) => {
    child.on("close", (code) => {
      const count = (name: string) =>
        Number(new RegExp(`^\\s*${name}:\\s+(\\d+)`, "m").exec(plain(output))?.[1] ?? 0);
      const failed = count("Total") - count("Passed");
      totals.passed += count("Passed");
      // A file that ends badly without a failed test has failed as a whole.
      totals.failed += code === 0 ? failed : Math.max(failed, 1);
      totals.skipped.push(...(output.match(/^skipped: .*$/gm) ?? []));
      console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`);
      resolve();
    });
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: uvu colours its words
const plain = (text: string): string => text.replace(/\x1b\[\d+m/g, "");

process.exit(await test(process.argv.slice(2)).catch(report));
