/**
 * What chapter 01's container can't stop: what a program in it changes of the machine, it changes for all. Here it is the
 * host's name. A UTS namespace made by unshare(1) plays the host, so that the real one's name stays.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { report } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { isRoot, node } from "../../scripts/root.ts";

// #region attack
const NAME = "/proc/sys/kernel/hostname";
const HOST = `echo host > ${NAME}; "$@" && cat ${NAME}`;
const ATTACK = `echo gotcha > ${NAME}`;

/** How the stand-in for the host is called after a program in this chapter's container has renamed it. */
export function attack(chapter: string): string {
  const main = path.join(import.meta.dirname, "..", chapter, "main.ts");
  const container = node(main, ["run", "sh", "-c", ATTACK]);
  const host = spawnSync("unshare", ["--uts", "sh", "-c", HOST, "sh", ...container], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return host.stdout.trim();
}
// #endregion attack

async function main(): Promise<number> {
  if (!isRoot())
    throw new UserError("breakout: only root can try", {
      hint: "sudo npx tsx chapters/01-fork-exec/breakout.ts",
    });
  for (const chapter of ["01-fork-exec", "02-uts"]) {
    const name = attack(chapter);
    console.log(
      `${chapter}: the host is called "${name}": the attack ${name === "host" ? "failed" : "worked"}`,
    );
  }
  return 0;
}

if (import.meta.filename === process.argv[1]) process.exit(await main().catch(report));
