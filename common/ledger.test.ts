import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { assert, repo, root, run, suite, tempDir } from "../test/harness.ts";
import { cleanUp, Ledger, liveChanges, startTime } from "./ledger.ts";
import type { Change } from "./undo.ts";

const test = suite("ledger");

process.env.FT_DOCKER_HOME = tempDir();
const ledgers = path.join(process.env.FT_DOCKER_HOME, "run/ledger");
const files = () => (existsSync(ledgers) ? readdirSync(ledgers) : []);
const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();

/** A process that has ended, as a ledger's owner. */
const { pid: endedPid } = spawnSync("true");
const dead = { pid: endedPid, started: "1", boot };
const living = { pid: process.pid, started: startTime(process.pid), boot };

let count = 0;
function writeLedger(owner: object, changes: unknown, name = `${endedPid}-${++count}.json`): void {
  mkdirSync(ledgers, { recursive: true });
  writeFileSync(path.join(ledgers, name), JSON.stringify({ owner, changes }));
}

/** A root filesystem with an empty directory in it, which a run has made. */
function mountpoint(): { place: string; change: Change } {
  const folder = tempDir();
  mkdirSync(path.join(folder, "made"));
  return { place: path.join(folder, "made"), change: { kind: "mountpoint", root: folder, path: "/made" } };
}

/** A process that leads a session of its own, with a child in it; resolves when both are there. */
async function session(): Promise<{ child: ChildProcess; pid: number; member: number }> {
  const child = spawn("/bin/sh", ["-c", "sleep 1000 & echo $!; wait"], { detached: true });
  const [line] = (await child.stdout.setEncoding("utf8").take(1).toArray()) as string[];
  return { child, pid: child.pid ?? -1, member: Number(line) };
}

/** Running, and not only waiting to be asked how it ended. */
const runs = (pid: number) =>
  existsSync(`/proc/${pid}/stat`) && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
async function ends(pid: number): Promise<void> {
  while (runs(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("a change is in a file that only its owner reads, as soon as `add` returns", () => {
  const { place, change } = mountpoint();
  const ledger = new Ledger();
  ledger.add(change);
  const [file = ""] = files();
  assert.equal(JSON.parse(readFileSync(path.join(ledgers, file), "utf8")), {
    owner: living,
    changes: [change],
  });
  assert.is(statSync(path.join(ledgers, file)).mode & 0o777, 0o600);
  assert.is(statSync(ledgers).mode & 0o777, 0o700);
  assert.equal(liveChanges(), [change]);

  ledger.close();
  assert.not.ok(existsSync(place));
  assert.equal(files(), []);
  ledger.close();
});

test("changes are undone in reverse order", () => {
  const { place, change } = mountpoint();
  mkdirSync(path.join(place, "inner"));
  const ledger = new Ledger();
  ledger.add(change);
  ledger.add({ ...change, path: "/made/inner" } as Change);
  ledger.close();
  assert.not.ok(existsSync(place));
});

test("a mountpoint that somebody uses for something else by now stays", () => {
  const { place, change } = mountpoint();
  writeFileSync(path.join(place, "file"), "");
  const ledger = new Ledger();
  ledger.add(change);
  ledger.add({ ...change, path: "/made/file" } as Change);
  writeFileSync(path.join(place, "file"), "data");
  ledger.close();
  assert.is(readFileSync(path.join(place, "file"), "utf8"), "data");
});

test("nothing outside of a root filesystem is removed, wherever its symlinks lead", () => {
  const [inside, outside] = [mountpoint(), mountpoint()];
  const link = path.join(path.dirname(inside.place), "link");
  symlinkSync(path.dirname(outside.place), link);
  writeLedger(dead, [
    { ...inside.change, path: "/link/made" },
    { ...inside.change, path: "/../made" },
  ]);
  assert.equal(cleanUp(), { runs: 1, errors: [] });
  assert.ok(existsSync(outside.place));
  assert.not.ok(existsSync(inside.place), "/../made is /made in there");
});

test("clean undoes what a dead run did, and leaves living ones alone", () => {
  const [ended, going] = [mountpoint(), mountpoint()];
  const ledger = new Ledger();
  ledger.add(going.change);
  writeLedger(dead, [ended.change]);
  // The same pid, another process.
  writeLedger({ ...living, started: "1" }, []);
  assert.equal(cleanUp(), { runs: 2, errors: [] });
  assert.not.ok(existsSync(ended.place));
  assert.ok(existsSync(going.place));
  assert.is(files().length, 1);
  ledger.close();
  assert.equal(cleanUp(), { runs: 0, errors: [] });
});

test("a mountpoint of several runs stays until the last of them ends", () => {
  const { place, change } = mountpoint();
  const [first, second] = [new Ledger(), new Ledger()];
  first.add(change);
  second.add(change);
  writeLedger(dead, [change]);
  assert.is(cleanUp().runs, 1);
  assert.ok(existsSync(place), "two runs use it");
  first.close();
  assert.ok(existsSync(place), "one run uses it");
  second.close();
  assert.not.ok(existsSync(place));
});

test("a mountpoint is there for as long as its run, whoever else comes and goes in that moment", async () => {
  const { place, change } = mountpoint();
  const script = `
    import { existsSync, mkdirSync } from "node:fs";
    import { Ledger } from ${JSON.stringify(path.join(repo, "common/ledger.ts"))};
    let missing = 0;
    for (let i = 0; i < 150; i++) {
      const ledger = new Ledger();
      ledger.add(${JSON.stringify(change)});
      mkdirSync(${JSON.stringify(place)}, { recursive: true });
      for (let look = 0; look < 20; look++) if (!existsSync(${JSON.stringify(place)})) missing++;
      ledger.close();
    }
    console.log(missing);`;
  const argv = [process.execPath, "--import", "tsx", "--input-type=module", "--eval", script];
  const results = await Promise.all([1, 2, 3].map(() => run(argv)));
  for (const { stdout, stderr } of results) assert.is(`${stdout}${stderr}`, "0\n");
  assert.not.ok(existsSync(place));
  assert.equal(files(), []);
});

test("a half-written line is left to a run that lives, and removed after one that died", () => {
  writeLedger({}, [], `${process.pid}-1.json.new`);
  writeLedger({}, [], `${endedPid}-1.json.new`);
  assert.equal(cleanUp(), { runs: 0, errors: [] });
  assert.equal(files(), [`${process.pid}-1.json.new`]);
});

test("a damaged ledger is removed; one that can't be undone is reported, and doesn't keep others from it", () => {
  const { place, change } = mountpoint();
  mkdirSync(ledgers, { recursive: true });
  writeFileSync(path.join(ledgers, "1-damaged.json"), '{"owner":');
  writeLedger(dead, 5, "2-odd.json");
  writeLedger(dead, [change], "3-good.json");
  const { runs, errors } = cleanUp();
  assert.is(runs, 3);
  assert.is(errors.length, 1);
  assert.not.ok(existsSync(place));
  assert.ok(files().includes("2-odd.json"));
  writeLedger(dead, [], "2-odd.json");
  assert.equal(cleanUp(), { runs: 1, errors: [] });
});

test("what a dead run started ends, with all of its session", async () => {
  const { pid, member } = await session();
  writeLedger(dead, [{ kind: "process", pid, started: startTime(pid) }]);
  assert.is(cleanUp().runs, 1);
  await ends(pid);
  await ends(member);
});

test("what is left of a session whose leader has ended, ends as well", async () => {
  const { child, pid, member } = await session();
  const started = startTime(pid);
  child.kill("SIGKILL");
  await ends(pid);
  await new Promise((resolve) =>
    (child.exitCode ?? child.signalCode) ? resolve(0) : child.on("exit", resolve),
  );
  assert.ok(runs(member));
  writeLedger(dead, [{ kind: "process", pid, started }]);
  cleanUp();
  await ends(member);
});

test("a run whose parent doesn't wait for it is dead all the same", async () => {
  const parent = spawn("/bin/sh", ["-c", "sleep 1000 & echo $!; exec sleep 1000"]);
  const [line] = (await parent.stdout.setEncoding("utf8").take(1).toArray()) as string[];
  const pid = Number(line);
  const { place, change } = mountpoint();
  writeLedger({ pid, started: startTime(pid), boot }, [change]);
  assert.is(cleanUp().runs, 0);
  process.kill(pid, "SIGKILL");
  await ends(pid);
  assert.match(readFileSync(`/proc/${pid}/stat`, "latin1"), /\) Z /);
  assert.is(cleanUp().runs, 1);
  assert.not.ok(existsSync(place));
  parent.kill("SIGKILL");
});

test("a process that has the number by now, or had it after another boot, isn't touched", async () => {
  const { child, pid, member } = await session();
  writeLedger(dead, [{ kind: "process", pid, started: "1" }]);
  writeLedger({ ...dead, boot: "another" }, [{ kind: "process", pid, started: startTime(pid) }]);
  assert.equal(cleanUp(), { runs: 2, errors: [] });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok(runs(pid) && runs(member));
  process.kill(member, "SIGKILL");
  child.kill("SIGKILL");
});

test("a run that lives, as another boot counts, is dead", () => {
  writeLedger({ ...living, boot: "another" }, []);
  assert.equal(cleanUp(), { runs: 1, errors: [] });
});

test("who may not read the ledgers sees none of them", [root], async () => {
  mkdirSync(ledgers, { recursive: true, mode: 0o700 });
  writeLedger(living, [mountpoint().change], "live.json");
  // As uid 65534, in a process whose modules root has loaded.
  process.seteuid?.(65534);
  try {
    assert.equal(liveChanges(), []);
  } finally {
    process.seteuid?.(0);
  }
  assert.is(liveChanges().length, 1);
});

test.run();
