/** `npm run workshop` as a learner types it, in a copy of the repository: what is theirs is never lost. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { node } from "../scripts/root.ts";
import {
  assert,
  findProcess,
  type Result,
  repo,
  root,
  run,
  start,
  suite,
  tempDir,
  tool,
} from "../test/harness.ts";

const test = suite("workshop");
const needs = [root, tool("unshare")];

const copy = tempDir();
for (const name of [
  "chapters",
  "common",
  "containers",
  "images",
  "scripts",
  "syscall",
  "workshop",
  "package.json",
])
  cpSync(path.join(repo, name), path.join(copy, name), { recursive: true });
symlinkSync(path.join(repo, "node_modules"), path.join(copy, "node_modules"));
const env = { FT_DOCKER_HOME: tempDir(), FT_DOCKER_BUNDLES: undefined, SUDO_UID: undefined };

const mine = path.join(copy, "mine");
const file = path.join(mine, "02-uts/container.ts");
const command = (...words: string[]) => node(path.join(copy, "workshop/main.ts"), words);
const workshop = (...words: string[]): Promise<Result> => run(command(...words), { env, cwd: copy });

async function done(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await workshop(...words);
  assert.is(status, 0, stdout + stderr);
  return stdout;
}

const FLAG = "CLONE_NEWUTS";
const solve = () =>
  writeFileSync(
    file,
    readFileSync(file, "utf8")
      .replace("child(0,", `child(${FLAG},`)
      .replace(/^import/m, `import { ${FLAG} } from "../../syscall/constants.ts";\nimport`),
  );

test("nothing is checked before something is started", async () => {
  const { status, stderr } = await workshop("check");
  assert.is(status, 125);
  assert.is(stderr, "error: workshop: no chapter is started\nhint: npm run workshop -- start 01\n");
  assert.not.ok(existsSync(mine));
  assert.match(
    (await workshop("start", "9")).stderr,
    /^error: 9: there is no such chapter\nhint: one of 01-/,
  );
});

test("start hands a chapter out once; what is there stays", async () => {
  assert.match(await done("start", "2"), /^mine\/02-uts is yours.*\n\n02\.1 A namespace for names\n/);
  appendFileSync(file, "// mine\n");
  assert.match(await done("start", "02-uts"), /as you have left it/);
  assert.match(readFileSync(file, "utf8"), /\/\/ mine\n$/);
});

test(
  "check tells what is the case, and why it works when it does; list and state know it",
  needs,
  async () => {
    const before = await workshop("check");
    assert.is(before.status, 1, before.stderr);
    assert.match(
      before.stdout,
      /✗ its UTS namespace is its own\n\n +Your process is still in the host's UTS\s+namespace: uts:\[\d+\] is\s+PID 1's too\./,
    );
    solve();
    assert.match(
      await done("check"),
      /✓ its UTS namespace is its own\n\n02\.1 is done\. Why it works:\n[\s\S]*\n02\.2 The name in it\n/,
    );
    assert.match(await done("list"), /✓ 02\.1 .*\n {2}· 02\.2 /);
  },
);

test("a program that can't be compiled is told where", needs, async () => {
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace("[child(", "[child(" + ")"));
  const { status, stdout } = await workshop("check");
  writeFileSync(file, text);
  assert.is(status, 1);
  assert.match(stdout, /✗ it is a program\n[\s\S]*mine\/02-uts\/container\.ts:\d+:\d+/);
});

test("hints go from the idea to the lines; diff shows what is left", async () => {
  assert.match(await done("hint"), /hint 1 of 3\n\n +The child sets the name itself/);
  assert.match(await done("hint"), /hint 2 of 3\n\n +sethostname\(2\)/);
  const lines = await done("hint");
  assert.match(lines, /^ {2}\+ {2}return \[step\("sethostname"/m);
  assert.is(await done("hint"), lines);
  assert.match(await done("diff"), /^\+ {2}return \[step\("sethostname"/m);
});

test("solution and reset keep a copy of what was there", needs, async () => {
  const own = readFileSync(file, "utf8");
  assert.match(
    await done("solution"),
    /hostname\.ts: as the solution of 02\.2 has it\. Your own code is in mine\/copies\/02-uts-1\./,
  );
  assert.is(readFileSync(path.join(mine, "copies/02-uts-1/container.ts"), "utf8"), own);
  assert.match(await done("check"), /02\.2 is done/);
  appendFileSync(path.join(mine, "02-uts/hostname.ts"), "// mine\n");
  assert.match(await done("reset"), /before 02\.3\. What you had is in mine\/copies\/02-uts-2\./);
  assert.match(readFileSync(path.join(mine, "copies/02-uts-2/hostname.ts"), "utf8"), /\/\/ mine\n$/);
  assert.not.match(readFileSync(path.join(mine, "02-uts/hostname.ts"), "utf8"), /\/\/ mine\n$/);
  await done("reset", "02");
  assert.equal(readdirSync(path.join(mine, "copies")), ["02-uts-1", "02-uts-2", "02-uts-3"]);
  assert.match(await done("list"), /· 02\.1 /);
});

test("watch checks again when a file is saved", needs, async () => {
  const watching = start(command("watch"), { env, cwd: copy });
  await watching.waitFor(/✗ its UTS namespace[\s\S]*Watching mine\/02-uts/);
  solve();
  await watching.waitFor(/02\.1 is done/);
  watching.child.kill("SIGINT");
  await watching.done;
});

test("run gives the runtime's output and status, and leaves nothing behind", needs, async () => {
  const { status, stdout, stderr } = await workshop(
    "run",
    "--hostname",
    "box",
    "sh",
    "-c",
    "echo out; exit 7",
  );
  assert.is(status, 7, stderr);
  assert.is(stdout, "out\n");
  assert.equal(readdirSync(path.join(env.FT_DOCKER_HOME, "workshop/checks")), []);
});

test(
  "what the learner's runtime does to its host, it does to a stand-in",
  [...needs, tool("hostname")],
  async () => {
    // The name is set, in no namespace of its own: a UTS namespace of the test's is the host here.
    await done("solution");
    writeFileSync(file, readFileSync(file, "utf8").replace(`child(${FLAG},`, "child(0,"));
    const host = (words: readonly string[]) =>
      run(["unshare", "--uts", "sh", "-c", 'hostname host; "$@" >/dev/null; hostname', "sh", ...words], {
        env,
        cwd: copy,
      });
    assert.is(
      (await host(node(path.join(mine, "02-uts/main.ts"), ["run", "--hostname", "renamed", "true"]))).stdout,
      "renamed\n",
    );
    assert.is((await host(command("check"))).stdout, "host\n");
    assert.is((await host(command("run", "--hostname", "renamed", "true"))).stdout, "host\n");
  },
);

test("what a killed check leaves is swept by clean", needs, async () => {
  const main = path.join(mine, "02-uts/main.ts");
  const text = readFileSync(main, "utf8");
  // Waits for ever, at no cost.
  const hang = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);";
  writeFileSync(main, text.replace("await main(", `${hang}\nawait main(`));
  const checking = start(command("check"), { env, cwd: copy });
  const runtime = await findProcess(
    new RegExp(`${env.FT_DOCKER_HOME}/workshop/checks/.*/main.cjs run`),
    checking,
  );
  const checker = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${runtime}/status`, "latin1"))?.[1]);
  process.kill(checker, "SIGKILL");
  assert.match((await checking.done).stderr, /^error: check: it couldn't be carried out\nhint: /m);
  assert.not.ok(existsSync(`/proc/${runtime}`), "with it all of the stand-in has ended");
  writeFileSync(main, text);
  const checks = path.join(env.FT_DOCKER_HOME, "workshop/checks");
  assert.is(readdirSync(checks).length, 1);
  assert.is((await run(node(path.join(copy, "scripts/clean.ts"), []), { env, cwd: copy })).status, 0);
  assert.equal(readdirSync(checks), []);
});

test("what can't be read as progress is told, and left alone; sudo is refused", async () => {
  const progress = path.join(mine, "progress.json");
  const text = readFileSync(progress, "utf8");
  writeFileSync(progress, '{"done": 3}');
  assert.match((await workshop("list")).stderr, /^error: mine\/progress\.json: it can't be read\nhint: /);
  assert.is(readFileSync(progress, "utf8"), '{"done": 3}');
  writeFileSync(progress, text);
  const sudo = await run(command("list"), { env: { ...env, SUDO_UID: "1000" }, cwd: copy });
  assert.match(sudo.stderr, /^error: workshop: not with sudo\nhint: /);
});

test.run();
