/** `npm run site:serve [-- PORT]`: builds the site, shows it, and does both anew when something has changed. */
import { spawn } from "node:child_process";
import { readdirSync, watch } from "node:fs";
import path from "node:path";
import { report, say } from "../common/cli.ts";
import { node } from "../scripts/root.ts";
import { repo } from "./chapters.ts";
import { serve } from "./server.ts";

const PORT = 8000;
/** In milliseconds: an editor writes several files, or one in several steps. */
const SETTLED = 150;
const dist = path.join(import.meta.dirname, "dist");

/** In a process of its own: what has been imported once stays as it was. False where it failed. */
function build(): Promise<boolean> {
  const [command = "", ...args] = node(path.join(import.meta.dirname, "build.ts"), []);
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  return new Promise((resolve) => child.on("close", (code) => resolve(code === 0)));
}

async function main([port]: readonly string[]): Promise<void> {
  await build();
  const server = await serve(dist, Number(port ?? PORT), true);
  say(server.address);
  let waiting: NodeJS.Timeout | undefined;
  let building = Promise.resolve();
  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      building = building.then(async () => {
        if (await build()) server.reload();
      });
    }, SETTLED);
  };
  for (const folder of ["chapters", "common", "syscall", "site"].flatMap((name) =>
    folders(path.join(repo, name)),
  ))
    watch(folder, changed);
}

/** A folder and all below it, but what the build makes: Node 20's own recursion fails where folders come and go. */
function folders(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name));
  return [folder, ...below.filter((each) => each !== dist).flatMap(folders)];
}

await main(process.argv.slice(2)).catch(report);
