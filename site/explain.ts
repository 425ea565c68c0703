/** Lists of syscalls, as the chapters themselves print them: `--explain` for the notation, `--explain=json` for the places. */
import path from "node:path";
import { $ } from "zx";
import { bundleChapters } from "../scripts/bundles.ts";
import { node } from "../scripts/root.ts";
import { readChapters, repo } from "./chapters.ts";

export interface ListedStep {
  /** From 1. */
  readonly number: number;
  readonly call: string;
  /** As --explain=json has them. */
  readonly args: readonly unknown[];
  /** In strace's notation, with what is in parentheses behind it. */
  readonly text: string;
  readonly why: string;
  /** "chapters/03-pid-mnt/root.ts:13" */
  readonly source: string;
  /** How many clones it is below the runtime. */
  readonly depth: number;
}

/** A folder that isn't there: the built-in root filesystem is only planned, and has the same name on every machine. */
const HOME = "/nowhere/ft-docker";
/** In place of a random id, which would be another one in each build. */
const SHOWN_ID = "3f29c1d07b52";
const SHOWN_HOME = "/var/lib/ft-docker";

/** What is made from the id, or is random as it is: it is the same in each build. */
const shown = (text: string): string =>
  text
    .replaceAll(HOME, SHOWN_HOME)
    .replace(/\b(ft)?[0-9a-f]{12}\b/g, `$1${SHOWN_ID}`)
    // Addresses depend on which are free.
    .replace(/\b10\.\d+\.\d+\.\d+\/16\b/g, "10.88.0.2/16")
    .replace(/\bfd([0-9a-f:]+):[0-9a-f]+::[0-9a-f:]+\/64\b/g, "fd$1:58::2/64");

/** The name under which the lists have what the runtime does beside them: no syscall. */
export const RUNTIME = "runtime";

/** Made once, whoever asks for a list first. */
let bundles: Promise<string> | undefined;
const lists = new Map<string, Promise<ListedStep[]>>();

/** The list of `main.ts ARGS`; `args` begin with `run`. */
export function explain(chapter: string, args: string): Promise<ListedStep[]> {
  const key = `${chapter} ${args}`;
  const list = lists.get(key) ?? readList(chapter, args);
  lists.set(key, list);
  return list;
}

async function readList(chapter: string, args: string): Promise<ListedStep[]> {
  bundles ??= process.env.FT_DOCKER_BUNDLES
    ? Promise.resolve(process.env.FT_DOCKER_BUNDLES)
    : bundleChapters(readChapters().map(({ name }) => name));
  process.env.FT_DOCKER_BUNDLES = await bundles;
  const [run = "", ...words] = args.split(" ");
  const say = async (form: string) => {
    const command = node(path.join(repo, "chapters", chapter, "main.ts"), [run, form, ...words]);
    // Only the JSON has places: those of the sources, not of the bundle.
    const maps = form === "--explain" ? {} : { NODE_OPTIONS: "--enable-source-maps" };
    const env = { ...process.env, FT_DOCKER_HOME: HOME, ...maps };
    const { stdout } = await $({ env })`${command}`.quiet();
    return shown(stdout);
  };
  const [text, json] = await Promise.all([say("--explain"), say("--explain=json")]);
  const calls = [...text.matchAll(/^( *)# .*\n *\d+ {2}(.*)$/gm)];
  const data = JSON.parse(json) as { call: string; args: unknown[]; why: string; source: string }[];
  return data.map((each, i) => {
    const [, indent = "", call = ""] = calls[i] ?? [];
    return { ...each, number: i + 1, text: call, depth: indent.length / 2 };
  });
}
