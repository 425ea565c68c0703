/**
 * Each challenge that asks for a change has a check that fails before the solution and passes after it: in a copy of the
 * repository, so that this tree stays as it is.
 */
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { applyPatch, parsePatch } from "diff";
import { assert, repo, root, run, suite, tempDir } from "./harness.ts";

const test = suite("challenges");

/** What a chapter needs to run and its types to be checked. */
const COPIED = [
  "chapters",
  "common",
  "containers",
  "images",
  "scripts",
  "syscall",
  "test",
  "package.json",
  "tsconfig.json",
];

function copyRepository(): string {
  const copy = tempDir();
  for (const name of COPIED) cpSync(path.join(repo, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(repo, "node_modules"), path.join(copy, "node_modules"));
  return copy;
}

/** Applies a patch as `git apply` would: exactly, with no line that doesn't match. */
function apply(copy: string, patch: string): void {
  for (const change of parsePatch(readFileSync(patch, "utf8"))) {
    const file = path.join(copy, (change.newFileName ?? "").replace(/^b\//, ""));
    const patched = applyPatch(readFileSync(file, "utf8"), change, { fuzzFactor: 0 });
    if (patched === false) throw new Error(`${patch} doesn't fit ${change.newFileName}`);
    writeFileSync(file, patched);
  }
}

const chapters = path.join(repo, "chapters");
const patches = readdirSync(chapters).flatMap((chapter) => {
  const names = readdirSync(path.join(chapters, chapter), { recursive: true }) as string[];
  return names.filter((name) => name.endsWith(".patch")).map((name) => path.join("chapters", chapter, name));
});

for (const patch of patches) {
  test(patch, [root], async () => {
    const copy = copyRepository();
    const env = { RUNTIME: undefined, FT_DOCKER_BUNDLES: undefined, FT_DOCKER_HOME: tempDir() };
    const node = (...words: string[]) => run([process.execPath, ...words], { cwd: copy, env });
    const check = () =>
      node("--import", import.meta.resolve("tsx"), path.join(copy, patch.replace(/\.patch$/, ".check.ts")));

    const before = await check();
    assert.match(before.stdout, /^not yet: /, before.stderr);
    assert.is(before.status, 1);
    apply(copy, path.join(repo, patch));
    const after = await check();
    assert.is(after.stdout, "done: it does what was asked for\n", after.stderr);
    assert.is(after.status, 0);
    const files = parsePatch(readFileSync(path.join(repo, patch), "utf8"));
    const compiled = await node(path.join(repo, "node_modules/typescript/bin/tsc"), "-p", copy);
    const about = (line: string) =>
      files.some(({ newFileName }) => line.startsWith(newFileName?.slice(2) ?? ""));
    assert.equal(compiled.stdout.split("\n").filter(about), []);
  });
}

test("there are challenges", () => assert.ok(patches.length > 0));

test.run();
