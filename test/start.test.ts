import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { assert, need, repo, root, run, start, suite, tempDir, tool } from "./harness.ts";
import { asNobody, NOBODY } from "./nobody.ts";

const test = suite("start");

const script = (name: string) => [
  process.execPath,
  "--import",
  import.meta.resolve("tsx"),
  path.join(repo, "scripts", name),
];
const starting = (...words: string[]) => [...script("start.ts"), ...words];
const newest = readdirSync(path.join(repo, "chapters")).sort().at(-1) ?? "";

/** Environment in which no sudo is found. */
const WITHOUT_SUDO = { PATH: "/nowhere" };
const noSudo = need("needs a machine without sudo", () => !existsSync("/usr/bin/sudo"));

/** A folder that every user can write to. */
function openFolder(): string {
  const folder = tempDir();
  chmodSync(folder, 0o777);
  return folder;
}

/** A sudo that gives nothing but runs the command, and its environment's beginning. */
function harmlessSudo(body: string): { PATH: string } {
  const folder = tempDir();
  writeFileSync(path.join(folder, "sudo"), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  chmodSync(folder, 0o755);
  return { PATH: `${folder}:${process.env.PATH}` };
}

test("npm start -- 02 run …", [root, tool("npm")], async () => {
  const words = ["start", "--silent", "--", "02", "run", "--hostname", "named", "hostname"];
  const { status, stdout, stderr } = await run(["npm", ...words]);
  assert.is(`${status}${stdout}${stderr}`, "0named\n");
});

test("without words: a shell in a container of the newest chapter", [root], async () => {
  const { status, stdout, stderr } = await run(starting(), { input: "echo $$; hostname; exit 9\n" });
  assert.is(status, 9, stderr);
  if (Number.parseInt(newest, 10) >= 3) assert.match(stdout, /^1\n[0-9a-f]{12}\n$/);
});

test("without a chapter's number: the newest one's command line", [root], async () => {
  assert.match((await run(starting("--help"))).stdout, `chapter ${newest.slice(0, 2)}`);
});

test("a chapter by its number or its folder's name", [root], async () => {
  for (const name of ["01", "01-fork-exec"])
    assert.match((await run(starting(name, "--help"))).stdout, "chapter 01");
});

test("exit status, input and words are the command's own", [root], async () => {
  assert.is((await run(starting("01", "run", "sh", "-c", "exit 7"))).status, 7);
  const { stdout } = await run(starting("01", "run", "cat", "-"), { input: "a\0b" });
  assert.is(stdout, "a\0b");
  assert.is((await run(starting("01", "run", "printf", "%s|", "a b", "", "--"))).stdout, "a b||--|");
});

test("a signal reaches the command", [root], async () => {
  const running = start(
    starting("01", "run", "sh", "-c", "trap 'exit 5' TERM; echo begun; while :; do sleep 0.1; done"),
  );
  await running.waitFor(/begun/);
  running.child.kill("SIGTERM");
  assert.is((await running.done).status, 5);
});

test("an unknown chapter is answered with the nearest one, and all that there are", async () => {
  const { status, stdout, stderr } = await run(starting("09", "run", "true"));
  assert.is(`${status}${stdout}`, "125");
  assert.match(
    stderr,
    /^error: 09: there is no such chapter\nhint: did you mean .*\? There are: 01-fork-exec, /,
  );
  assert.match((await run(starting("03-pid-mt"))).stderr, /did you mean 03-pid-mnt\?/);
});

test(
  "neither root nor sudo: it says what to do, and does what needs no root",
  [asNobody, noSudo],
  async () => {
    const options = { uid: NOBODY, env: { ...WITHOUT_SUDO, HOME: openFolder() } };
    const refused = await run(starting("02", "run", "true"), options);
    assert.is(refused.status, 125);
    assert.match(
      refused.stderr,
      /^note: .* needs root, and sudo doesn't give it here\nhint: as root, .*su -c /,
    );
    assert.match(refused.stderr, /\nerror: run: only root may make namespaces\n/);
    const { status, stdout } = await run(starting("01", "run", "/usr/bin/id", "-u"), options);
    assert.is(`${status} ${stdout}`, `0 ${NOBODY}\n`);
    assert.match((await run(starting("03", "run", "--help"), options)).stdout, "SYNOPSIS\n    run");
  },
);

test("a home that can't be written to is an error of two lines", [asNobody], async () => {
  const words = [...script("../chapters/01-fork-exec/main.ts"), "run", "/bin/true"];
  const { status, stderr } = await run(words, {
    uid: NOBODY,
    env: { HOME: "/", XDG_RUNTIME_DIR: undefined },
  });
  assert.is(status, 125);
  assert.match(stderr, /^error: the ledger can't be written in .*: EACCES\nhint: FT_DOCKER_HOME=DIR .*\n$/);
});

test(
  "by sudo: this Node by its path, with PATH and our own variables, after the password",
  [asNobody],
  async () => {
    // Answers `sudo -n true`, and prints what it is asked to run.
    const env = harmlessSudo('[ "$1" = -n ] && exit 0; echo "$@"');
    const variables = {
      FT_DOCKER_BUNDLES: undefined,
      FT_DOCKER_HOME: "/elsewhere",
      RUNTIME: "mine",
      SECRET: "shown to nobody",
    };
    const { status, stdout } = await run(starting("02", "run", "a b"), {
      uid: NOBODY,
      env: { ...env, ...variables },
    });
    assert.is(status, 0);
    assert.match(stdout, /^-- env PATH=/);
    for (const word of [
      process.execPath,
      "FT_DOCKER_HOME=/elsewhere",
      "RUNTIME=mine",
      "02-uts/main.ts run a b\n",
    ])
      assert.ok(stdout.includes(word), `${word}: ${stdout}`);
    assert.not.match(stdout, "shown to nobody");
  },
);

test("by sudo: the exit status is the command's", [asNobody], async () => {
  const env = { ...harmlessSudo('[ "$1" = -n ] && exit 0; shift; exec "$@"'), HOME: openFolder() };
  const { status } = await run(starting("01", "run", "/bin/sh", "-c", "exit 7"), { uid: NOBODY, env });
  assert.is(status, 7);
});

const realSudo = need("needs a sudo that asks nobody for a password", () => {
  return spawnSync("sudo", ["-n", "true"], { uid: NOBODY, stdio: "ignore" }).status === 0;
});

test("by the real sudo", [asNobody, realSudo], async () => {
  const { stdout } = await run(starting("02", "run", "id", "-u"), { uid: NOBODY });
  assert.is(stdout, "0\n");
});

test("npm test: a filter, and a last line that counts", async () => {
  const { status, stdout } = await run([...script("test.ts"), "elf"]);
  assert.is(status, 0, stdout);
  assert.match(stdout, /^common\/elf\.test\.ts$/m);
  assert.match(stdout, /\n[1-9]\d* passed, 0 failed, 0 skipped\n$/);
});

test("npm test without root: what needs root is skipped, by name", [asNobody, noSudo], async () => {
  const options = { uid: NOBODY, env: { PATH: process.env.PATH } };
  const { status, stdout, stderr } = await run([...script("test.ts"), "common/mountpoints"], options);
  assert.is(status, 0, stdout + stderr);
  assert.match(stderr, /what needs root is skipped/);
  assert.match(stdout, /\nskipped: mountpoints › .*: needs root\n/);
  assert.match(stdout, /\n[1-9]\d* passed, 0 failed, 1 skipped\n$/);
});

test("npm test: a filter that fits nothing", async () => {
  const { status, stderr } = await run([...script("test.ts"), "elff"]);
  assert.is(status, 125);
  assert.match(stderr, /^error: elff: no test's path has this in it\nhint: did you mean elf\?\n$/);
});

test.run();
