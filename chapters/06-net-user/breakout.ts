/**
 * What root can do from inside a container that only sees less: chapter 05's root is the host's. Each attempt is a script that
 * is run in that container and in this chapter's. None does harm: a setting is set to what it says.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { report } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { isRoot, node } from "../../scripts/root.ts";

// #region attempts
interface Attempt {
  /** Ends with 0 if it works. `/data` is a directory of the host's. */
  readonly script: string;
  /** Seen from the host, where the script alone can't know. */
  readonly proof?: (data: string) => boolean;
}

export const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  "read what only the host's root may read": { script: "cat /data/secret" },
  "leave a program that makes its user root": {
    script: "cp /bin/true /data/program && chmod 4755 /data/program",
    proof: (data) => {
      const { uid, mode } = statSync(path.join(data, "program"));
      return uid === 0 && (mode & 0o4000) !== 0;
    },
  },
  "take the mask off /proc/sys, and set the host's settings": {
    script: "umount /proc/sys && v=$(cat /proc/sys/vm/swappiness) && echo $v > /proc/sys/vm/swappiness",
  },
  "make a device file, and open the device": { script: "mknod /kmsg c 1 11 && : < /kmsg" },
  "read the kernel's log": { script: "dmesg" },
  "see who listens on the host": { script: "grep -q :$PORT /proc/net/tcp" },
  "be root of a new user namespace": { script: "unshare --user --map-root-user true" },
};
// #endregion attempts

export const CHAPTERS = ["05-overlay", "06-net-user"] as const;

// #region attack
/** Whether it works in the chapter's container. */
export async function attack(chapter: (typeof CHAPTERS)[number], name: string): Promise<boolean> {
  const attempt = ATTEMPTS[name] as Attempt;
  const data = mkdtempSync(path.join(os.tmpdir(), "ft-docker-data-"));
  const server = createServer().listen(0, "127.0.0.1");
  try {
    chmodSync(data, 0o777);
    writeFileSync(path.join(data, "secret"), "the host's own\n", { mode: 0o600 });
    await new Promise((resolve) => server.once("listening", resolve));
    const port = (server.address() as AddressInfo).port.toString(16).toUpperCase().padStart(4, "0");
    const main = path.join(import.meta.dirname, "..", chapter, "main.ts");
    const script = `echo begins; ${attempt.script}`;
    const words = ["run", "-v", `${data}:/data`, "-e", `PORT=${port}`, "sh", "-c", script];
    const [command = "", ...args] = node(main, words);
    const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
    if (!stdout.startsWith("begins")) throw new Error(`the container of chapter ${chapter} doesn't start`);
    return status === 0 && (attempt.proof?.(data) ?? true);
  } finally {
    server.close();
    rmSync(data, { recursive: true });
  }
}
// #endregion attack

async function main(): Promise<number> {
  if (!isRoot())
    throw new UserError("breakout: chapter 05's container needs root", {
      hint: "sudo npx tsx chapters/06-net-user/breakout.ts",
    });
  for (const chapter of CHAPTERS) {
    console.log(`${chapter}:`);
    for (const name of Object.keys(ATTEMPTS))
      console.log(`  ${name}: ${(await attack(chapter, name)) ? "WORKS" : "refused"}`);
  }
  return 0;
}

if (import.meta.filename === process.argv[1]) process.exit(await main().catch(report));
