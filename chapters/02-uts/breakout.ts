/**
 * What chapter 02's container can't stop: it has the host's processes and files before it, and root's rights over them.
 * It kills a process of the host's (one that was started for this), reads a file, and counts the host's mounts.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { report } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { isRoot, node } from "../../scripts/root.ts";

export interface Damage {
  readonly killed: boolean;
  readonly read: boolean;
  /** How many of the host's mounts the container sees. */
  readonly mounts: number;
}

// #region attack
/** What a program in this chapter's container can do to the host. */
export async function attack(chapter: string): Promise<Damage> {
  const main = path.join(import.meta.dirname, "..", chapter, "main.ts");
  const inside = (...words: string[]) => {
    const [file = "", ...args] = node(main, ["run", ...words]);
    const { status, stdout } = spawnSync(file, args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    if (status === null || status >= 125)
      throw new Error(`${chapter} doesn't run ${words[0]}: status ${status}`);
    return stdout;
  };
  const folder = mkdtempSync(path.join(os.tmpdir(), "ft-docker-secret-"));
  const victim = spawn("sleep", ["1000"], { stdio: "ignore" });
  const end = new Promise<string | null>((resolve) => victim.on("exit", (_, signal) => resolve(signal)));
  try {
    inside("sh", "-c", `kill -KILL ${victim.pid}`);
    victim.kill("SIGTERM"); // If it still lives, this is what ends it.
    const killed = (await end) === "SIGKILL";
    writeFileSync(path.join(folder, "secret"), "a secret of the host's");
    const read = inside("cat", path.join(folder, "secret")) !== "";
    const seen = mountIds(inside("cat", "/proc/self/mountinfo"));
    const mounts = mountIds(readFileSync("/proc/self/mountinfo", "utf8")).filter((id) => seen.includes(id));
    return { killed, read, mounts: mounts.length };
  } finally {
    victim.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  }
}

/** The numbers of the mounts: no two mounts of a machine have the same one, in whatever namespace they are. */
const mountIds = (mountinfo: string): string[] => mountinfo.match(/^\d+/gm) ?? [];
// #endregion attack

async function main(): Promise<number> {
  if (!isRoot())
    throw new UserError("breakout: only root can try", { hint: "sudo npx tsx chapters/02-uts/breakout.ts" });
  for (const chapter of ["02-uts", "03-pid-mnt"]) {
    const { killed, read, mounts } = await attack(chapter);
    console.log(`${chapter}: a process of the host's was ${killed ? "killed" : "out of reach"}`);
    console.log(`${chapter}: a file of the host's was ${read ? "read" : "out of reach"}`);
    console.log(`${chapter}: ${mounts} of the host's mounts were seen`);
  }
  return 0;
}

if (import.meta.filename === process.argv[1]) process.exit(await main().catch(report));
