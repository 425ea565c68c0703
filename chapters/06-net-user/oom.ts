/**
 * The OOM killer: when a group is at its limit of memory, and nothing in it can be written back or dropped any more, the
 * kernel picks one of its processes and ends it by SIGKILL. The process can't know why; its group's account tells.
 */
import { say } from "../../common/cli.ts";
import { type Cgroup, generation } from "./cgroups.ts";
import { formatSize } from "./sizes.ts";

// #region oom
export const outOfMemory = (cgroup: Cgroup): boolean => cgroup.oomKills() > 0;

/** To be called when the command has ended, while its group is still there. */
export function reportOutOfMemory(id: string, cgroup: Cgroup): void {
  const kills = cgroup.oomKills();
  const usage = kills === 0 ? undefined : generation().usage(id);
  if (!usage) return;
  const { memoryPeak, memoryLimit } = usage;
  const what = kills === 1 ? "a process" : `${kills} processes`;
  const limit = memoryLimit === Infinity ? "the host had no more" : `the limit is ${formatSize(memoryLimit)}`;
  const used = memoryPeak === undefined ? "" : `, it used ${formatSize(memoryPeak)}`;
  say(`error: out of memory: the kernel killed ${what} of the container: ${limit}${used}`);
  say("hint: allow more by --memory, or find out by 'stats' what it needs");
}
// #endregion oom
