/**
 * `npm run guest -- COMMAND…`: runs a command as root in a guest, a kernel of its own with cgroup v2 alone, which sees this
 * machine's files and changes none of them. `npm run test:guest -- [FILTER…]`: `npm test` there. See docs/guest.md.
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { report, say } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { makeBundles } from "./bundles.ts";
import type { Backend, Machine } from "./guest/backend.ts";
import { type Job, type Outcome, runInGuest } from "./guest/boot.ts";
import { kvm, tcg } from "./guest/qemu.ts";
import { uml } from "./guest/uml.ts";
import { installPackages, missingPackages, type Packages } from "./packages.ts";
import { asRoot, canBeRoot, foreground, isRoot, node, noRootError } from "./root.ts";

const repo = path.join(import.meta.dirname, "..");

const USAGE = `npm run guest -- [FLAGS] COMMAND…
npm run test:guest -- [FLAGS] [FILTER…]

Flags:
  --backend NAME   kvm, uml, tcg, or auto (default): the first of these that works here
  --memory SIZE    the guest's memory (default: 2G)
  --cpus N         how many CPUs it has (default: as many as here, 4 at most; uml has one)
  --timeout SEC    a guest that runs longer is ended (default: 7200)
  --install        install the Debian packages that it needs, and name them`;

const OPTIONS = {
  backend: { type: "string", default: "auto" },
  memory: { type: "string", default: "2G" },
  cpus: { type: "string", default: String(Math.min(availableParallelism(), 4)) },
  timeout: { type: "string", default: "7200" },
  install: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** From here on in the order in which they are tried: by the speed of what they run. */
const BACKENDS: readonly Backend[] = [kvm, uml, tcg];

async function main([mode = "", ...argv]: readonly string[]): Promise<number> {
  const { values, words } = read(argv, mode === "test");
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (mode === "run" && words.length === 0) throw new UserError("guest: no command", { hint: USAGE });
  const candidates = select(values.backend);
  const machine: Machine = { memory: mebibytes(values.memory), cpus: count("--cpus", values.cpus) };
  const limit = count("--timeout", values.timeout);
  if (!canBeRoot()) throw noRootError("a guest");
  if (!isRoot()) return foreground(asRoot(node(import.meta.filename, [mode, ...argv])));
  if (values.install) install(candidates);
  const ready = candidates.filter(isInstalled);
  if (ready.length === 0) throw notInstalled(candidates[0] as Backend);

  const bundles = mode === "test" ? await makeBundles() : undefined;
  const command = bundles ? [process.execPath, path.join(bundles, "scripts/test.js"), ...words] : words;
  return tryEach(ready, machine, (backend) => ({
    command,
    env: environment({ FT_DOCKER_GUEST: backend.name, ...(bundles ? { FT_DOCKER_BUNDLES: bundles } : {}) }),
    directory: process.cwd(),
    checkout: repo,
    limit,
  }));
}

/** The flags, and the other words; a command's own flags are words of it. */
function read(argv: readonly string[], flagsAnywhere: boolean) {
  const { tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true });
  const first = tokens.find(({ kind }) => kind !== "option")?.index ?? argv.length;
  const end = flagsAnywhere ? argv.length : first;
  try {
    const parsed = parseArgs({ args: argv.slice(0, end), options: OPTIONS, allowPositionals: true });
    const rest = argv.slice(argv[end] === "--" ? end + 1 : end);
    return { values: parsed.values, words: [...parsed.positionals, ...rest] };
  } catch (error) {
    throw new UserError((error as Error).message, { hint: USAGE });
  }
}

function select(name: string): readonly Backend[] {
  const chosen = BACKENDS.filter((backend) => name === "auto" || backend.name === name);
  const possible = chosen.filter((backend) => backend.lack() === undefined);
  if (possible.length > 0) return possible;
  const [backend] = chosen;
  if (backend) throw new UserError(`--backend ${name}: ${backend.lack()}`);
  throw new UserError(`--backend ${name}: no such backend`, {
    hint: ["auto", ...BACKENDS.map((each) => each.name)].join(", "),
  });
}

function mebibytes(text: string): number {
  const [, digits, unit] = /^(\d+)([mg])$/i.exec(text) ?? [];
  if (!digits) throw new UserError(`--memory ${text}: not a size`, { hint: "--memory 2G, --memory 1500M" });
  return Number(digits) * (unit?.toLowerCase() === "g" ? 1024 : 1);
}

function count(flag: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UserError(`${flag} ${text}: not a number above 0`);
}

const isInstalled = (backend: Backend): boolean =>
  missingPackages(backend.packages()).length === 0 && backend.hasKernel();

/** Installs for the first that may work, and for the one to fall back on, so that a broken KVM is no end. */
function install(candidates: readonly Backend[]): void {
  const wanted = candidates[0] === kvm ? candidates.slice(0, 2) : candidates.slice(0, 1);
  const packages: Packages = Object.assign({}, ...wanted.map((backend) => backend.packages()));
  if (!installPackages(packages)) return;
  for (const backend of wanted) if (!backend.hasKernel()) backend.fetchKernel();
}

function notInstalled(backend: Backend): UserError {
  const missing = missingPackages(backend.packages());
  const kernel = backend.hasKernel() ? [] : ["a kernel"];
  const what = `a guest (${backend.name}) needs what isn't installed: ${[...missing, ...kernel].join(", ")}`;
  if (!existsSync("/usr/bin/apt-get")) {
    return new UserError(what, { hint: "these are Debian's packages; on other systems: see docs/guest.md" });
  }
  const line = `apt-get install --no-install-recommends ${missing.join(" ")}`;
  const again = "type the same again with --install";
  return new UserError(what, { hint: kernel.length > 0 ? again : `${line}; or ${again}` });
}

async function tryEach(
  backends: readonly Backend[],
  machine: Machine,
  job: (backend: Backend) => Job,
): Promise<number> {
  const failures: string[] = [];
  for (const backend of backends) {
    const outcome = await runInGuest(backend, machine, job(backend));
    if (outcome.kind === "exit") return outcome.status;
    failures.push(describe(backend, outcome));
    // What has begun isn't begun again on another kernel.
    if (outcome.kind === "lost") break;
    if (backend !== backends.at(-1)) say(`${backend.name} doesn't work here; the next one is tried`);
  }
  throw new UserError(failures.join("\n"), {
    hint: "--backend chooses another kernel, --memory more memory",
  });
}

function describe(backend: Backend, outcome: Exclude<Outcome, { kind: "exit" }>): string {
  const what =
    outcome.kind === "no boot" ? "the kernel didn't boot" : "the guest ended without an exit status";
  return `${backend.name}: ${what}; its last words:\n${outcome.console.trim()}`;
}

/** What of our environment makes sense in the guest; its FT_DOCKER_HOME is a folder in its memory. */
function environment(own: Readonly<Record<string, string>>): Record<string, string> {
  const kept = ["PATH", "HOME", "LANG", "TERM", "CI", "RUNTIME"];
  const names = Object.keys(process.env).filter(
    (name) => kept.includes(name) || (name.startsWith("FT_DOCKER_") && name !== "FT_DOCKER_HOME"),
  );
  return { ...Object.fromEntries(names.map((name) => [name, process.env[name] ?? ""])), ...own };
}

process.exit(await main(process.argv.slice(2)).catch(report));
