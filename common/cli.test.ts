import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { assert, type Result, repo, run, runtime, suite, terminal, tool } from "../test/harness.ts";

const test = suite("cli");

/** Chapter 01 needs no root, and its flags are read as all chapters' are. */
const chapterWords = (...words: string[]) => runtime("01-fork-exec").concat(words);
const chapter = (...words: string[]) => run(chapterWords(...words));
const explain = (...words: string[]) => chapter("run", "--explain", ...words);

/** All at once: a start of Node is most of the time that these tests take. */
const each = <T>(items: readonly T[], check: (item: T) => Promise<void>) => Promise.all(items.map(check));

/** One line that says what is wrong, one that says what to do, and nothing else. */
function assertError({ status, stdout, stderr }: Result, message: RegExp, hint: RegExp): void {
  assert.is(status, 125, stderr);
  assert.is(stdout, "");
  const [first = "", second = "", ...rest] = stderr.split("\n");
  assert.match(first, message);
  assert.match(second, hint);
  assert.equal(rest, [""], stderr);
}

test("flags end at the first word that isn't one", async () => {
  const { status, stdout } = await chapter("run", "echo", "-n", "--trace", "--", "--no-such", "-z");
  assert.is(`${status} ${stdout}`, "0 --trace -- --no-such -z");
});

test("a dash alone is a word, and so is an empty one after the command", async () => {
  assert.is((await chapter("run", "echo", "-", "", "x")).stdout, "-  x\n");
  assertError(await chapter("run", ""), /^error: run: no command$/, /^hint: /);
});

test("flags end at --, which isn't the command's; a second one is", async () => {
  assert.is((await chapter("run", "--", "echo", "a")).stdout, "a\n");
  assert.is((await chapter("run", "--tty=false", "--", "echo", "--", "b")).stdout, "-- b\n");
  const { status, stderr } = await chapter("run", "--", "--trace");
  assert.is(status, 127, stderr);
  assert.match(stderr, /^error: run --trace: ENOENT/);
});

test("the command's words aren't ours to change: spaces, quotes, new lines, other alphabets", async () => {
  const words = ["a b", "'", '"', "$HOME", "*", "new\nline", "größe 漢字 🙂", "\\"];
  const { stdout } = await chapter("run", "printf", "%s\\0", ...words);
  assert.equal(stdout.split("\0").slice(0, -1), words);
});

test("short flags may stand together, and before or after long ones", async () => {
  await each([["-it"], ["-i", "-t"], ["-t", "--interactive"], ["--tty", "-i"]], async (flags) => {
    const { status, stdout, stderr } = await explain(...flags, "true");
    assert.is(status, 0, stderr);
    assert.match(stdout, "/dev/ptmx", `${flags}`);
  });
});

test("a switch is switched off by =false; the last one counts", async () => {
  const expected: [string[], boolean][] = [
    [["--tty=true"], true],
    [["--tty=false"], false],
    [["-t", "--tty=false"], false],
    [["--tty=false", "-t"], true],
    [[], false],
  ];
  await each(expected, async ([flags, tty]) => {
    const { stdout } = await explain(...flags, "true");
    assert.is(stdout.includes("/dev/ptmx"), tty, `${flags}`);
  });
  assertError(
    await explain("--tty=maybe", "true"),
    /^error: --tty=maybe: neither true nor false$/,
    /--tty=false/,
  );
});

test("the value of --explain stands behind =, and may be missing", async () => {
  assert.match((await explain("true")).stdout, /^# /);
  const { stdout } = await chapter("run", "--explain=json", "true");
  assert.is(JSON.parse(stdout)[0].call, "clone3");
  assertError(
    await chapter("run", "--explain=xml", "true"),
    /^error: --explain=xml: no such format$/,
    /--explain=json/,
  );
});

test("a mistyped flag is answered with the nearest one", async () => {
  assertError(
    await chapter("run", "--explian", "true"),
    /^error: --explian: run has no such flag$/,
    /^hint: did you mean --explain\?$/,
  );
  assertError(await chapter("run", "--ttx=true", "true"), /^error: --ttx: /, /^hint: did you mean --tty\?$/);
  assertError(await chapter("run", "-x", "true"), /^error: -x: run has no such flag$/, /^hint: /);
  assertError(await chapter("run", "--qqqqqqqqqqqq", "true"), /^error: --qqqqqqqqqqqq: /, /--help/);
  // Names that every object of JavaScript's has.
  await each(["constructor", "toString", "__proto__", "hasOwnProperty"], async (name) => {
    assertError(await chapter("run", `--${name}`, "true"), /no such flag$/, /^hint: /);
  });
});

test("a mistyped command is answered with the nearest one", async () => {
  assertError(
    await chapter("rum", "true"),
    /^error: rum: there is no such command$/,
    /^hint: did you mean run\?$/,
  );
  await each(["constructor", "completely-else", "", "-q", "--"], async (name) => {
    assertError(await chapter(name), /there is no such command$/, /^hint: /);
  });
});

test("a flag whose value is missing says what it takes", async () => {
  const hostname = (...words: string[]) => run(runtime("02-uts").concat("run", "--explain", ...words));
  assertError(await hostname("--hostname"), /^error: --hostname: a value is missing$/, /--hostname NAME/);
  assert.match((await hostname("--hostname=x", "true")).stdout, 'sethostname("x", 1)');
  assert.match((await hostname("--hostname", "x", "true")).stdout, 'sethostname("x", 1)');
  assert.match((await hostname("--hostname", "x", "--hostname", "y", "true")).stdout, 'sethostname("y", 1)');
  assertError(await hostname("--hostname=", "true"), /^error: --hostname "": not a host name$/, /^hint: /);
});

test("no command: the list of commands on stderr, and 125", async () => {
  const { status, stdout, stderr } = await chapter();
  assert.is(`${status} ${stdout}`, "125 ");
  assert.match(stderr, /Commands:\n {2}run /);
  assertError(await chapter("run"), /^error: run: no command$/, /^hint: run \/bin\/sh$/);
  assertError(await chapter("run", "--trace", "--"), /^error: run: no command$/, /^hint: /);
});

test("--help on stdout, for all commands and for one", async () => {
  for (const word of ["--help", "-h", "help"]) {
    const { status, stdout, stderr } = await chapter(word);
    assert.is(`${status} ${stderr}`, "0 ");
    assert.match(stdout, /Commands:\n {2}run /);
  }
  for (const words of [["--help"], ["-h"], ["--trace", "--help", "true"]]) {
    const { status, stdout } = await chapter("run", ...words);
    assert.is(status, 0);
    for (const flag of ["-t, --tty", "--explain[=json]", "--trace", "-h, --help"])
      assert.ok(stdout.includes(flag), stdout);
  }
  assert.is((await chapter("run", "printf", "%s", "--help")).stdout, "--help");
});

test(
  "on a terminal the help is as wide as that, with headings that stand out unless NO_COLOR is set",
  [tool("script")],
  async () => {
    const help = async (env: Record<string, string> = {}) =>
      (await terminal(chapterWords("run", "--help"), { columns: 50, env: { TERM: "xterm", ...env } }).done)
        .stdout;
    const [coloured, plain] = await Promise.all([help(), help({ NO_COLOR: "1" })]);
    assert.match(coloured, "\u001b[1mSYNOPSIS\u001b[0m");
    assert.not.match(plain, "\u001b");
    const lines = plain.split("\r\n");
    assert.equal(
      lines.filter((line) => line.length > 50),
      [],
    );
    assert.ok(lines.some((line) => line.length > 40));
    assert.not.match((await chapter("run", "--help")).stdout, "\u001b");
  },
);

test("--version is package.json's", async () => {
  const { version } = JSON.parse(readFileSync(path.join(repo, "package.json"), "utf8"));
  for (const word of ["--version", "-V"]) assert.is((await chapter(word)).stdout, `ft-docker ${version}\n`);
});

test("a reader that has gone is no error", async () => {
  const [file = "", ...args] = runtime("01-fork-exec");
  for (const words of [["--help"], ["run", "--explain=json", "true"], ["--version"]]) {
    const child = spawn(file, [...args, ...words], { cwd: repo, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    const stderr = (await child.stderr.setEncoding("utf8").toArray()).join("");
    assert.is(stderr, "", words.join(" "));
  }
});

test("closed standard files are no error either", async () => {
  const words = runtime("01-fork-exec").concat("run", "/bin/true");
  const { status, stderr } = spawnSync("/bin/sh", ["-c", '"$@" <&- >&-', "sh", ...words], {
    encoding: "utf8",
  });
  assert.is(`${status} ${stderr}`, "0 ");
});

test.run();
