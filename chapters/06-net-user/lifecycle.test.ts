/** A container that outlives the command which started it: its whole life, by the commands that lead it. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { node } from "../../scripts/root.ts";
import { assertError } from "../../test/behaviours.ts";
import {
  assert,
  assertSame,
  onGuest,
  repo,
  root,
  run,
  runtime,
  settled,
  snapshot,
  start,
  suite,
  tempDir,
  terminal,
  tool,
} from "../../test/harness.ts";
import { busybox } from "../../test/images.ts";

const test = suite("06-net-user: lifecycle");
const chapter = "06-net-user";
const home = tempDir();
const env = { FT_DOCKER_HOME: home };
const needs = [root, busybox];

/** The network isn't the question. */
const withFlags = ([first = "", ...words]: readonly string[]) =>
  ["run", "create"].includes(first) ? [first, "--network", "none", ...words] : [first, ...words];
const command = (...words: string[]) => [...runtime(chapter), ...withFlags(words)];
const ft = (...words: string[]) => run(command(...words), { env });

/** Its stdout, without the last newline; it must succeed and say nothing else. */
async function ok(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await ft(...words);
  assert.is(`${status}${stderr}`, "0", words.join(" "));
  return stdout.trimEnd();
}

const detached = (...words: string[]) => ok("run", "-d", ...words);
const removed = (...names: string[]) => ok("rm", "-f", ...names);

interface State {
  readonly status: string;
  readonly process?: { readonly pid: number };
  readonly owner?: { readonly pid: number };
  readonly exitCode?: number;
  readonly restarts: number;
}

const stateOf = (id: string): State =>
  JSON.parse(readFileSync(path.join(home, "records", id, "state.json"), "utf8")) as State;

const statusLine = (pid: number, name: string): string =>
  new RegExp(`^${name}:\\s*(.*)$`, "m").exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? "";

/** The text of a file in the container's own layer, as soon as it matches. */
async function written(id: string, name: string, pattern = /^/): Promise<string> {
  for (;;) {
    const file = path.join(home, "containers", id, "upper", name);
    const text = existsSync(file) ? readFileSync(file, "utf8") : undefined;
    if (text !== undefined && pattern.test(text)) return text;
    assert.is(stateOf(id).status, "running", `before it has written ${name}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Everything that a container may leave in the state's folder. */
const left = () =>
  ["records", "records/names", "containers", "run/ledger", "run/attach"].flatMap((folder) =>
    existsSync(path.join(home, folder))
      ? readdirSync(path.join(home, folder))
          .filter((name) => name !== "names")
          .map((name) => `${folder}/${name}`)
      : [],
  );

test(
  "run -d prints the id and returns; the container goes on, with a small monitor as its parent",
  needs,
  async () => {
    const before = snapshot();
    const id = await detached("--name", "goes-on", "sleep", "4000");
    assert.match(id, /^[0-9a-f]{12}$/);
    const { status, process: first, owner } = stateOf(id);
    assert.is(status, "running");
    assert.is(readFileSync(`/proc/${first?.pid}/cmdline`, "latin1"), "sleep\x004000\0");
    assert.is(statusLine(first?.pid ?? 0, "PPid"), `${owner?.pid}`);
    assert.match(readFileSync(`/proc/${owner?.pid}/cmdline`, "latin1"), /^ft-docker-monitor\0/);
    assert.is(statusLine(owner?.pid ?? 0, "PPid"), "1", "nobody waits for the monitor");
    // Node alone has some 40000.
    assert.ok(
      Number.parseInt(statusLine(owner?.pid ?? 0, "VmRSS"), 10) < 1000,
      statusLine(owner?.pid ?? 0, "VmRSS"),
    );
    assert.is(await ok("stop", "--time", "0", "goes-on"), "goes-on");
    assert.is(stateOf(id).status, "exited");
    assert.is(stateOf(id).exitCode, 137);
    assert.is(await ok("rm", "goes-on"), "goes-on");
    assert.equal(left(), []);
    assertSame(before, snapshot(), "run -d, stop, rm");
  },
);

test("the exit status is what wait prints, whether it has ended or not", needs, async () => {
  await detached("--name", "seven", "sh", "-c", "read line; exit 7");
  await detached("--name", "waited", "-i", "sh", "-c", "trap 'exit 9' TERM; while :; do sleep 0.1; done");
  assert.is(await ok("wait", "seven"), "7");
  assert.is(await ok("wait", "seven"), "7");
  const waiting = start(command("wait", "waited"), { env });
  assert.is(await ok("stop", "waited"), "waited");
  assert.is((await waiting.done).stdout, "9\n");
  await removed("seven", "waited");
  assert.equal(left(), []);
});

test(
  "logs prints what it has written, each stream on its own, and follows it to its end",
  needs,
  async () => {
    const script = "echo out; echo err >&2; while [ ! -e /go ]; do sleep 0.05; done; echo last";
    await detached("--name", "writes", "sh", "-c", script);
    const following = start(command("logs", "-f", "-t", "writes"), { env });
    await following.waitFor(/ out\n/);
    await ok("exec", "writes", "touch", "/go");
    const { stdout, stderr } = await following.done;
    const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z";
    assert.match(stdout, new RegExp(`^${time} out\n${time} last\n$`));
    assert.match(stderr, new RegExp(`^${time} err\n$`));
    assert.is(await ok("logs", "--tail", "1", "writes"), "last");
    await removed("writes");
  },
);

test(
  "a named run in the foreground is left by keys, and attached to again",
  [...needs, tool("script")],
  async () => {
    const shell = terminal(command("run", "--name", "left", "sh"), { env });
    shell.type("echo one-$((40 + 2))\n");
    await shell.waitFor(/one-42\r\n/);
    shell.type("\x10\x11"); // Ctrl-P, Ctrl-Q
    assert.is((await shell.done).status, 0);
    assert.match(await ok("ps", "--format", "json"), /"Names":"left"/);
    const again = terminal(command("attach", "left"), { env });
    again.type("echo two-$((40 + 2)); exit 7\n");
    await again.waitFor(/two-42\r\n/);
    assert.is((await again.done).status, 7);
    await removed("left");
  },
);

test("start -a shows all that it writes, and gives it our input with -i", needs, async () => {
  await ok("create", "-i", "--name", "reads", "sh", "-c", "echo first; cat; exit 4");
  const { status, stdout, stderr } = await run(command("start", "-i", "reads"), { env, input: "typed\n" });
  assert.is(`${status}${stderr}${stdout}`, "4first\ntyped\n");
  assert.is(await ok("logs", "reads"), "first\ntyped");
  await removed("reads");
});

test("with --rm nothing of it is left, and wait tells the status all the same", needs, async () => {
  const id = await detached(
    "--rm",
    "sh",
    "-c",
    "trap 'exit 5' USR1; touch /ready; while :; do sleep 0.05; done",
  );
  await written(id, "ready");
  const waiting = start(command("wait", id), { env });
  await ok("kill", "-s", "USR1", id);
  assert.is((await waiting.done).stdout, "5\n");
  assert.equal(left(), []);
});

test("create, start, restart: what it wrote is still there", needs, async () => {
  const id = await ok("create", "--name", "kept", "sh", "-c", "echo x >> /count; exec sleep 4001");
  assert.is(stateOf(id).status, "created");
  assert.is(await ok("start", "kept"), "kept");
  await written(id, "count");
  assert.is(await ok("restart", "--time", "0", "kept"), "kept");
  assert.is(await ok("start", id.slice(0, 6)), id.slice(0, 6), "it runs already");
  assert.is(await written(id, "count", /x\nx\n/), "x\nx\n");
  await removed("kept");
  assert.equal(left(), []);
});

test("what run took from its surroundings is the same at the next start", needs, async () => {
  const folder = tempDir();
  writeFileSync(path.join(folder, "variables"), "# none\nA=1\nFROM_HOST\n");
  writeFileSync(path.join(folder, "file"), "4");
  const words = ["-v", "./file:/file:ro", "--env-file", "variables", "-e", "OTHER", "--name", "same"];
  const script = "echo $A$FROM_HOST$OTHER$(cat /file) >> /said; exec sleep 4002";
  const created = await run(command("run", "-d", ...words, "sh", "-c", script), {
    env: { ...env, FROM_HOST: "2", OTHER: "3" },
    cwd: folder,
  });
  assert.is(`${created.status}${created.stderr}`, "0");
  const id = created.stdout.trimEnd();
  assert.is(await written(id, "said"), "1234\n");
  await ok("restart", "--time", "0", "same");
  assert.is(await written(id, "said", /\n.*\n/), "1234\n1234\n");
  await removed("same");
});

test("a restart policy starts it again until its maximum, and not after stop", needs, async () => {
  const id = await detached(
    "--name",
    "again",
    "--restart",
    "on-failure:2",
    "sh",
    "-c",
    "echo x >> /count; exit 3",
  );
  assert.is(await ok("wait", "again"), "3");
  assert.is(stateOf(id).restarts, 2);
  assert.is(readFileSync(path.join(home, "containers", id, "upper/count"), "utf8"), "x\nx\nx\n");
  const other = await detached("--name", "always", "--restart", "always", "sh", "-c", "exec sleep 4003");
  const { process: first } = stateOf(other);
  process.kill(first?.pid ?? 0, "SIGKILL");
  while (stateOf(other).process?.pid === first?.pid || stateOf(other).status !== "running")
    await new Promise((resolve) => setTimeout(resolve, 20));
  await ok("stop", "--time", "0", "always");
  assert.is(stateOf(other).status, "exited");
  await removed("again", "always");
  assert.equal(left(), []);
});

test("a name or id that is taken, missing or not unique is an error of one line", needs, async () => {
  await detached("--name", "taken", "true");
  const cases: [string[], RegExp][] = [
    [["run", "-d", "--name", "taken", "true"], /--name taken: the container \w+ has that name/],
    [["run", "-d", "--name", "a/b", "true"], /--name "a\/b": not a name/],
    [["run", "-d", "--rm", "--restart", "always", "true"], /--rm and --restart/],
    [["run", "-d", "--restart", "often", "true"], /--restart often: no such policy/],
    [["stop", "nobody"], /stop nobody: there is no such container/],
    [["kill", "taken"], /kill taken: the container doesn't run/],
    [["kill", "-s", "NONE", "taken"], /NONE: no such signal/],
    [["rm"], /rm: no container is named/],
  ];
  await ok("wait", "taken");
  for (const [words, error] of cases) {
    const { status, stderr } = await ft(...words);
    assert.is(status, 125, words.join(" "));
    assert.match(stderr, error);
    assertError(stderr, "");
  }
  await removed("taken");
  assert.equal(left(), []);
});

test("a start that fails leaves nothing behind, and has the command's status", needs, async () => {
  const before = snapshot();
  const { status, stderr } = await ft("run", "-d", "no-such-command");
  assert.is(status, 127);
  assertError(stderr, "run no-such-command");
  const volume = await ft("run", "-d", "-v", "/nowhere/at/all:/x", "true");
  assert.is(volume.status, 125);
  assert.equal(left(), []);
  const folder = tempDir();
  await ok("create", "--name", "gone", "-v", `${folder}:/x`, "true");
  rmSync(folder, { recursive: true });
  const started = await ft("start", "gone");
  assert.is(started.status, 125);
  assertError(started.stderr, `-v ${folder}:/x`);
  await ok("rm", "gone");
  assert.equal(left(), []);
  assertSame(before, snapshot(), "failed starts");
});

test(
  "kill -9 of the monitor ends the container: its state says so, and clean undoes the rest",
  needs,
  async () => {
    const before = snapshot();
    const id = await detached("--name", "orphan", "sleep", "4004");
    const { owner } = stateOf(id);
    process.kill(owner?.pid ?? 0, "SIGKILL");
    assert.is(await ok("wait", "orphan"), "137");
    const cleaned = await run(node(path.join(repo, "scripts/clean.ts"), []), { env });
    assert.is(`${cleaned.status}${cleaned.stdout}`, "0cleaned up after 1 run(s) that had died\n");
    assert.is(await ok("start", "orphan"), "orphan");
    assert.is(stateOf(id).status, "running");
    await removed("orphan");
    assert.equal(left(), []);
    assertSame(before, snapshot(), "a killed monitor");
  },
);

test("a container in the foreground is led by the same commands", needs, async () => {
  const running = start(command("run", "sh", "-c", "echo ready $(hostname); exec sleep 4005"), { env });
  const [, id = ""] = await running.waitFor(/^ready (\w+)$/m);
  assert.is(await ok("kill", "-s", "TERM", id), id);
  assert.is(await ok("stop", "--time", "0", id), id);
  assert.is((await running.done).status, 137);
  assert.equal(left(), []);
});

/** Those that a container in the foreground hasn't: its own are tried one by one there. */
async function monitorSteps(): Promise<number[]> {
  const list = async (...flags: string[]) =>
    JSON.parse(await ok("run", ...flags, "--network", "none", "--explain=json", "true")) as {
      call: string;
      why: string;
    }[];
  const withoutId = ({ why }: { why: string }) => why.replace(/[0-9a-f]{12}/g, "ID");
  const usual = new Set((await list()).map(withoutId));
  return (await list("-d")).flatMap((each, i) => (usual.has(withoutId(each)) ? [] : [i + 1]));
}

test("whichever of the monitor's steps fails, or is its runtime's last, nothing is left", needs, async () => {
  const before = snapshot();
  const steps = await monitorSteps();
  assert.ok(steps.length > 15, `${steps.length}`);
  const faults = steps.flatMap((step) => [`fail:${step}`, `crash:${step}`]);
  for (let i = 0; i < faults.length; i += LANES) {
    await Promise.all(faults.slice(i, i + LANES).map(start1));
    // Of a start that was killed late, the container may run: as if it had been killed a moment later.
    await run(node(path.join(repo, "scripts/clean.ts"), []), { env });
    const all = (await ok("ps", "-aq")).split("\n").filter((id) => id !== "");
    if (all.length > 0) await removed(...all);
    // The last that a monitor does is to remove its ledger.
    await settled(before);
    assert.equal(left(), [], faults.slice(i, i + LANES).join(" "));
  }
  assertSame(before, snapshot(), "the monitor's steps");
});

test("a monitor that ends when the container has just begun takes it along, each time", needs, async () => {
  const shown = await ok("run", "-d", "--explain=json", "true");
  const steps = JSON.parse(shown) as { call: string }[];
  const first = steps.findIndex(({ call }) => call === "recvmsg") + 1;
  const before = snapshot();
  for (let i = 0; i < 5; i++) await Promise.all(Array.from({ length: LANES }, () => start1(`fail:${first}`)));
  await settled(before);
  assertSame(before, snapshot(), "a monitor that ended early");
});

const LANES = 8;

/** A failing step is told, and is the runtime's error. */
async function start1(fault: string): Promise<void> {
  const words = command("run", "-d", "--network", "none", "sleep", "4006");
  const { status, signal, stderr } = await run(words, { env: { ...env, FT_DOCKER_FAULT: fault } });
  if (fault.startsWith("crash")) assert.is(`${fault} ${signal}`, `${fault} SIGKILL`, stderr);
  else if (status !== 0) assert.match(stderr, /^error: .*\n(hint: .*\n)?$/, fault);
}

test("fifty at once all work, and leave nothing", needs, async () => {
  const before = snapshot();
  const count = onGuest ? 5 : 25;
  const all = Array.from({ length: count }, (_, i) => [
    ft("run", "--rm", "sh", "-c", `exit ${i}`).then(({ status }) => assert.is(status, i)),
    detached("--rm", "true"),
  ]);
  const ids = (await Promise.all(all.flat())).filter((id): id is string => typeof id === "string");
  assert.is(new Set(ids).size, count);
  await settled(before);
  assert.equal(left(), []);
  assertSame(before, snapshot(), "fifty at once");
});

test.run();
