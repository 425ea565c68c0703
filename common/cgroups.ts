/** Taking cgroups away again: what chapter 04's list of syscalls makes in /sys/fs/cgroup, after the container's end. */
import { existsSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** In milliseconds: how long the kernel may need until processes that were killed have left their group. */
const PATIENCE = 1000 * 10;

/** Removes a group and those below it, and kills what is still in them; one that isn't there is no error. */
export function removeCgroup(directory: string): void {
  if (!existsSync(directory)) return;
  for (const name of subgroups(directory)) removeCgroup(path.join(directory, name));
  const end = Date.now() + PATIENCE;
  while (!removed(directory)) {
    if (Date.now() > end) throw new Error(`${directory}: there are processes in it that don't end`);
    killAll(directory);
    sleep(1);
  }
}

/** EBUSY: it has processes, or a killed one hasn't left it yet. */
function removed(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return true;
    if (code === "EBUSY") return false;
    throw error;
  }
}

function subgroups(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** The processes in a group, without those of the groups below it; 0 stands for one of another PID namespace. */
export function processes(directory: string): number[] {
  try {
    const pids = readFileSync(path.join(directory, "cgroup.procs"), "latin1").trim();
    return pids === "" ? [] : pids.split("\n").map(Number);
  } catch (error) {
    // ENODEV: it was removed while we read.
    if (["ENOENT", "ENODEV"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

/** cgroups(7): cgroup.kill is in v2 since Linux 5.14. It kills all at once, so that none can fork in between. */
function killAll(directory: string): void {
  const all = path.join(directory, "cgroup.kill");
  if (existsSync(all)) write(all, "1");
  for (const pid of existsSync(all) ? [] : processes(directory)) {
    try {
      if (pid !== 0) process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Disables controllers for the groups below; one that is needed there by now (systemd's units are there too) stays. */
export function disableControllers(directory: string, names: readonly string[]): void {
  for (const name of names) write(path.join(directory, "cgroup.subtree_control"), `-${name}`);
}

/** Moves the processes back that had to make room, and removes the group that they were moved to. */
export function giveRoomBack(directory: string, group: string): void {
  for (const pid of processes(group)) write(path.join(directory, "cgroup.procs"), `${pid}`);
  if (processes(group).length === 0) removeCgroup(group);
}

/** What is in use, or gone, isn't ours to change any more; where nothing can be written, nothing was. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    if (!["EBUSY", "ENOENT", "ESRCH", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
  }
}
