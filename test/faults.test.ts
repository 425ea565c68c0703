/**
 * Nothing is left behind, whatever goes wrong: every step of each chapter's list is made to fail, the runtime is killed
 * after every step, after every line of its ledger, and at random moments. The host is as before each time: at once
 * where the runtime could end by itself, after `clean` where it was killed.
 */
import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { node } from "../scripts/root.ts";
import { directory, file } from "./archive.ts";
import { treeOf, version } from "./cgroups.ts";
import {
  assert,
  assertSame,
  need,
  type Options,
  onGuest,
  type Result,
  repo,
  root,
  run,
  settled,
  snapshot,
  start,
  suite,
  tempDir,
  terminal,
  tool,
} from "./harness.ts";
import { archiveOf, base, busybox, image, layer } from "./images.ts";

const test = suite("faults");
const needs = [
  root,
  busybox,
  need("needs this project's own runtime, not RUNTIME", () => !process.env.RUNTIME),
];

/** So many runs at once; each has a root filesystem and volumes of its own, and the ledgers lie in one folder. */
const LANES = 12;
const folder = tempDir();
const home = path.join(folder, "home");
const lane = (i: number) => path.join(folder, `lane-${i}`);
/** On a guest's kernel the newest alone: its list holds those of the others. */
const chapters = readdirSync(path.join(repo, "chapters"))
  .sort()
  .slice(onGuest ? -1 : 0);

/** A chapter by its folder's name, or one of our scripts: as `npm test` has bundled it. */
const program = (name: string, words: readonly string[]) =>
  node(path.join(repo, name === "clean" ? "scripts/clean.ts" : `chapters/${name}/main.ts`), words);
const environment = (fault?: string) => ({ FT_DOCKER_HOME: home, FT_DOCKER_FAULT: fault });

/** A root filesystem without places for /proc, /sys and /dev, and what is mounted into it. */
function makeLane(i: number, builtin: string): void {
  mkdirSync(path.join(lane(i), "outer"), { recursive: true });
  mkdirSync(path.join(lane(i), "inner"));
  writeFileSync(path.join(lane(i), "file"), "of the host\n");
  writeFileSync(path.join(lane(i), "env"), "FROM_FILE=yes\n");
  execFileSync("cp", ["--archive", "--link", builtin, path.join(lane(i), "rootfs")]);
  for (const name of ["proc", "sys", "dev"])
    rmSync(path.join(lane(i), "rootfs", name), { recursive: true, force: true });
}

interface Case {
  readonly chapter: string;
  readonly title: string;
  /** The flags for one lane. */
  readonly flags: (i: number) => string[];
}

/** For each chapter its container as it is by default, and one with all that its flags can add to the list. */
const cases: Case[] = chapters.flatMap((chapter) => {
  const number = Number.parseInt(chapter, 10);
  const marked = number >= 3 ? ["-e", "FT_DOCKER_TEST"] : [];
  return [
    ...(onGuest ? [] : [{ chapter, title: `${chapter} without flags`, flags: () => marked }]),
    {
      chapter,
      title: `${chapter} with all flags`,
      flags: (i: number) => [
        ...marked,
        "--tty=true",
        ...(number >= 2 ? ["--hostname", "faulty"] : []),
        ...(number >= 3 ? mountFlags(i) : []),
        ...(number === 3 || number === 4 ? ["--rootfs", path.join(lane(i), "rootfs"), "-w", "/tmp"] : []),
        ...(number >= 4 ? limitFlags() : []),
        ...(number >= 5 ? imageFlags() : []),
        ...(number >= 6 ? [...networkFlags(i), ...privilegeFlags()] : []),
      ],
    },
  ];
});

function mountFlags(i: number): string[] {
  const at = (name: string) => path.join(lane(i), name);
  const volumes = [
    `${at("outer")}:/made/on/the/way`,
    `${at("inner")}:/made/on/the/way/inside:ro`,
    `${at("file")}:/etc/extra/file:ro`,
    `${at("file")}:/tmp/file`,
  ].flatMap((volume) => ["-v", volume]);
  return [...volumes, "--init", "--env-file", at("env")];
}

/** An image without places for /proc, /sys and /dev, whose command isn't root's. */
function makeImage(): string {
  const upper = layer(file(".wh.tmp"), directory("etc"), file("etc/issue", "of the second layer\n"));
  const top = layer(directory("tmp", { mode: 0o1777 }), file("etc/.wh.issue"));
  return archiveOf(image([base(), upper, top], { User: "ann", Env: ["OF=the image"] }), "faulty");
}

function imageFlags(): string[] {
  const memory = ["--tmpfs", "/made/on/the/way/memory:size=1m", "--tmpfs", "/scratch"];
  return ["--image", "faulty", "--read-only", ...memory, "-w", "/missing/place"];
}

function networkFlags(i: number): string[] {
  const hosts = ["--dns", "192.0.2.1", "--add-host", "other:192.0.2.2"];
  return [...hosts, "-p", `127.0.0.1:${47_000 + i}:80`, "-p", `${47_000 + i}:53/udp`];
}

function privilegeFlags(): string[] {
  const settings = ["--ulimit", "nofile=100:200", "--sysctl", "kernel.msgmax=9000"];
  return [...settings, "--device", "/dev/zero:/dev/nought", "--cap-drop", "MKNOD", "-u", "ann:lab"];
}

function limitFlags(): string[] {
  const memory = ["-m", "64m", "--memory-swap", "96m", "--memory-reservation", "48m"];
  const cpus = treeOf("cpuset") === undefined ? [] : ["--cpuset-cpus", "0"];
  const conf = version === 2 ? ["--cgroup-conf", "memory.high=48m"] : [];
  return [...memory, "--cpus", "0.5", "--cpu-shares", "512", "--pids-limit", "50", ...cpus, ...conf];
}

const QUICK = ["/bin/true"];
/** Two processes that don't end by themselves; one isn't the runtime's child, and has none of our files open. */
const ENDLESS = ["/bin/sh", "-c", "sleep 1000 </dev/null >/dev/null 2>&1 & exec sleep 1001"];

/** All that a run could leave: the host's, and the files of these tests. Ledgers of others' runs aren't ours. */
function world(): Record<string, string[]> {
  return { ...snapshot(), ledger: [], files: listFiles(folder) };
}

function listFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(directory, entry.name);
    const { mode, size } = lstatSync(file);
    if (entry.isSymbolicLink()) return [`${file} -> ${readlinkSync(file)}`];
    if (!entry.isDirectory()) return [`${file} ${mode.toString(8)} ${size}`];
    return [`${file} ${mode.toString(8)}`, ...listFiles(file)];
  });
}

async function settledWorld(before: Record<string, string[]>): Promise<Record<string, string[]>> {
  await settled(before);
  return world();
}

/** `clean` says how many runs it found dead. */
async function clean(): Promise<number> {
  const { status, stdout, stderr } = await run(program("clean", []), { env: environment() });
  assert.is(`${status} ${stderr}`, "0 ");
  return Number(/cleaned up after (\d+)/.exec(stdout)?.[1] ?? 0);
}

interface Step {
  readonly number: number;
  readonly call: string;
  readonly why: string;
  readonly mayFail: boolean;
  /** An earlier step has done the same already. */
  readonly repeats: boolean;
}

/** The steps as `--explain` prints and numbers them. */
async function stepsOf({ chapter, flags }: Case): Promise<Step[]> {
  const explain = async (flag: string) => {
    const words = ["run", flag, ...flags(0), ...QUICK];
    const { status, stdout, stderr } = await run(program(chapter, words), { env: environment() });
    assert.is(status, 0, stderr);
    return stdout;
  };
  const text = [
    ...(await explain("--explain")).matchAll(/^ *(\d+) {2}(\w+)(?:\(|: ).*?( {2}\(may fail\))?$/gm),
  ];
  const json = JSON.parse(await explain("--explain=json")) as { call: string; why: string }[];
  const steps = text.map(([, number, call = "", mayFail], i) => ({
    number: Number(number),
    call,
    why: json[i]?.why ?? "",
    mayFail: mayFail !== undefined,
    repeats: json.findIndex((each) => each.call === call && each.why === json[i]?.why) < i,
  }));
  assert.equal(
    json.map(({ call }, i) => `${i + 1} ${call}`),
    steps.map(({ number, call }) => `${number} ${call}`),
  );
  return steps;
}

/** Calls `each` for some items at a time, and `after` when those are done, with their results. */
async function inLanes<T, R>(
  items: readonly T[],
  each: (item: T, i: number) => Promise<R>,
  after: (items: readonly T[], results: readonly R[]) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < items.length; from += LANES) {
    const batch = items.slice(from, from + LANES);
    await after(batch, await Promise.all(batch.map(each)));
  }
}

function runCase({ chapter, flags }: Case, i: number, command: readonly string[], fault: string) {
  return run(program(chapter, ["run", ...flags(i), ...command]), { env: environment(fault) });
}

/** What the user is told when this step fails, and the exit status. */
function checkFailure(step: Step, isOverlay: boolean, { status, stdout, stderr }: Result): void {
  const what = `step ${step.number}, ${step.call}: ${stderr}`;
  assert.is(stdout, "", what);
  if (!step.mayFail) {
    assert.is(status, 125, what);
    assert.match(stderr, /^error: .*\nhint: .*\n$/, what);
    const opened = step.call === "runtime" ? ": " : "(";
    assert.ok(stderr.startsWith(`error: step ${step.number}, ${step.call}${opened}`), what);
    assert.match(stderr.split("\n")[0] ?? "", ": ENOSYS (", what);
  } else if (step.call === "execve") {
    assert.is(status, 126, what);
    assert.match(stderr, /^error: run \/bin\/true: ENOSYS .*\nhint: .*\n$/, what);
  } else if (!step.repeats && (step.call === "mkdirat" || step.call === "mknodat")) {
    // It may be there already, in an image: that it isn't is what a later step finds.
    if (isOverlay && status === 0 && stderr === "") return;
    assert.is(status, 125, what);
    const [, named] = /^error: step (\d+), openat2\(.*\): ENOENT .*\nhint: .*\n$/.exec(stderr) ?? [];
    // The runtime's helper makes places in volumes, which it calls by their last name, before the child goes on.
    const byHelper = /^make [^/]/.test(step.why);
    assert.ok(named !== undefined && (byHelper || Number(named) > step.number), what);
  } else {
    const harmless = ["fcntl", "ioctl"].includes(step.call);
    assert.ok(step.repeats || harmless, `${what}: what should happen where this step fails?`);
    assert.is(`${status} ${stderr}`, "0 ", what);
  }
}

let faults = 0;
const numbers = (steps: readonly Step[]) => steps.map(({ number }) => number).join(", ");

test("prepare: make root filesystems", needs, async () => {
  const withRootfs = chapters.find((chapter) => Number.parseInt(chapter, 10) >= 3);
  if (!withRootfs) return;
  const { status, stdout, stderr } = await run(program(withRootfs, ["rootfs"]), { env: environment() });
  assert.is(status, 0, stderr);
  for (let i = 0; i < LANES; i++) makeLane(i, stdout.trim());
  for (const chapter of chapters.filter((each) => each >= "05")) {
    const words = ["load", "-i", makeImage()];
    assert.is((await run(program(chapter, words), { env: environment() })).status, 0);
  }
  // The ledger's folder stays, empty, from the first run on.
  for (const { chapter, flags } of cases)
    assert.is(
      (await run(program(chapter, ["run", ...flags(0), ...QUICK]), { env: environment() })).status,
      0,
    );
});

/** Chapters 02 and 03 have no step that 04 hasn't as well, so they aren't gone through step by step. */
const isHeld = ({ chapter }: Case) => chapter >= "02" && chapter < "04";

test("steps that aren't tried in one chapter are in another one's list", needs, async () => {
  const named = async (some: readonly Case[]) =>
    (await Promise.all(some.map(stepsOf))).flat().map(({ call, why }) => `${call}: ${why}`);
  const tried = new Set(await named(cases.filter((each) => !isHeld(each))));
  const left = (await named(cases.filter(isHeld))).filter((step) => !tried.has(step));
  // The clone's reason names the namespaces.
  assert.equal(
    left.filter((step) => !step.startsWith("clone3: ")),
    [],
  );
});

for (const each of cases) {
  if (!isHeld(each))
    test(`${each.title}: each step fails`, needs, async () => {
      const steps = await stepsOf(each);
      const before = world();
      await inLanes(
        steps,
        (step, i) => runCase(each, i, QUICK, `fail:${step.number}`),
        async (batch, results) => {
          results.forEach((result, i) => {
            checkFailure(batch[i] as Step, each.chapter >= "05", result);
          });
          assertSame(before, await settledWorld(before), `failed: ${numbers(batch)}`);
          faults += batch.length;
        },
      );
      assert.is(await clean(), 0, "a run that failed has closed its ledger");
    });

  test(`${each.title}: the runtime is killed after each line of its ledger`, needs, async () => {
    const before = world();
    let lines = 0;
    for (let killed = true; killed; ) {
      const result = await runCase(each, 0, QUICK, `crash-ledger:${lines + 1}`);
      killed = result.signal === "SIGKILL";
      assert.is(await clean(), killed ? 1 : 0, `line ${lines + 1}: ${result.stderr}`);
      assertSame(before, await settledWorld(before), `killed after line ${lines + 1}`);
      if (killed) lines++;
      else assert.is(result.status, 0, result.stderr);
    }
    assert.ok(lines > 0);
    faults += lines;
  });

  // Their lists hold those of the cases without flags, but for where the root filesystem is.
  if (each.title.endsWith("without flags") || isHeld(each)) continue;
  test(`${each.title}: the runtime is killed after each step`, needs, async () => {
    const steps = await stepsOf(each);
    const before = world();
    await inLanes(
      steps,
      (step, i) => runCase(each, i, ENDLESS, `crash:${step.number}`),
      async (batch, results) => {
        results.forEach(({ status, signal, stderr }, i) => {
          assert.is(`${status} ${signal} ${stderr}`, "null SIGKILL ", `step ${batch[i]?.number}`);
        });
        await clean();
        assertSame(before, await settledWorld(before), `killed after: ${numbers(batch)}`);
        faults += batch.length;
      },
    );
  });
}

test(
  "the runtime is killed when the terminal is raw: clean puts it back",
  [...needs, tool("script")],
  async () => {
    const before = world();
    for (const chapter of chapters) {
      // The container's process is the first line of the ledger, the terminal the second.
      const command = [...program(chapter, ["run", "/bin/sleep", "1000"])].join(" ");
      const script = [
        "was=$(stty -g)",
        `FT_DOCKER_FAULT=crash-ledger:2 ${command}`,
        `${program("clean", []).join(" ")}`,
        'if [ "$was" = "$(stty -g)" ]; then echo restored; else stty -a; fi',
      ].join("; ");
      const { stdout } = await terminal(["/bin/sh", "-c", script], { env: environment() }).done;
      assert.match(stdout, "cleaned up after 1 run");
      assert.match(stdout, "restored");
    }
    assertSame(before, await settledWorld(before), "terminals");
  },
);

/** Ends at a polite signal, as a shell script would that cleans up after itself. */
const POLITE = ["/bin/sh", "-c", "trap 'exit 0' INT TERM HUP; while :; do sleep 0.05; done"];

/** Park and Miller's generator: the same seed gives the same moments. Returns numbers from 0 up to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("signals at random moments, as users send them: until it ends", needs, async () => {
  const seed = Number(process.env.SEED) || (Date.now() % 0x7ffffffe) + 1;
  console.log(`random moments: SEED=${seed}`);
  const random = randomNumbers(seed);
  const before = world();
  const runs = cases.flatMap((each) =>
    (["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const).flatMap((signal) =>
      Array.from({ length: 2 }, () => ({ ...each, signal, delay: 400 * random() })),
    ),
  );
  await inLanes(
    runs,
    async (each, i) => {
      const words = ["run", ...each.flags(i), ...POLITE];
      const options: Options = { env: environment() };
      const running = start(program(each.chapter, words), options);
      await sleep(each.delay);
      const impatience = setInterval(() => running.child.kill(each.signal), 200);
      running.child.kill(each.signal);
      const { stderr } = await running.done;
      clearInterval(impatience);
      return stderr;
    },
    async (batch, errors) => {
      assert.equal(
        errors,
        errors.map(() => ""),
      );
      await clean();
      const what = batch
        .map(({ title, signal, delay }) => `${title}: ${signal} after ${delay} ms`)
        .join("; ");
      assertSame(before, await settledWorld(before), `SEED=${seed}: ${what}`);
    },
  );
  console.log(`${runs.length} signals sent`);
});

test("Ctrl-C at random moments: the terminal is as it was", [...needs, tool("script")], async () => {
  const random = randomNumbers(7);
  const before = world();
  await inLanes(
    chapters.flatMap((chapter) => Array.from({ length: 4 }, () => ({ chapter, delay: 400 * random() }))),
    async ({ chapter, delay }) => {
      const quoted = POLITE.slice(0, 2).concat(`"${POLITE[2]}"`).join(" ");
      const script = [
        "trap : INT",
        "was=$(stty -g)",
        "echo begin",
        `${program(chapter, ["run"]).join(" ")} ${quoted}`,
        "trap '' INT", // A Ctrl-C that comes too late for the runtime isn't for stty.
        'if [ "$was" = "$(stty -g)" ]; then echo restored; else echo "was $was, is $(stty -g)"; fi',
      ].join("; ");
      const running = terminal(["/bin/sh", "-c", script], { env: environment() });
      await running.waitFor(/begin/);
      await sleep(delay);
      const impatience = setInterval(() => running.type("\x03"), 200);
      const { stdout } = await running.done;
      clearInterval(impatience);
      return stdout;
    },
    async (batch, outputs) => {
      outputs.forEach((output, i) => {
        const { chapter, delay } = batch[i] as (typeof batch)[number];
        assert.match(output, "restored", `${chapter}, Ctrl-C after ${delay} ms: ${output}`);
      });
      await clean();
      assertSame(before, await settledWorld(before), "Ctrl-C");
    },
  );
});

test(`print how many there were`, needs, () => {
  console.log(`${faults} faults tried`);
});

test.run();
