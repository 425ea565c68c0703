/**
 * `stats`: what each running container uses. The groups' files have all of it: nobody has to be asked, and nothing runs in
 * the container for it. Processor time is counted since the group was made, so a share of it needs two looks.
 */
import type { Command } from "../../common/cli.ts";
import { print } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { isTerminal } from "../../common/termios.ts";
import { type Generation, generation, type Usage } from "./cgroups.ts";
import { formatSize } from "./sizes.ts";

// #region sample
/** In milliseconds: between two looks. */
const INTERVAL = 1000;

interface Sample {
  /** In milliseconds, of the same clock for all samples. */
  readonly at: number;
  readonly usage: ReadonlyMap<string, Usage>;
}

/** `wanted`: what the ids begin with; all containers where there is none. */
function sample(groups: Generation, wanted: readonly string[]): Sample {
  const ids = groups.running().sort();
  const chosen = ids.filter((id) => wanted.length === 0 || wanted.some((prefix) => id.startsWith(prefix)));
  const usage = new Map(
    chosen.flatMap((id) => {
      const found = groups.usage(id);
      return found ? [[id, found] as const] : []; // It may have ended between the two.
    }),
  );
  return { at: performance.now(), usage };
}

/** A container that ends while it is looked at leaves the table; to name one that doesn't run is a mistake. */
function checkWanted(groups: Generation, wanted: readonly string[]): void {
  const ids = groups.running().sort();
  const missing = wanted.find((prefix) => !ids.some((id) => id.startsWith(prefix)));
  if (missing === undefined) return;
  throw new UserError(`stats ${missing}: no such container runs`, {
    hint: ids.length === 0 ? "none runs at the moment" : `these do: ${ids.join(", ")}`,
  });
}
// #endregion sample

/** Docker's names for the columns, in its `--format json` and in its table. */
interface Row {
  readonly ID: string;
  readonly Name: string;
  readonly CPUPerc: string;
  readonly MemUsage: string;
  readonly MemPerc: string;
  readonly BlockIO: string;
  readonly PIDs: string;
  /** Not Docker's: the share of the last ten seconds in which a process waited for processor, memory, disk. */
  readonly Pressure: string;
}

const HEADINGS: Row = {
  ID: "CONTAINER ID",
  Name: "NAME",
  CPUPerc: "CPU %",
  MemUsage: "MEM USAGE / LIMIT",
  MemPerc: "MEM %",
  BlockIO: "BLOCK I/O",
  PIDs: "PIDS",
  Pressure: "PRESSURE CPU/MEM/IO",
};

const percent = (part: number): string => `${(100 * part).toFixed(2)}%`;
const orNone = (limit: number, text: string): string => (limit === Infinity ? "none" : text);

// #region rows
function rows(before: Sample, now: Sample, names: Names): Row[] {
  return [...now.usage].map(([ID, usage]) => {
    const { cpu, memory, memoryLimit, pids, read, written, pressure } = usage;
    const microseconds = 1000 * (now.at - before.at);
    return {
      ID,
      Name: names.nameOf(ID) ?? "",
      CPUPerc: percent((cpu - (before.usage.get(ID)?.cpu ?? cpu)) / microseconds),
      MemUsage: `${formatSize(memory)} / ${orNone(memoryLimit, formatSize(memoryLimit))}`,
      MemPerc: orNone(memoryLimit, percent(memory / memoryLimit)),
      BlockIO: `${formatSize(read)} / ${formatSize(written)}`,
      PIDs: `${pids}`,
      Pressure: pressure ? `${pressure.cpu}% / ${pressure.memory}% / ${pressure.io}%` : "unknown",
    };
  });
}
// #endregion rows

function formatTable(all: readonly Row[]): string[] {
  const names = Object.keys(HEADINGS) as (keyof Row)[];
  const width = (name: keyof Row) => Math.max(...[HEADINGS, ...all].map((row) => row[name].length));
  return [HEADINGS, ...all].map((row) =>
    names
      .map((name) => row[name].padEnd(width(name)))
      .join("   ")
      .trimEnd(),
  );
}
const ESC = "\x1b";

/** What containers are called. */
export interface Names {
  idOf(name: string): string | undefined;
  nameOf(id: string): string | undefined;
}

export const statsCommand = (names: Names): Command => ({
  usage: "[flags] [CONTAINER…]",
  help: "show what the running containers use, again each second",
  flags: {
    "no-stream": { help: "show it once" },
    format: { value: "json", help: "one JSON object for each container instead of the table" },
  },
  async run(values, words) {
    const [format] = values.format ?? [];
    if (format !== undefined && format !== "json")
      throw new UserError(`--format ${format}: no such format`, { hint: "--format json" });
    const show = format === "json" ? printJSON : isTerminal(1) ? redraw : printTable;
    const groups = generation();
    const wanted = words.map((word) => names.idOf(word) ?? word);
    checkWanted(groups, wanted);
    for (let before = sample(groups, wanted); ; ) {
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
      const now = sample(groups, wanted);
      show(rows(before, now, names));
      if (values["no-stream"]?.[0] === "true") return 0;
      before = now;
    }
  },
});

function printJSON(all: readonly Row[]): void {
  for (const row of all) print(1, JSON.stringify(row));
}

function printTable(all: readonly Row[]): void {
  for (const line of formatTable(all)) print(1, line);
}

/** Over the last table: from the top left corner, with what is left of each old line, and of the screen, wiped off. */
function redraw(all: readonly Row[]): void {
  print(1, `${ESC}[H${formatTable(all).join(`${ESC}[K\n`)}${ESC}[J`);
}
