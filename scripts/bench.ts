/**
 * `npm run bench [-- 03|unpack|layers|containers|network] [-- --runs N]`: how long a container takes. Part (a) in one process, from calling a chapter's
 * `run` to the exit status of /bin/true; part (b) as a whole command. `unpack`: how long a layer takes to unpack. `layers`: a start from
 * an image of many layers. `containers`: those that stay. `network`: what
 * chapter 06 adds. Goals are judged by what was measured just now.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Chapter, loadChapter, namespaceFlags, namespaceNames } from "../bench/chapter.ts";
import {
  counts,
  findPodman,
  makeRecords,
  memoryOf,
  monitors,
  Ours,
  oneAfterAnother,
} from "../bench/containers.ts";
import { asCommands, inProcess as inProcessLayers, LAYERS } from "../bench/layers.ts";
import { compareLimits, measureStats } from "../bench/limits.ts";
import {
  type Contender,
  command,
  type Outcome,
  runProgram,
  type Times,
  takeTurns,
  WARM_UP,
} from "../bench/measure.ts";
import { AT_ONCE, atOnce, BYTES, ownNetwork, starts, transfers } from "../bench/network.ts";
import { findPeers, findTool, type Surroundings } from "../bench/peers.ts";
import { UNPACK, unpacking } from "../bench/unpack.ts";
import { report } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { home } from "../common/home.ts";
import { builtinRootfs } from "../common/rootfs.ts";
import { undo } from "../common/undo.ts";
import { CLONE_PIDFD } from "../syscall/constants.ts";
import { clone } from "../syscall/launch.ts";
import { step } from "../syscall/program.ts";
import { build, bundleOf, chapterNames } from "./build.ts";
import { asRoot, canBeRoot, foreground, isRoot, node, noRootError } from "./root.ts";

const repo = path.join(import.meta.dirname, "..");
const LEAST_RUNS = 50;

interface Goal {
  readonly what: string;
  readonly value: Outcome | undefined;
  /** In milliseconds. */
  readonly limit: number | undefined;
}

async function bench(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { runs: { type: "string", default: `${LEAST_RUNS}` } },
    allowPositionals: true,
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new UserError(`--runs ${values.runs}: not a number of runs`, { hint: `--runs ${LEAST_RUNS}` });
  }
  const names = ["unpack", "layers", "containers", "network"].includes(positionals[0] ?? "")
    ? []
    : chapterNames(positionals[0]);
  if (!isRoot()) {
    if (!canBeRoot()) throw noRootError("a container");
    return foreground(asRoot(node(import.meta.filename, argv)));
  }
  ownNetwork();
  const folder = mkdtempSync(path.join(os.tmpdir(), "ft-docker-bench-"));
  try {
    if (names.length > 0) await compare(names, runs, folder);
    if (positionals.length === 0 || positionals[0] === "layers") await compareLayers(runs, folder);
    if (positionals.length === 0 || positionals[0] === "containers") await compareContainers(runs, folder);
    if (positionals.length === 0 || positionals[0] === "unpack") await compareUnpacking(folder);
    if (positionals.length === 0 || positionals[0] === "network") await compareNetwork(runs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
}

async function compare(names: readonly string[], runs: number, folder: string): Promise<void> {
  process.chdir(repo);
  const rootfs = path.join(folder, "rootfs");
  execFileSync("cp", ["--archive", await builtinRootfs(home()), rootfs]);
  await build(names);
  const [cpu] = os.cpus();
  console.log(`${os.cpus().length} × ${cpu?.model}, Linux ${os.release()}, Node ${process.version}`);
  console.log(`${runs} runs of each, in turns, after ${WARM_UP} that don't count; times in milliseconds`);
  if (runs < LEAST_RUNS) console.log(`fewer than ${LEAST_RUNS} runs: good for trying, not for judging`);

  const goals: Goal[] = [];
  const chapters: Chapter[] = [];
  for (const name of names) chapters.push(await loadChapter(name));
  const flags: number[] = [];
  for (const chapter of chapters) {
    if ((await chapter.run()) !== 0) throw new Error(`${chapter.name}: its run of /bin/true fails`);
    flags.push(namespaceFlags(chapter.program()));
  }
  console.log("\n(a) In one process: from calling the chapter's run to the exit status of /bin/true");
  for (const [i, chapter] of chapters.entries()) {
    const own = path.join(folder, chapter.name);
    mkdirSync(own);
    goals.push(...(await inProcess(chapter, flags[i] ?? 0, runs, { rootfs, folder: own })));
  }
  goals.push(...(await limitsAndStats(chapters, runs)));
  console.log("\n(b) The whole command, to its end");
  const surroundings = { rootfs, folder, namespaces: namespaceNames(flags.at(-1) ?? 0) };
  goals.push(...(await wholeCommands(names, runs, surroundings)));
  console.log("\nGoals");
  for (const goal of goals) console.log(`  ${judge(goal)}`);
}

/** What layers add to chapter 03's start, which has a directory for its root; and a whole command next to podman's. */
async function compareLayers(runs: number, folder: string): Promise<void> {
  process.chdir(repo);
  process.env.FT_DOCKER_HOME = path.join(folder, "home");
  const [without = "", withLayers = ""] = [3, 5].map((number) => chapterNames(`0${number}`)[0]);
  await build([withLayers]);
  const [three, five] = [await loadChapter(without), await loadChapter(withLayers)];
  const many = inProcessLayers(five);
  const base: Contender = { name: `${three.name}: a directory`, run: () => three.run() };
  const one: Contender = { name: `${five.name}: the built-in root, one layer`, run: () => five.run() };
  console.log(`\nA start from an image of ${LAYERS} layers, in one process, then as a command`);
  const inside = await takeTurns([base, one, many.run], runs);
  printTable(inside, base, []);
  const { ours, podman, problems } = asCommands(five.name, folder);
  const outside = await takeTurns(podman ? [ours, podman] : [ours], runs);
  printTable(outside, ours, problems);
  many.remove();
  const limit = median(inside.get(base));
  const theirs = podman && median(outside.get(podman));
  const goals: Goal[] = [
    {
      what: `${LAYERS} layers in one process, at most ${three.name} + 2 ms`,
      value: inside.get(many.run),
      limit: limit && limit + 2,
    },
    {
      what: `${LAYERS} layers as a command, under half of podman run`,
      value: outside.get(ours),
      limit: theirs && theirs / 2,
    },
  ];
  for (const goal of goals) console.log(`  ${judge(goal)}`);
}

/** What chapter 06 adds to chapter 05's start, and what a packet's way over its bridge costs. */
async function compareNetwork(runs: number): Promise<void> {
  process.chdir(repo);
  const [five, six] = ["05", "06"].map((number) => chapterNames(number)[0] ?? "");
  const [without, withAll] = [await loadChapter(five ?? ""), await loadChapter(six ?? "")];
  const contenders = starts(without, withAll);
  console.log("\nWhat chapter 06 adds to a start, in one process");
  const times = await takeTurns(contenders, runs);
  const [base] = contenders;
  printTable(times, base as Contender, []);
  console.log(`  ${AT_ONCE} at once: ${((await atOnce(withAll)) / AT_ONCE).toFixed(2)} ms each`);
  const links = await transfers(six ?? "");
  console.log(`\n${BYTES / 1024 ** 2} MiB by TCP, from the host into a network`);
  const outcomes = await takeTurns(links.contenders, TRANSFERS, 1).finally(links.end);
  const [plain, bridge] = links.contenders;
  printTable(outcomes, plain as Contender, []);
  const limits = [median(times.get(base as Contender)), median(outcomes.get(plain as Contender))];
  const goals: Goal[] = [
    {
      what: `${six} in one process, at most ${five} + 3 ms`,
      value: times.get(contenders.at(-1) as Contender),
      limit: limits[0] && limits[0] + 3,
    },
    {
      what: "the bridge, at least 95 % of a plain veth",
      value: outcomes.get(bridge as Contender),
      limit: limits[1] && limits[1] / 0.95,
    },
  ];
  for (const goal of goals) console.log(`  ${judge(goal)}`);
}

const TRANSFERS = 11;

/** exec into a container, a list of many, the memory of monitors, and a thousand starts. */
async function compareContainers(runs: number, folder: string): Promise<void> {
  process.chdir(repo);
  const [name = ""] = chapterNames("06");
  await build([name]);
  const ours = new Ours(name, folder);
  const id = ours.start();
  const exec = ours.contender("exec", ["exec", id, "/bin/true"]);
  const nothing = command("node -e 0", [process.execPath, "-e", "0"]);
  const problems: string[] = [];
  const podman = findPodman(folder);
  const rootfs = path.join(folder, "rootfs-detached");
  execFileSync("cp", ["--archive", await builtinRootfs(home()), rootfs]);
  const theirs = podman?.start(rootfs);
  if (!podman) problems.push("podman: not installed");
  if (theirs && "problem" in theirs) problems.push(`podman: ${theirs.problem}`);
  const their =
    podman && theirs && "id" in theirs ? { exec: podman.exec(theirs.id), id: theirs.id } : undefined;
  console.log("\nexec in a container that runs, as a whole command");
  try {
    printTable(await takeTurns([nothing, exec, ...(their?.exec ?? [])], runs), nothing, problems);
    if (podman && their) {
      const { rss, pss } = memoryOf(podman.monitorOf(their.id));
      console.log(`\npodman's conmon, in KiB: resident ${rss}, with its share of what is shared ${pss}`);
    }
  } finally {
    ours.remove(id);
    if (their) podman?.remove(their.id);
  }

  const all = monitors(ours, folder);
  const median = all[Math.floor(all.length / 2)];
  console.log(`\nMemory of a detached container's monitor, of ${counts.detached}: in KiB`);
  console.log(`  ours: resident ${median?.rss}, with its share of what is shared ${median?.pss}`);
  const node = memoryOf(process.pid);
  console.log(`  this Node, to compare: resident ${node.rss}, with its share of what is shared ${node.pss}`);

  makeRecords(path.join(folder, "containers"));
  const ps = ours.contender(`ps -a, ${counts.listed} containers`, ["ps", "-a"]);
  console.log("\nA list");
  printTable(await takeTurns([nothing, ps], runs), nothing, []);

  const chapter = await loadChapter(name);
  const { early, late } = await oneAfterAnother(chapter);
  console.log(
    `\n${counts.started} containers in one process, one after another: held after 100, and at the end`,
  );
  console.log(`  files ${early.files} → ${late.files}, children ${early.children} → ${late.children}`);
  console.log(`  resident memory ${early.rss.toFixed(1)} → ${late.rss.toFixed(1)} MiB`);
}

async function compareUnpacking(folder: string): Promise<void> {
  const { ours, umoci, contenders, problems, bytes, files } = unpacking(folder);
  console.log(
    `\nUnpacking a layer of ${files} files of /usr, ${(bytes / 1e6).toFixed(0)} MB, compressed by gzip`,
  );
  const outcomes = await takeTurns(contenders, UNPACK.runs, UNPACK.warmUp);
  printTable(outcomes, ours, problems);
  for (const each of contenders) {
    const time = median(outcomes.get(each));
    if (time !== undefined)
      console.log(`  ${each.name.padEnd(48)}${(bytes / 1e3 / time).toFixed(0).padStart(9)} MB/s`);
  }
  const limit = umoci && median(outcomes.get(umoci));
  console.log(`  ${judge({ what: `at least as fast as ${umoci?.name}`, value: outcomes.get(ours), limit })}`);
}

async function inProcess(
  chapter: Chapter,
  flags: number,
  runs: number,
  places: Pick<Surroundings, "rootfs" | "folder">,
): Promise<Goal[]> {
  const execve = step("execve", ["/bin/true", ["true"], []], "the command");
  const bare: Contender = {
    name: "bare launcher: clone3 and execve",
    run: () => runProgram([clone(flags | CLONE_PIDFD, [execve], "nothing but a child")]),
  };
  const list: Contender = {
    name: "bare launcher with the chapter's list",
    run: async () => {
      const status = await runProgram(chapter.program(), chapter.slots());
      for (const change of chapter.changes()) undo(change, { ownerDied: false, others: [] });
      return status;
    },
  };
  const run: Contender = { name: "the chapter's run", run: () => chapter.run() };
  const namespaces = namespaceNames(flags);
  // What these do can't be done without a mount namespace.
  const theirs = [...new Set([...namespaces, "ns"])];
  const peers = findPeers({ ...places, namespaces: theirs }, ["bwrap", "crun"]);
  const outcomes = await takeTurns([bare, list, run, ...peers.contenders], runs);
  console.log(`\nchapter ${chapter.name}, namespaces: ${namespaces.join(", ") || "none"}`);
  printTable(outcomes, bare, peers.problems);
  const of = (contender: Contender | undefined) => contender && median(outcomes.get(contender));
  const [base, withList, whole] = [of(bare), of(list), of(run)];
  if (base !== undefined && withList !== undefined && whole !== undefined) {
    const [steps, rest] = [withList - base, whole - withList].map((time) => time.toFixed(2));
    console.log(
      `  the chapter adds ${steps} by the steps of its list, and ${rest} by making, recording and judging it`,
    );
  }
  const bwrap = peers.contenders.find(({ name }) => name.startsWith("bwrap"));
  return [
    {
      what: `${chapter.name}: run in one process, at most 1.3 × the bare launcher`,
      value: outcomes.get(run),
      limit: base && base * 1.3,
    },
    {
      what: `${chapter.name}: run in one process, at most 1.3 × the bare launcher with the same list`,
      value: outcomes.get(run),
      limit: withList && withList * 1.3,
    },
    {
      what: `${chapter.name}: run in one process, faster than bwrap`,
      value: outcomes.get(run),
      limit: of(bwrap),
    },
  ];
}

/** What chapter 04 adds to chapter 03's start, and what it costs to look at its containers. */
async function limitsAndStats(chapters: readonly Chapter[], runs: number): Promise<Goal[]> {
  const [without, withLimits] = [3, 4].map((number) =>
    chapters.find(({ name }) => Number.parseInt(name, 10) === number),
  );
  if (!without || !withLimits) return [];
  const contenders = compareLimits(without, withLimits);
  const outcomes = await takeTurns(contenders, runs);
  console.log("\nlimits, in one process");
  printTable(outcomes, contenders[0], []);
  await measureStats(withLimits.name, runs);
  const base = median(outcomes.get(contenders[0]));
  return [
    {
      what: `${withLimits.name}: limits add less than 1 ms to a start of chapter 03's`,
      value: outcomes.get(contenders[2]),
      limit: base && base + 1,
    },
  ];
}

async function wholeCommands(
  names: readonly string[],
  runs: number,
  surroundings: Surroundings,
): Promise<Goal[]> {
  const npx = findTool("npx") ?? "npx";
  const nothing = command("node -e 0", [process.execPath, "-e", "0"]);
  const tsxNothing = command("npx tsx -e 0", [npx, "tsx", "-e", "0"]);
  const chapters = names.map((name) => {
    const main = path.join("chapters", name, "main.ts");
    const words = ["run", "/bin/true"];
    return {
      name,
      bundle: command(`node ${path.relative(repo, bundleOf(name))}`, [
        process.execPath,
        bundleOf(name),
        ...words,
      ]),
      imported: command(`node --import tsx ${main}`, [process.execPath, "--import", "tsx", main, ...words]),
      tsx: command(`npx tsx ${main}`, [npx, "tsx", main, ...words]),
    };
  });
  const peers = findPeers(surroundings, ["unshare", "bwrap", "crun", "runc", "podman"]);
  const ours = chapters.flatMap(({ bundle, imported, tsx }) => [bundle, imported, tsx]);
  const outcomes = await takeTurns([nothing, tsxNothing, ...ours, ...peers.contenders], runs);
  console.log(`\nothers' namespaces: ${surroundings.namespaces.join(", ")}`);
  printTable(outcomes, nothing, peers.problems);
  const plus = (base: Contender, more: number) => {
    const time = median(outcomes.get(base));
    return time === undefined ? undefined : time + more;
  };
  return chapters.flatMap(({ name, bundle, tsx }) => [
    {
      what: `${name}: the bundle, at most node -e 0 + 6 ms`,
      value: outcomes.get(bundle),
      limit: plus(nothing, 6),
    },
    {
      what: `${name}: npx tsx, at most npx tsx -e 0 + 40 ms`,
      value: outcomes.get(tsx),
      limit: plus(tsxNothing, 40),
    },
  ]);
}

const isTimes = (outcome: Outcome | undefined): outcome is Times =>
  outcome !== undefined && "median" in outcome;
const median = (outcome: Outcome | undefined) => (isTimes(outcome) ? outcome.median : undefined);

/** `base`: the contender that the ratios are to. */
function printTable(
  outcomes: ReadonlyMap<Contender, Outcome>,
  base: Contender,
  problems: readonly string[],
): void {
  const unit = median(outcomes.get(base)) ?? Number.NaN;
  const cells = (...texts: string[]) => texts.map((text) => text.padStart(9)).join("");
  console.log(`  ${"".padEnd(48)}${cells("median", "p10", "p90", "ratio")}`);
  for (const [{ name }, outcome] of outcomes) {
    const shown = isTimes(outcome)
      ? cells(
          ...[outcome.median, outcome.p10, outcome.p90].map((time) => time.toFixed(2)),
          (outcome.median / unit).toFixed(2),
        )
      : `  failed: ${outcome.failed}`;
    console.log(`  ${name.padEnd(48)}${shown}`);
  }
  for (const problem of problems) console.log(`  not measured: ${problem}`);
}

function judge({ what, value, limit }: Goal): string {
  const time = median(value);
  if (time === undefined || limit === undefined) return `not measured  ${what}`;
  const numbers = `${time.toFixed(2)}, limit ${limit.toFixed(2)}`;
  return `${(time <= limit ? "met" : "not met").padEnd(12)}  ${what} (${numbers})`;
}

process.exit(await bench(process.argv.slice(2)).catch(report));
