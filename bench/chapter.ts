/** A chapter inside this process: its `run`, and the program that the run makes. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import type { Command, Values } from "../common/cli.ts";
import type { Change } from "../common/undo.ts";
import { CLONE } from "../syscall/constants.ts";
import { type Item, isAct, isList, type StructValue } from "../syscall/program.ts";

const repo = path.join(import.meta.dirname, "..");

export interface Chapter {
  readonly name: string;
  /** The chapter's `run /bin/true`, from reading its flags' values to the exit status. */
  readonly run: (flags?: Values) => Promise<number>;
  /** The program of the last run, the values for its slots, and what it changes on the host. */
  readonly program: () => readonly Item[];
  readonly slots: () => Readonly<Record<string, number>>;
  readonly changes: () => readonly Change[];
}

interface Captured {
  commands?: Readonly<Record<string, Command>>;
  program?: readonly Item[];
  slots?: Readonly<Record<string, number>>;
  changes?: readonly Change[];
}

/**
 * A chapter's main.ts reads process.argv and ends the process. Here it is bundled with two functions changed: `main` hands
 * its commands over instead of running one, and `run` keeps the program before it runs it.
 */
export async function loadChapter(name: string): Promise<Chapter> {
  const folder = path.join(repo, "node_modules", ".cache", "ft-docker");
  mkdirSync(folder, { recursive: true });
  const outfile = path.join(folder, `bench-${name}.mjs`);
  const main = path.join(repo, "chapters", name, "main.ts");
  await build({
    stdin: {
      contents: `import ${JSON.stringify(main)}; export { captured } from "captured";`,
      resolveDir: repo,
    },
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    external: ["koffi", "leven"],
    plugins: [capture],
    logLevel: "warning",
  });
  const { captured } = (await import(outfile)) as { captured: Captured };
  const command = captured.commands?.run;
  if (!command) throw new Error(`${name}: main.ts has no run command`);
  return {
    name,
    run: async (flags = {}) => command.run({ tty: ["false"], ...flags }, ["/bin/true"]),
    program: () => captured.program ?? [],
    slots: () => captured.slots ?? {},
    changes: () => captured.changes ?? [],
  };
}

const capture: Plugin = {
  name: "capture",
  setup({ onResolve, onLoad }) {
    const changed: Readonly<Record<string, string>> = {
      captured: "export const captured = {};",
      cli: "export const main = (title, commands) => { captured.commands = commands; };",
      run: `import { run as original } from "${repo}/common/run.ts";
        export const run = (program, options, needs) => {
          Object.assign(captured, { program, slots: needs?.slots, changes: needs?.changes });
          return original(program, options, needs);
        };`,
    };
    onResolve({ filter: /^captured$/ }, () => ({ path: "captured", namespace: "bench" }));
    onResolve({ filter: /\/common\/(cli|run)\.ts$/ }, ({ path: file, importer }) =>
      /\/chapters\/[^/]+\/(main|start)\.ts$/.test(importer)
        ? { path: path.basename(file, ".ts"), namespace: "bench" }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: "bench" }, ({ path: name }) => ({
      contents:
        name === "captured"
          ? changed[name]
          : `import { captured } from "captured"; export * from "${repo}/common/${name}.ts"; ${changed[name]}`,
      resolveDir: repo,
    }));
  },
};

const NAMESPACES = Object.entries(CLONE).filter(([name]) => name.startsWith("CLONE_NEW"));

/** The CLONE_NEW… flags of a program's clone: which namespaces its child is in. */
export function namespaceFlags(program: readonly Item[]): number {
  const clone = program.find((each) => !isAct(each) && each.args.some(isList));
  const [fields] = (clone && !isAct(clone) ? clone.args : []) as [StructValue?];
  const flags = BigInt((fields?.flags ?? 0) as number | bigint);
  const set = NAMESPACES.filter(([, bit]) => (flags & BigInt(bit)) !== 0n);
  return set.reduce((sum, [, bit]) => sum + bit, 0);
}

/** "pid", "uts" and so on: the kernel's names without what they all begin with. */
export const namespaceNames = (flags: number): string[] =>
  NAMESPACES.filter(([, bit]) => (flags & bit) !== 0).map(([name]) =>
    name.replace("CLONE_NEW", "").toLowerCase(),
  );
