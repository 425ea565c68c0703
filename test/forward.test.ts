import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { assert, type Result, repo, run, suite, tempDir, tool } from "./harness.ts";

const test = suite("forward");
const needs = [tool("git")];

const BASE = ["one", "two", "three", "four", "five", "six", "seven"];
const text = (lines: readonly string[]) => `${lines.join("\n")}\n`;
const changed = (word: string, to: string, lines = BASE) =>
  text(lines.map((line) => (line === word ? to : line)));

/** Three made-up chapters in a repository of their own; each is the one before with its fifth line changed. */
class Repository {
  readonly folder = tempDir();

  constructor() {
    this.git("init", "--quiet");
    this.write("01-a", text(BASE));
    this.write("02-b", changed("five", "FIVE of 2"));
    this.write("03-c", changed("five", "FIVE of 3"));
    this.commit();
  }

  commit(): void {
    this.git("add", ".");
    this.git("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "-m", "chapters");
  }

  private git(...args: string[]): void {
    execFileSync("git", args, { cwd: this.folder });
  }

  write(chapter: string, content: string, name = "a.ts"): void {
    mkdirSync(path.join(this.folder, chapter), { recursive: true });
    writeFileSync(path.join(this.folder, chapter, name), content);
  }

  read(chapter: string, name = "a.ts"): string {
    return readFileSync(path.join(this.folder, chapter, name), "utf8");
  }

  /** `npm run forward` in this repository. */
  forward(...words: string[]): Promise<Result> {
    const script = `
      import { forward } from ${JSON.stringify(path.join(repo, "scripts/forward.ts"))};
      import { report } from ${JSON.stringify(path.join(repo, "common/cli.ts"))};
      const [folder, number, ...files] = process.argv.slice(1);
      try { process.exitCode = forward(folder, number, files); } catch (error) { process.exitCode = report(error); }`;
    const argv = [process.execPath, "--import", "tsx", "--input-type=module", "--eval", script];
    return run([...argv, this.folder, ...words]);
  }
}

test("a change reaches all later chapters, and each keeps what is its own", needs, async () => {
  const made = new Repository();
  made.write("01-a", changed("two", "TWO"));
  const { status, stdout, stderr } = await made.forward("01");
  assert.is(status, 0, stderr);
  assert.match(stdout, /02-b\/a\.ts: merged\n.*03-c\/a\.ts: merged\n$/);
  assert.is(made.read("02-b"), changed("five", "FIVE of 2").replace("two", "TWO"));
  assert.is(made.read("03-c"), changed("five", "FIVE of 3").replace("two", "TWO"));
});

test("a second time there is nothing left to do", needs, async () => {
  const made = new Repository();
  made.write("01-a", changed("two", "TWO"));
  await made.forward("01");
  const { status, stdout } = await made.forward("01");
  assert.is(status, 0);
  assert.is(stdout.match(/has the change already/g)?.length, 2, stdout);
});

test("a change begins at its chapter: earlier ones aren't touched", needs, async () => {
  const made = new Repository();
  made.write("02-b", changed("five", "FIVE of 2").replace("seven", "SEVEN"));
  assert.is((await made.forward("02-b")).status, 0);
  assert.is(made.read("01-a"), text(BASE));
  assert.is(made.read("03-c"), changed("five", "FIVE of 3").replace("seven", "SEVEN"));
});

test("a conflict is marked in the file, and ends the command there", needs, async () => {
  const made = new Repository();
  made.write("01-a", changed("five", "FIVE of 1"));
  const { status, stdout } = await made.forward("01");
  assert.is(status, 1);
  assert.match(stdout, /02-b\/a\.ts: 1 conflict\(s\), marked in the file/);
  assert.match(
    made.read("02-b"),
    /<<<<<<< .*\nFIVE of 2\n\|{7} before the change\nfive\n=======\nFIVE of 1\n>>>>>>> /,
  );
  assert.is(made.read("03-c"), changed("five", "FIVE of 3"), "not yet");

  made.write("02-b", changed("five", "FIVE of 1 and 2"));
  await made.forward("02");
  assert.match(made.read("03-c"), /FIVE of 3[\s\S]*FIVE of 1 and 2/);
});

test("without a change it says so, and does nothing", needs, async () => {
  const made = new Repository();
  const { status, stdout } = await made.forward("01");
  assert.is(`${status} ${stdout}`, "0 nothing has changed in 01-a since the last commit\n");
});

test("a new file is copied into the later chapters", needs, async () => {
  const made = new Repository();
  made.write("01-a", "new\n", "b.ts");
  const { status, stdout } = await made.forward("01");
  assert.is(status, 0);
  assert.is(stdout.match(/b\.ts: new\n/g)?.length, 2, stdout);
  assert.is(made.read("03-c", "b.ts"), "new\n");
});

test("only the files that are named", needs, async () => {
  const made = new Repository();
  for (const chapter of ["01-a", "02-b", "03-c"]) made.write(chapter, text(BASE), "b.ts");
  made.commit();
  made.write("01-a", changed("two", "TWO"));
  made.write("01-a", changed("two", "TWO"), "b.ts");
  assert.is((await made.forward("01", "b.ts")).status, 0);
  assert.is(made.read("02-b"), changed("five", "FIVE of 2"));
  assert.is(made.read("03-c", "b.ts"), changed("two", "TWO"));
});

test("what is a chapter's own is carried only where it is named", needs, async () => {
  const made = new Repository();
  made.write("01-a", "new\n", "main.test.ts");
  made.write("01-a", "new\n", "breakout.ts");
  made.write("01-a/inner", "new\n", "c.ts");
  assert.match((await made.forward("01")).stdout, /^nothing has changed/);
  const { status, stderr } = await made.forward("01", "inner/c.ts");
  assert.is(`${status} ${stderr}`, "0 ");
  assert.is(made.read("02-b/inner", "c.ts"), "new\n");
});

test("a chapter or a file that isn't there", needs, async () => {
  const made = new Repository();
  assert.is(
    (await made.forward("07")).stderr,
    "error: 07: there is no such chapter\nhint: 01-a, 02-b, 03-c\n",
  );
  const { status, stderr } = await made.forward("01", "none.ts");
  assert.is(status, 125);
  assert.match(stderr, /^error: none\.ts: not in 01-a\n/);
});

test.run();
