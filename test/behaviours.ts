/**
 * What every chapter's `run` does since chapter 01. A chapter's own tests begin with these, so that nothing which worked
 * before is lost on the way.
 */

import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { node } from "../scripts/root.ts";
import {
  assert,
  assertSame,
  findProcess,
  type Need,
  need,
  onGuest,
  repo,
  root,
  run,
  runtime,
  settled,
  snapshot,
  start,
  type Test,
  tempDir,
  terminal,
  tool,
} from "./harness.ts";

export interface Subject {
  /** The folder of the chapter. */
  readonly chapter: string;
  /** What its `run` needs. */
  readonly needs: readonly Need[];
  /** Flags with which the command takes signals as any process does; chapter 03's PID 1 doesn't. */
  readonly signalFlags?: readonly string[];
}

const KEYS = { interrupt: "\x03", suspend: "\x1a", endOfInput: "\x04" } as const;

export function commonTests(test: Test, { chapter, needs, signalFlags = [] }: Subject): void {
  const command = (...words: string[]) => [...runtime(chapter), "run", ...words];
  const signalled = (...words: string[]) => command(...signalFlags, ...words);
  const script = [...needs, tool("script")];

  // Exit statuses

  test("the exit status is the command's own", needs, async () => {
    for (const status of [0, 1, 2, 63, 124, 125, 126, 127, 128, 129, 255]) {
      assert.is((await run(command("sh", "-c", `exit ${status}`))).status, status);
    }
  });

  test("128 + n when signal n killed the command", needs, async () => {
    for (const signal of ["SIGHUP", "SIGKILL", "SIGTERM", "SIGSEGV"] as const) {
      const result = await run(signalled("sh", "-c", `kill -${signal.slice(3)} $$`));
      assert.is(result.status, 128 + constants.signals[signal], signal);
      assert.is(result.stderr, "");
    }
  });

  test("127 and a hint for a command that is nowhere", needs, async () => {
    for (const name of ["no-such-command-here", "/no/such/file"]) {
      const result = await run(command(name));
      assert.is(result.status, 127);
      assertError(result.stderr, `run ${name}: ENOENT`);
      assert.is(result.stdout, "");
    }
  });

  test("126 for a file that is there but can't be executed", needs, async () => {
    for (const name of ["/", "/etc/passwd"]) {
      const result = await run(command(name));
      assert.is(result.status, 126);
      assertError(result.stderr, `run ${name}: EACCES`);
    }
  });

  test("125 for what is the runtime's own", async () => {
    for (const [words, what] of [
      [[], "run: no command"],
      [["--no-such-flag", "true"], "--no-such-flag: run has no such flag"],
      [["--explain=yaml", "true"], "--explain=yaml: no such format"],
      [["--tty=maybe", "true"], "--tty=maybe: neither true nor false"],
    ] as const) {
      const result = await run(command(...words));
      assert.is(result.status, 125);
      assertError(result.stderr, what);
      assert.is(result.stdout, "");
    }
  });

  test("flags end at the command, whose own words are untouched", needs, async () => {
    const echo = await run(command("--tty=false", "echo", "--explain", "-v", "--", "--help"));
    assert.is(echo.stdout, "--explain -v -- --help\n");
    assert.is((await run(command("--", "echo", "-n", "a", "", "b c"))).stdout, "a  b c");
  });

  // Standard input and output

  test("the command reads what is piped, a file, and nothing", needs, async () => {
    assert.is((await run(command("cat"), { input: "words\n" })).stdout, "words\n");
    const file = path.join(tempDir(), "input");
    writeFileSync(file, "from a file\n");
    const shell = (redirection: string) => ["sh", "-c", `exec "$@" ${redirection}`, "sh", ...command("cat")];
    assert.is((await run(shell(`< ${file}`))).stdout, "from a file\n");
    const closed = await run(shell("<&-"));
    assert.is(closed.stdout + closed.stderr, "");
    assert.is(closed.status, 0);
  });

  test("stdout and stderr stay apart, and the runtime adds nothing", needs, async () => {
    const result = await run(command("sh", "-c", "echo out; echo err >&2"));
    assert.is(result.stdout, "out\n");
    assert.is(result.stderr, "err\n");
  });

  const mebibytes = onGuest ? 64 : 1024;
  test(`${mebibytes} MiB come through, byte for byte`, needs, async () => {
    const file = path.join(tempDir(), "noise");
    const sent = writeNoise(file, mebibytes);
    const [name = "", ...args] = command("cat");
    const input = openSync(file, "r");
    const child = spawn(name, args, { cwd: repo, stdio: [input, "pipe", "inherit"] });
    closeSync(input);
    const received = createHash("sha256");
    for await (const chunk of child.stdout ?? []) received.update(chunk as Buffer);
    assert.is(received.digest("hex"), sent);
  });

  test("a reader that goes away ends the command by SIGPIPE, quietly", needs, async () => {
    const pipe = `{ "$@"; echo "status $?" >&2; } | head -c 2`;
    const result = await run(["sh", "-c", pipe, "sh", ...signalled("yes")]);
    assert.is(result.stdout, "y\n");
    assert.is(result.stderr, `status ${128 + constants.signals.SIGPIPE}\n`);
  });

  test("no open file of the runtime's, or of who called it, reaches the command", needs, async () => {
    const shell = ["sh", "-c", 'exec "$@" 7</etc/hostname 9>&1', "sh"];
    const files = await run([...shell, ...command("sh", "-c", "echo /proc/self/fd/*")]);
    // The shell itself opens the directory to list it.
    assert.match(
      files.stdout,
      /^\/proc\/self\/fd\/0 \/proc\/self\/fd\/1 \/proc\/self\/fd\/2( \/proc\/self\/fd\/\d+)?\n$/,
    );
    assert.not.match(files.stdout, /fd\/[79]\b/);
  });

  test("the command's signals are as a shell would start it: none ignored, none blocked", needs, async () => {
    const { stdout } = await run(command("grep", "-E", "^Sig(Blk|Ign):", "/proc/self/status"));
    assert.match(stdout, /SigBlk:\t0000000000000000/);
    assert.match(stdout, /SigIgn:\t0000000000000000/);
  });

  // Signals

  test("signals sent to the runtime reach the command", needs, async () => {
    const names = ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "WINCH", "CONT", "TSTP"];
    const traps = names.map((name) => `trap 'echo got ${name}' ${name};`).join(" ");
    const running = start(command("sh", "-c", `${traps} echo ready; while :; do read line; done`));
    await running.waitFor(/ready/);
    for (const name of names) {
      process.kill(running.pid, `SIG${name}` as NodeJS.Signals);
      await running.waitFor(new RegExp(`got ${name}\n`));
    }
    process.kill(running.pid, "SIGKILL");
    await running.done;
    await clean();
  });

  test("a command that a forwarded signal kills gives 128 + n", needs, async () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const running = start(signalled("sh", "-c", "echo ready; exec sleep 1000"));
      await running.waitFor(/ready/);
      await findProcess(/^sleep 1000$/);
      process.kill(running.pid, signal);
      assert.is((await running.done).status, 128 + constants.signals[signal]);
    }
  });

  test("when the runtime is killed, the command ends with it", needs, async () => {
    const word = `1000.${randomBytes(3).readUIntBE(0, 3)}`;
    const running = start(command("sleep", word));
    const pid = await findProcess(new RegExp(`^sleep ${word}$`));
    process.kill(running.pid, "SIGKILL");
    await running.done;
    await gone(pid);
    await clean();
  });

  // The terminal

  test("with a terminal the command has one of its own", script, async () => {
    const { stdout } = await terminal(["sh", "-c", 'tty; exec "$@"', "sh", ...command("tty")]).done;
    const [outer, inner] = stdout.trim().split("\r\n");
    assert.match(outer ?? "", /^\/dev\/pts\/\d+$/);
    assert.match(inner ?? "", /^\/dev\/pts\/\d+$/);
    if (chapter < "03") assert.is.not(outer, inner);
  });

  test("without one it has none, unless it is asked for", needs, async () => {
    assert.match((await run(command("tty"))).stdout, /^not a tty\n$/);
    assert.match((await run(command("--tty", "tty"))).stdout, /^\/dev\/pts\/\d+\r\n$/);
    assert.match((await run(command("-t", "tty"))).stdout, /^\/dev\/pts\/\d+\r\n$/);
  });

  test("--tty=false on a terminal: the command shares it", script, async () => {
    const both = ["sh", "-c", '"$@" test -t 1; echo $?', "sh", ...command("--tty=false")];
    assert.is((await terminal(both).done).stdout, "0\r\n");
  });

  test("the last byte of a terminal's output arrives", needs, async () => {
    const lines = 20_000;
    const { stdout } = await run(command("--tty", "seq", `${lines}`));
    assert.is(stdout, Array.from({ length: lines }, (_, i) => `${i + 1}\r\n`).join(""));
  });

  test("a shell on a terminal: Ctrl-C, Ctrl-Z, fg, Ctrl-D", script, async () => {
    await interactive(terminal(command("sh", "-i")));
  });

  const npx = need("npx starts slowly in a guest, and is the same on every kernel", () => !onGuest);
  test("the same through npx tsx, two processes above it", [...script, npx], async () => {
    if (process.env.RUNTIME) return;
    const main = path.join("chapters", chapter, "main.ts");
    await interactive(terminal(["npx", "tsx", main, "run", "sh", "-i"]));
  });

  test("the window's size is the user's, and follows it", script, async () => {
    const sizes =
      "trap 'stty size' WINCH; stty size; while :; do read line; [ \"$line\" = q ] && exit 4; done";
    const shell = ["sh", "-c", 'tty; exec "$@"', "sh", ...command("sh", "-c", sizes)];
    const running = terminal(shell, { rows: 33, columns: 97 });
    const [, tty = ""] = await running.waitFor(/(\/dev\/pts\/\d+)\r\n/);
    await running.waitFor(/33 97\r\n/);
    await run(["stty", "-F", tty, "rows", "40", "columns", "120"]);
    await running.waitFor(/40 120\r\n/);
    running.type("q\n");
    assert.is((await running.done).status, 4);
  });

  test("the window has its size before the command begins", script, async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, () => terminal(command("stty", "size"), { rows: 33, columns: 97 }).done),
    );
    const sizes = results.map(({ stdout }) => stdout);
    assert.equal(
      sizes,
      sizes.map(() => "33 97\r\n"),
    );
  });

  test("the user's terminal is as it was after every end", script, async () => {
    const around = ["sh", "-c", 'stty -g; "$@"; echo "status $?"; stty -g', "sh"];
    const same = (output: string) => {
      const [before, after] = output.match(/^[0-9a-f:]{40,}/gm) ?? [];
      assert.ok(before);
      assert.is(after, before);
    };
    const ended = await terminal([...around, ...command("true")]).done;
    assert.match(ended.stdout, /status 0/);
    same(ended.stdout);
    const nowhere = await terminal([...around, ...command("no-such-command")]).done;
    assert.match(nowhere.stdout, /status 127/);
    same(nowhere.stdout);
    const word = `1000.${randomBytes(3).readUIntBE(0, 3)}`;
    const running = terminal([...around, ...command("sleep", word)]);
    process.kill(await findProcess(new RegExp(`^sleep ${word}$`)), "SIGKILL");
    const killed = await running.done;
    assert.match(killed.stdout, /status 137/);
    same(killed.stdout);
  });

  // --explain, --trace, --help

  test("--explain prints the list, and runs nothing", async () => {
    const file = path.join(tempDir(), "made");
    const result = await run(command("--explain", "touch", file));
    assert.is(result.status, 0, result.stderr);
    assert.match(result.stdout, /^ *\d+ {2}clone3\(/m);
    assert.match(result.stdout, new RegExp(`execve\\("[^"]*touch", \\["touch", "${file}"\\]`));
    assert.is(result.stderr, "");
    assert.throws(() => readFileSync(file), /ENOENT/);
  });

  test("--explain=json has call, arguments, reason and source of each step", async () => {
    const env = { NODE_OPTIONS: "--enable-source-maps" }; // Where it is a bundle.
    const { stdout } = await run(command("--explain=json", "true"), { env });
    const steps = JSON.parse(stdout) as { call: string; args: unknown[]; why: string; source: string }[];
    const calls = steps.map(({ call }) => call);
    assert.ok(calls.includes("clone3") && calls.indexOf("clone3") < calls.indexOf("execve"), calls.join(" "));
    for (const { call, args, why, source } of steps) {
      assert.ok(Array.isArray(args), call);
      assert.ok(why.length > 0, call);
      if (process.env.RUNTIME) continue;
      // The chapter's own line: what is made by syscall/ stands where the chapter asks for it.
      const [file = "", line] = source.split(":");
      const text = readFileSync(path.join(repo, file), "utf8").split("\n")[Number(line) - 1] ?? "";
      assert.match(file, new RegExp(`^chapters/${chapter}/`));
      assert.match(text, /\(/, `${source}: ${text}`);
    }
  });

  test("--explain needs no root", [root], async () => {
    const env = { HOME: "/nonexistent", XDG_DATA_HOME: undefined, FT_DOCKER_HOME: undefined };
    const result = await run(command("--explain", "/bin/true"), { uid: 65534, env });
    assert.is(result.status, 0, result.stderr);
    assert.match(result.stdout, /execve\("\/bin\/true"/);
  });

  test("--trace runs, and prints each step with its result to stderr", needs, async () => {
    const result = await run(command("--trace", "echo", "ran"));
    assert.is(result.stdout, "ran\n");
    assert.match(result.stderr, /^ *\d+ {2}clone3\(.*\) = [1-9]\d*$/m);
    assert.match(result.stderr, /execve\(.*\) = 0$/m);
  });

  test("--help tells of run and of its flags, --version of the version", async () => {
    const help = await run([...runtime(chapter), "--help"]);
    assert.match(help.stdout, /^ {2}run .*COMMAND/m);
    assert.is(help.status, 0);
    assert.match((await run(command("--help"))).stdout, /--explain/);
    const { version } = JSON.parse(readFileSync(path.join(repo, "package.json"), "utf8")) as {
      version: string;
    };
    assert.is((await run([...runtime(chapter), "--version"])).stdout, `ft-docker ${version}\n`);
  });

  test("a mistyped command or flag is answered with the nearest one", async () => {
    const verb = await run([...runtime(chapter), "rnu", "true"]);
    assert.is(verb.status, 125);
    assert.match(verb.stderr, /^error: rnu: .*\nhint: did you mean run\?\n$/);
    assert.match((await run(command("--explian", "true"))).stderr, /\nhint: did you mean --explain\?\n$/);
  });

  test("nothing is left on the host", needs, async () => {
    const before = snapshot();
    await run(command("true"));
    await run(command("no-such-command"));
    await run(command("--tty", "sh", "-c", "sleep 1000 & exit 3"));
    // With its terminal the shell's job has got a SIGHUP, and may be on its way still.
    await settled(before);
    assertSame(before, snapshot(), "three runs");
  });
}

/** After a runtime was killed: takes its ledger from the host. */
async function clean(): Promise<void> {
  const { status, stderr } = await run(node(path.join(repo, "scripts/clean.ts"), []));
  assert.is(status, 0, stderr);
}

/** One line that says what, and one with a hint; no stack trace. */
export function assertError(stderr: string, what: string): void {
  const [error = "", hint = "", ...rest] = stderr.split("\n");
  assert.ok(error.startsWith(`error: ${what}`), `error: ${what}… expected: ${stderr}`);
  assert.match(hint, /^hint: ./);
  assert.equal(rest, [""]);
}

type Interactive = ReturnType<typeof terminal>;

async function interactive(shell: Interactive): Promise<void> {
  shell.type("echo shell-$((40 + 2))\n");
  await shell.waitFor(/shell-42\r\n/);
  const word = `1000.${randomBytes(3).readUIntBE(0, 3)}`;
  const sleeping = new RegExp(`^sleep ${word}$`);

  shell.type(`sleep ${word}\n`);
  await findProcess(sleeping);
  shell.type(KEYS.interrupt);
  shell.type("echo interrupted $((100 + 30))-$?\n");
  await shell.waitFor(/interrupted 130-130\r\n/);

  shell.type(`sleep ${word}\n`);
  const pid = await findProcess(sleeping);
  shell.type(KEYS.suspend);
  await shell.waitFor(/Stopped/);
  assert.is(stateOf(pid), "T");
  shell.type("fg; echo back-$((1 + 1))\n");
  await until(() => stateOf(pid) === "S");
  shell.type(KEYS.interrupt);
  shell.type("echo again-$((2 + 3))\n");
  await shell.waitFor(/again-5\r\n/);
  shell.type("exit 5\n");
  assert.is((await shell.done).status, 5);
}

/** proc(5): the third field of `stat`. */
const stateOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, "latin1").replace(/^.*\) /s, "")[0];

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function gone(pid: number): Promise<void> {
  await until(() => {
    try {
      return stateOf(pid) === "Z";
    } catch {
      return true;
    }
  });
}

/** Writes so many MiB that don't repeat, and returns their SHA-256. */
function writeNoise(file: string, mebibytes: number): string {
  const block = randomBytes(1024 * 1024);
  const hash = createHash("sha256");
  const fd = openSync(file, "w");
  for (let i = 0; i < mebibytes; i++) {
    block.writeUInt32LE(i, 0);
    hash.update(block);
    writeSync(fd, block);
  }
  closeSync(fd);
  return hash.digest("hex");
}
