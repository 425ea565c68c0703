/** Removing what a container has written: names that aren't UTF-8, and paths longer than a syscall takes, are among it. */
import { execFileSync } from "node:child_process";
import { readdirSync, rmdirSync, unlinkSync } from "node:fs";

/** Removes a directory and all in it; symlinks are removed, not followed. Throws where something can't be. */
export function removeTree(directory: string): void {
  try {
    removeDirectory(Buffer.from(directory));
  } catch {
    // Node takes whole paths, rm(1) one name at a time.
    execFileSync("rm", ["-rf", "--one-file-system", "--", directory], {
      stdio: ["ignore", "ignore", "pipe"],
    });
  }
}

function removeDirectory(directory: Buffer): void {
  for (const entry of readdirSync(directory, { withFileTypes: true, encoding: "buffer" })) {
    const file = Buffer.concat([directory, Buffer.from("/"), entry.name]);
    if (entry.isDirectory()) removeDirectory(file);
    else unlinkSync(file);
  }
  rmdirSync(directory);
}
