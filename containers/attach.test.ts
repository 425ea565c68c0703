import { readFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../common/errors.ts";
import { node } from "../scripts/root.ts";
import { assert, type Options, repo, run, start, suite, tempDir, terminal, tool } from "../test/harness.ts";
import { client, startMonitor } from "../test/monitor.ts";
import { DEFAULT_KEYS, DetachKeys, parseKeys } from "./detach-keys.ts";

const test = suite("attach");

const command = (socket: string, ...flags: string[]) =>
  node(path.join(repo, "test/attach.ts"), ["attach", socket, ...flags]);

/** The keys as `text` writes them, and what is typed in parts: what has come through, and whether one has left. */
function typed(text: string, ...parts: readonly string[]): [string, boolean] {
  const keys = new DetachKeys(parseKeys(text));
  let passed = "";
  for (const part of parts) {
    const { pass, detached } = keys.feed(Buffer.from(part));
    passed += pass.toString();
    if (detached) return [passed, true];
  }
  return [passed, false];
}

test("detach keys are found in what is typed, and nothing else is held back", () => {
  const [p, q] = ["\x10", "\x11"];
  assert.equal(typed(DEFAULT_KEYS, `abc${p}${q}def`), ["abc", true]);
  assert.equal(typed(DEFAULT_KEYS, `abc${p}`, q), ["abc", true]);
  assert.equal(typed(DEFAULT_KEYS, `${p}x${q}`, p), [`${p}x${q}`, false]);
  assert.equal(typed(DEFAULT_KEYS, p, p, q), [p, true]);
  assert.equal(typed("a,a,b", "aaab"), ["a", true]);
  assert.equal(typed("ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_,Z", "\x00\x1b\x1c\x1d\x1e\x1fZ"), [
    "",
    true,
  ]);
  for (const wrong of ["", "ctrl-", "ctrl-1", "abc", "ctrl-p,"]) {
    assert.throws(
      () => parseKeys(wrong),
      (error: unknown) => error instanceof UserError,
    );
  }
});

test("stdin, stdout and stderr are the container's, to the end of input and to its own", async () => {
  const monitor = startMonitor("echo begun >&2; cat; echo end >&2; exit 7", { input: true });
  const text = Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join("");
  const result = await run(command(monitor.socket), { input: text });
  assert.is(result.status, 7);
  assert.ok(result.stdout === text, `${result.stdout.length} bytes`);
  assert.match(result.stderr, /end\n\{"status":7\}\n$/);
});

test("without stdin nothing is read, and the container's end by a signal is told as a shell tells it", async () => {
  const monitor = startMonitor("read word; echo got $word; kill -9 $$", { input: true });
  const attached = start(command(monitor.socket, "stdin=false"), { input: "lost\n" });
  const other = client(monitor.socket);
  await connected(monitor.socket, 2);
  other.connection.send("i", Buffer.from("kept\n"));
  const { stdout, status } = await attached.done;
  assert.is(stdout, "got kept\n");
  assert.is(status, 137);
});

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("signals are passed on, or end the attachment alone", async () => {
  const monitor = startMonitor("while read word; do echo got $word; done", { input: true });
  const passing = start(command(monitor.socket, "proxy=true"));
  const ended = start(command(monitor.socket));
  await connected(monitor.socket, 2);
  passing.type("one\n");
  await Promise.all([passing, ended].map((each) => each.waitFor(/got one/)));
  process.kill(passing.pid, "SIGTERM");
  process.kill(ended.pid, "SIGINT");
  await passing.waitFor(/signal 15/);
  assert.match((await ended.done).stderr, /\{"signal":2\}/);
  passing.type("two\n");
  await passing.waitFor(/got two/);
  passing.child.stdin?.end();
  assert.is((await passing.done).status, 0);
});

/** Until so many have connected: each is a line of its own with the socket's path, beside the listener's. */
const connected = (socket: string, clients: number) =>
  until(() => {
    const lines = readFileSync("/proc/net/unix", "utf8").split("\n");
    return lines.filter((line) => line.endsWith(` ${socket}`)).length > clients;
  });

const TERMINAL: Options & { rows: number; columns: number } = { rows: 33, columns: 77 };

test(
  "a terminal: raw, as large as ours, left by keys, and as it was afterwards",
  [tool("script"), tool("setsid")],
  async () => {
    const monitor = startMonitor(
      "stty -echo; until [ \"$(stty size)\" = '33 77' ]; do sleep 0.01; done; echo sized; while read word; do echo got $word; done; echo ended; exit 3",
      { tty: true, input: true },
    );
    const shell = (rest: string) => [
      "sh",
      "-c",
      `stty -a >"${monitor.directory}/before"; "$@"; echo status $?; stty -a >"${monitor.directory}/after"; ${rest}`,
      "sh",
    ];
    const settings = (name: string) => readFileSync(path.join(monitor.directory, name), "utf8");
    const first = terminal([...shell("true"), ...command(monitor.socket, "tty=true")], TERMINAL);
    await first.waitFor(/sized/);
    first.type("one\r");
    await first.waitFor(/got one/);
    first.type("\x10\x11");
    await first.waitFor(/\{"detached":true\}[\s\S]*status 0/);
    await first.done;
    assert.is(settings("after"), settings("before"));

    const second = terminal([...shell("true"), ...command(monitor.socket, "tty=true", "keys=x")], TERMINAL);
    await connected(monitor.socket, 1);
    second.type("two\r");
    await second.waitFor(/got two/);
    second.type("\x04");
    await second.waitFor(/ended[\s\S]*\{"status":3\}[\s\S]*status 3/);
    await second.done;
    assert.is(settings("after"), settings("before"));
  },
);

test("where nobody listens, where all places are taken, and where the monitor is killed", async () => {
  const nobody = await run(command(path.join(tempDir(), "none")));
  assert.is(nobody.status, 125);
  assert.match(nobody.stderr, /^error: attach: the container doesn't run\nhint: /);
  const monitor = startMonitor("read word", { input: true });
  const attached = start(command(monitor.socket));
  await connected(monitor.socket, 1);
  for (let i = 1; i < 16; i++) client(monitor.socket);
  const refused = await run(command(monitor.socket));
  assert.is(refused.status, 125);
  assert.match(refused.stderr, /^error: attach: the container has as many clients as it takes\nhint: /);
  process.kill(monitor.pid, "SIGKILL");
  assert.match((await attached.done).stderr, /\{"lost":true\}/);
});

test("a reader that has gone doesn't keep the container from going on", async () => {
  const monitor = startMonitor("read word; seq 1 100000; read word; exit 5", { input: true });
  const line = command(monitor.socket)
    .map((word) => `'${word}'`)
    .join(" ");
  const attached = start(["sh", "-c", `(${line}; echo $? >&2) | head -n 1`]);
  await connected(monitor.socket, 1);
  attached.type("go\n");
  await attached.waitFor(/^1\n/);
  attached.type("on\n");
  assert.match((await attached.done).stderr, /\n5\n$/);
});

test.run();
