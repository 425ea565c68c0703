/** Chapter 06's containers that stay: exec into one, a list of many, what one takes of memory, and many one after another. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { removeCgroup } from "../common/cgroups.ts";
import { recordsFolder, writeRecord } from "../containers/record.ts";
import { CREATED } from "../containers/state.ts";
import { bundleOf } from "../scripts/build.ts";
import type { Chapter } from "./chapter.ts";
import { type Contender, command } from "./measure.ts";
import { findTool, podmanConfig } from "./peers.ts";

const LISTED = 200;
const STARTED = 1000;
const DETACHED = 10;

const CGROUPS = "/sys/fs/cgroup";
const PARENT = "/ft-docker-bench";

/** Our command as a bundle, with state of its own. */
export class Ours {
  private readonly environment: Readonly<Record<string, string>>;
  private readonly bundle: string;
  readonly chapter: string;

  constructor(chapter: string, folder: string) {
    this.chapter = chapter;
    this.bundle = bundleOf(chapter);
    this.environment = { FT_DOCKER_HOME: path.join(folder, "containers") };
    mkdirSync(this.environment.FT_DOCKER_HOME as string);
  }

  contender(what: string, words: readonly string[]): Contender {
    const name = `node ${path.basename(this.bundle)} ${what}`;
    return command(name, [process.execPath, this.bundle, ...words], { environment: this.environment });
  }

  run(...words: string[]): string {
    const env = { ...process.env, ...this.environment };
    return execFileSync(process.execPath, [this.bundle, ...words], { env, encoding: "utf8" }).trimEnd();
  }

  start(): string {
    return this.run("run", "-d", "--network", "none", "sleep", "10000");
  }

  remove(...ids: readonly string[]): void {
    this.run("rm", "-f", ...ids);
  }
}

/** podman with a container of its own, if it can have one here; else what is the matter. */
export class Podman {
  private readonly own: readonly string[];
  private readonly environment: Readonly<Record<string, string>>;
  private readonly runtimeRoot: string;

  constructor(tool: string, folder: string) {
    const storage = path.join(folder, "podman-detached");
    this.environment = { CONTAINERS_CONF: podmanConfig(folder) };
    this.runtimeRoot = `${storage}-runc`;
    // crun refuses hosts that have both versions of cgroups in use, and runc wants a group: ours.
    this.own = [tool, `--root=${storage}`, `--runroot=${storage}-run`, "--storage-driver=vfs"].concat(
      `--runtime-flag=root=${this.runtimeRoot}`,
      "--runtime=runc",
    );
  }

  start(rootfs: string): { id: string } | { problem: string } {
    const words = ["run", "-d", `--cgroup-parent=${PARENT}`, "--network=none", "--ulimit=nofile=1024:1024"];
    const more = ["--ulimit=nproc=1024:1024", "--rootfs", rootfs, "sleep", "10000"];
    const { status, stdout, stderr } = this.spawn([...words, ...more]);
    return status === 0
      ? { id: stdout.trim() }
      : { problem: stderr.trim().split("\n").at(-1) ?? `exit status ${status}` };
  }

  /** The container's own runtime too, without podman. */
  exec(id: string): Contender[] {
    const { environment, own, runtimeRoot } = this;
    const runc = findTool("runc") ?? "runc";
    return [
      command("podman exec", [...own, "exec", id, "/bin/true"], { environment }),
      command("runc exec", [runc, `--root=${runtimeRoot}`, "exec", id, "/bin/true"]),
    ];
  }

  monitorOf(id: string): number {
    return Number(this.spawn(["inspect", "--format", "{{.State.ConmonPid}}", id]).stdout);
  }

  remove(id: string): void {
    this.spawn(["rm", "-f", "-t", "0", id]);
    for (const tree of ["", ...readdirSync(CGROUPS)]) removeCgroup(path.join(CGROUPS, tree, PARENT));
  }

  private spawn(words: readonly string[]) {
    const [tool = "", ...flags] = this.own;
    const env = { ...process.env, ...this.environment };
    return spawnSync(tool, [...flags, ...words], { env, encoding: "utf8" });
  }
}

export const findPodman = (folder: string): Podman | undefined => {
  const tool = findTool("podman");
  return tool ? new Podman(tool, folder) : undefined;
};

/** Records of so many containers that have never run: `home` is where they are kept. */
export function makeRecords(home: string): void {
  process.env.FT_DOCKER_HOME = home;
  mkdirSync(recordsFolder(), { recursive: true });
  for (let i = 0; i < LISTED; i++) {
    const id = i.toString(16).padStart(12, "0");
    writeRecord(
      {
        ...{ id, name: `listed-${i}`, created: new Date().toISOString(), flags: {}, words: ["true"] },
        ...{ tty: false, interactive: false, foreground: false, remove: false, stopSignal: "SIGTERM" },
        ...{ stopTimeout: 10, command: ["true"], image: "", imageId: undefined, lowers: [] },
        restart: { name: "no", maximum: 0 },
      },
      CREATED,
    );
  }
  delete process.env.FT_DOCKER_HOME;
}

/** In KiB: what the process alone has in memory, and that with its share of what others have too. */
export function memoryOf(pid: number): { rss: number; pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
  const value = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]);
  return { rss: value("Rss"), pss: value("Pss") };
}

/** The monitors of so many containers: their memory, in KiB, from the smallest to the largest. */
export function monitors(ours: Ours, folder: string): { rss: number; pss: number }[] {
  const ids = Array.from({ length: DETACHED }, () => ours.start());
  const all = ids.map((id) => {
    const state = readFileSync(path.join(folder, "containers/records", id, "state.json"), "utf8");
    return memoryOf((JSON.parse(state) as { owner: { pid: number } }).owner.pid);
  });
  ours.remove(...ids);
  return all.sort((a, b) => a.rss - b.rss);
}

/** What of this process may grow by a container that has ended. */
interface Held {
  readonly files: number;
  readonly children: number;
  /** In MiB. */
  readonly rss: number;
}

function held(): Held {
  global.gc?.();
  return {
    files: readdirSync("/proc/self/fd").length,
    children: readFileSync(`/proc/self/task/${process.pid}/children`, "latin1")
      .split(" ")
      .filter((pid) => pid !== "").length,
    rss: process.memoryUsage.rss() / 1024 / 1024,
  };
}

/** Runs so many containers in this process, one after another; what it held after the first hundred, and at the end. */
export async function oneAfterAnother(chapter: Chapter): Promise<{ early: Held; late: Held }> {
  let early = held();
  for (let i = 0; i < STARTED; i++) {
    const status = await chapter.run({ network: ["none"] });
    if (status !== 0) throw new Error(`container ${i} ended with ${status}`);
    if (i === 99) early = held();
  }
  return { early, late: held() };
}

export const counts = { listed: LISTED, started: STARTED, detached: DETACHED };
