/**
 * `npm test [-- FILTER…] [-- --install]`: every *.test.ts (or those whose path has a filter's word in it), each in a
 * process of its own, one after another: they look at the host, and must not see each other's containers there. What has
 * none, the site's and those in a guest, runs beside them, and the last line is the sum. A guest runs this script too: see
 * docs/guest.md.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { closestMatch } from "leven";
import { report, say } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { makeBundles } from "./bundles.ts";
import { type Counts, countFile, countGuest, NONE, type Print, sum, total } from "./counts.ts";
import { installNodes } from "./nodes.ts";
import { installPackages, PACKAGES } from "./packages.ts";
import { asRoot, canBeRoot, foreground, isRoot, node } from "./root.ts";

const repo = path.join(import.meta.dirname, "..");

/** What is the same on every kernel: in a guest it is run only where a filter's word names it. */
const ON_ANY_KERNEL = [
  "common/cli.test.ts",
  "common/elf.test.ts",
  "common/rootfs.test.ts",
  "syscall/bytes.test.ts",
  "test/build.test.ts",
  "test/bundle.test.ts",
  "test/challenges.test.ts",
  "test/drift.test.ts",
  "test/forward.test.ts",
  "test/guest.test.ts",
  "test/provision.test.ts",
  "test/readme.test.ts",
  "test/start.test.ts",
  "test/vagrant.test.ts",
  "chapters/05-overlay/image.test.ts",
  "chapters/06-net-user/completion.test.ts",
  "chapters/06-net-user/cp.test.ts",
  "chapters/06-net-user/listing.test.ts",
  "chapters/06-net-user/prune.test.ts",
  "images/",
  "site/",
];

/** They pass there, but ask the kernel for little that the others don't, and take long. */
const SLOW_IN_A_GUEST = ["chapters/06-net-user/seccomp.test.ts", "chapters/06-net-user/users.test.ts"];

/** In a guest these are run by name only, until each has been seen to pass there whole. */
const NOT_SEEN_IN_A_GUEST = [
  "chapters/06-net-user/network.test.ts",
  "chapters/06-net-user/router.test.ts",
  "test/escapes/",
  "test/faults.test.ts",
  "test/texts.test.ts",
  "workshop/",
];

const LEFT_OUT = [...ON_ANY_KERNEL, ...SLOW_IN_A_GUEST, ...NOT_SEEN_IN_A_GUEST];

/** They start no container but in a place of their own, and look at nothing that others change. The site is built by some. */
const BESIDE = ["site/", "test/bundle.test.ts", "test/vagrant.test.ts"];

/** In seconds: a guest that takes longer hangs. The whole takes about half of it. */
const GUEST_LIMIT = 2400;

async function test(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { install: { type: "boolean", default: false }, guest: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const files = select(testFiles(repo), positionals);
  // Each test starts the runtime many times: as bundles, made here once, they begin four times as fast as by tsx.
  process.env.FT_DOCKER_BUNDLES ??= await makeBundles();
  if (!isRoot() && canBeRoot()) return foreground(asRoot(node(import.meta.filename, argv)));
  if (!isRoot()) say("not root, and sudo doesn't give it: what needs root is skipped");
  if (values.install && !installPackages(PACKAGES)) say("the tests that need them are skipped");
  if (values.install && !installNodes()) say("not every version of Node could be had: its tests are skipped");

  const isBeside = (file: string) => BESIDE.some((part) => file.startsWith(part));
  const guest = values.guest ? [(print: Print) => runInGuest(positionals, values.install, print)] : [];
  const counts = await inTwoLanes(
    files.filter((file) => !isBeside(file)).map((file) => (print) => runFile(file, print)),
    [...files.filter(isBeside).map((file) => (print: Print) => runFile(file, print)), ...guest],
  );
  const kernel = process.env.FT_DOCKER_GUEST
    ? `skipped in the guest (${process.env.FT_DOCKER_GUEST}):`
    : "skipped:";
  if (counts.skipped.length > 0) console.log(`\n${counts.skipped.join("\n").replace(/^skipped:/gm, kernel)}`);
  console.log(`\n${total(counts)}`);
  return counts.failed > 0 ? 1 : 0;
}

type Task = (print: Print) => Promise<Counts>;

/** Prints what the first ones say as it comes, and then what the others have said. */
async function inTwoLanes(first: readonly Task[], beside: readonly Task[]): Promise<Counts> {
  let said = "";
  const [one, two] = await Promise.all([
    inOrder(first, (text) => process.stdout.write(text)).finally(() => {
      process.stdout.write(said);
      said = "";
    }),
    inOrder(beside, (text) => {
      said += text;
    }),
  ]);
  process.stdout.write(said);
  return sum(one, two);
}

async function inOrder(tasks: readonly Task[], print: Print): Promise<Counts> {
  let counts = NONE;
  for (const task of tasks) counts = sum(counts, await task(print));
  return counts;
}

async function runFile(file: string, print: Print): Promise<Counts> {
  print(`\n${file}\n`);
  const started = performance.now();
  const counts = await countFile(node(path.join(repo, file), []), print);
  print(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return counts;
}

async function runInGuest(words: readonly string[], install: boolean, print: Print): Promise<Counts> {
  print("\nThe same in a guest, on a kernel of its own:\n");
  const flags = ["--timeout", String(GUEST_LIMIT), ...(install ? ["--install"] : [])];
  return countGuest(node(path.join(repo, "scripts/guest.ts"), ["test", ...flags, ...words]), print);
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
  if (words.length === 0) {
    return process.env.FT_DOCKER_GUEST
      ? files.filter((file) => !LEFT_OUT.some((part) => file.startsWith(part)))
      : files;
  }
  for (const word of words) {
    if (files.some((file) => file.includes(word))) continue;
    const names = files.flatMap((file) => file.split("/")).map((name) => name.replace(".test.ts", ""));
    const near = closestMatch(word, names);
    throw new UserError(`${word}: no test's path has this in it`, { hint: `did you mean ${near}?` });
  }
  return files.filter((file) => words.some((word) => file.includes(word)));
}

process.exit(await test(process.argv.slice(2)).catch(report));
