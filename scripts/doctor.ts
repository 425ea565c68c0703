/**
 * `npm run doctor [-- --format json]`: what this machine has and lacks for each chapter, with a fix for what it lacks.
 * It changes nothing and needs no root, but sees more with it. Exit status 0: all that the chapters need is there.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { print, report } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { cgroups } from "./doctor/cgroups.ts";
import type { Finding } from "./doctor/finding.ts";
import { machine, notLinux } from "./doctor/machine.ts";
import { privilege } from "./doctor/privilege.ts";
import { vagrant } from "./doctor/vagrant.ts";
import { wsl } from "./doctor/wsl.ts";

const repo = path.join(import.meta.dirname, "..");

/** In the order in which a reader should mend things: each line may be the cause of those below it. */
async function examine(): Promise<Finding[]> {
  if (process.platform !== "linux") return [notLinux(), ...vagrant()];
  const basics = [...wsl(repo), ...(await machine())];
  const findings = [...basics, ...privilege()];
  // What follows uses koffi, so where that doesn't work there is nothing more to be found out.
  if (basics.every(({ state }) => state !== "lacks")) {
    const { kernel } = await import("./doctor/kernel.ts");
    const { namespaces } = await import("./doctor/namespaces.ts");
    const { filesystems } = await import("./doctor/filesystems.ts");
    const { users } = await import("./doctor/users.ts");
    const { network } = await import("./doctor/network.ts");
    findings.push(...(await kernel()), ...(await namespaces()), ...(await users()));
    findings.push(...(await network()), ...filesystems());
  }
  return [...findings, ...cgroups(), ...vagrant()];
}

const two = (chapter: number): string => String(chapter).padStart(2, "0");

function line({ state, what, chapters: [first, last], fix }: Finding): string {
  const chapters = first === last ? `chapter ${two(first)}` : `chapters ${two(first)}–${two(last)}`;
  const finding = `${state.padEnd(7)}  ${what} — ${chapters}`;
  return fix === undefined ? finding : `${finding}\n${" ".repeat(9)}fix: ${fix}`;
}

/** The chapters that are there to be run. */
function existing(): number[] {
  const names = readdirSync(path.join(repo, "chapters"));
  return names.map((name) => Number.parseInt(name, 10)).filter((number) => number > 0);
}

async function doctor(argv: readonly string[]): Promise<number> {
  const format = readFormat(argv);
  const findings = await examine();
  const newest = Math.max(...existing());
  const serious = findings.filter(({ state, chapters: [first] }) => state === "lacks" && first <= newest);
  if (format === "json") {
    print(1, JSON.stringify(findings, null, 2));
  } else {
    print(1, findings.map(line).join("\n"));
    const all = `all that chapters 01–${two(newest)} need is there`;
    print(
      1,
      `\n${serious.length === 0 ? all : `${serious.length} thing(s) that chapters 01–${two(newest)} need are lacking`}`,
    );
  }
  return serious.length === 0 ? 0 : 1;
}

function readFormat(argv: readonly string[]): string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { format: { type: "string", default: "text" } },
    });
    if (values.format === "text" || values.format === "json") return values.format;
    throw new Error(`--format ${values.format}: no such format`);
  } catch (error) {
    throw new UserError(`doctor: ${(error as Error).message}`, { hint: "npm run doctor [-- --format json]" });
  }
}

process.exitCode = await doctor(process.argv.slice(2)).catch(report);
