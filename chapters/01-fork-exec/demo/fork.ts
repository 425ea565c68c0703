/**
 * What happens when Node itself calls fork(2), and why: the child is to run one line of JavaScript and never gets there.
 * Nothing is left behind: the child can't write a core file, and if it hangs instead of crashing it is killed.
 */
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import koffi from "koffi";
import { PR_SET_DUMPABLE, SIGKILL, WNOHANG } from "../../../syscall/constants.ts";
import { syscall } from "../../../syscall/syscall.ts";

/** In milliseconds. One line of JavaScript takes less, so a child that isn't done by then hangs. */
const PATIENCE = 1000 * 5;

/** How much of this process's memory no child of fork(2) gets, in MiB: "dc" in the VmFlags of smaps, proc(5). */
function notCopied(): number {
  const areas = readFileSync("/proc/self/smaps", "utf8").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  const marked = areas.filter((area) => /^VmFlags:.* dc\b/m.test(area));
  const sizes = marked.map((area) => Number(/^Rss:\s+(\d+) kB/m.exec(area)?.[1]) / 1024);
  return Math.round(sizes.reduce((sum, size) => sum + size, 0));
}

const marked = notCopied();
const heap = Math.round(process.memoryUsage().heapTotal / 1024 ** 2);
console.log(`V8's heap, in which all of our JavaScript lives: ${heap} MiB`);
console.log(`memory that is marked "don't copy on fork": ${marked} MiB`);
syscall("prctl", [PR_SET_DUMPABLE, 0]);

// #region fork
const libc = koffi.load(null);
const fork: () => number = libc.func("int fork()");
const exit: (status: number) => void = libc.func("void _exit(int)");

const pid = fork();
if (pid === 0) exit(42); // Here the child would be in JavaScript.
// #endregion fork

const status = await ended(pid);
const signal = Object.entries(constants.signals).find(([, number]) => number === (status & 0x7f));
console.log(signal ? `the child was killed by ${signal[0]}` : `the child ran: status ${status >> 8}`);

/** What wait4(2) says of the child. */
async function ended(child: number): Promise<number> {
  const status = new Int32Array(1);
  const started = performance.now();
  while (syscall("wait4", [child, new Uint8Array(status.buffer), WNOHANG, null]) === 0) {
    if (performance.now() - started > PATIENCE) syscall("kill", [child, SIGKILL]);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return status[0] as number;
}
