/** An ordinary user, for tests of what one can do without root. */
import { spawnSync } from "node:child_process";
import { need, repo } from "./harness.ts";

/** The user and group `nobody` of most systems. */
export const NOBODY = 65534;

/** Root can be anybody; but a checkout in root's own home directory isn't for others to read. */
export const asNobody = need("needs root, and a checkout that every user can read", () => {
  if (process.geteuid?.() !== 0) return false;
  return spawnSync("test", ["-r", `${repo}/package.json`], { uid: NOBODY }).status === 0;
});
