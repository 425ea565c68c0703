/**
 * Launches many children in one process and prints, as JSON, what became of the process: its open files, its memory, its
 * zombies. Started by launch.test.ts with each Node there is: `node --import tsx launches.ts IN_A_ROW AT_ONCE`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS } from "../syscall/constants.ts";
import { child, exitStatus, launch, restoreSignals } from "../syscall/launch.ts";
import { step } from "../syscall/program.ts";

const [inARow = 0, atOnce = 0] = process.argv.slice(2).map(Number);
const namespaces = process.geteuid?.() === 0 ? CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC : 0;

async function once(): Promise<number> {
  const execve = step("execve", ["/bin/true", ["true"], ["A=1"]], "the command", { optional: true });
  const launched = launch([child(namespaces, [restoreSignals(), execve], "a child")]);
  await launched.executed;
  return exitStatus(await launched.exited);
}

const files = () => readdirSync("/proc/self/fd").length;
const zombies = () =>
  readFileSync(`/proc/self/task/${process.pid}/children`, "utf8")
    .split(" ")
    .filter((pid) => pid !== "").length;
/** In KiB. */
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);

let failed = 0;
for (let i = 0; i < inARow / 5; i++) failed += await once();
// Timers and the like that Node makes on first use are there by now.
const before = { files: files(), resident: resident() };
for (let i = 0; i < inARow; i++) failed += await once();
const after = { files: files(), resident: resident() };

let ticks = 0;
const ticking = setInterval(() => ticks++, 1);
const statuses = await Promise.all(Array.from({ length: atOnce }, once));
clearInterval(ticking);
failed += statuses.filter((status) => status !== 0).length;
// A handle that was closed is gone after one more turn of the loop.
await new Promise((resolve) => setTimeout(resolve, 50));
console.log(
  JSON.stringify({
    version: process.version,
    failed,
    before,
    after,
    atEnd: files(),
    zombies: zombies(),
    ticks,
  }),
);
