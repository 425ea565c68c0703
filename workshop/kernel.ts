/** What the kernel says about a process of the learner's, as it stands in /proc: proc(5). */
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import type { Inside, World } from "./world.ts";

/** "uts:[4026531838]" */
export const namespaceOf = (pid: number, name: string): string => readlinkSync(`/proc/${pid}/ns/${name}`);

/** A field of /proc/PID/status: proc(5). */
export const statusOf = (pid: number, field: string): string =>
  new RegExp(`^${field}:\\s*(.*)$`, "m").exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? "";

const NAMES: Readonly<Record<string, string>> = {
  uts: "UTS",
  ipc: "IPC",
  pid: "PID",
  mnt: "mount",
  net: "network",
};

/** Claims that the process isn't in the host's namespace of this kind. */
export function claimNamespace({ claim }: World, { pid }: Inside, kind: string): void {
  const [own, hosts] = [namespaceOf(pid, kind), namespaceOf(1, kind)];
  const name = NAMES[kind] ?? kind;
  claim(
    `its ${name} namespace is its own`,
    own !== hosts,
    () => `Your process is still in the host's ${name} namespace: ${own} is PID 1's too.`,
  );
}

/** Of /proc/PID/stat: the fields 4, 6 and 7. `terminal` is 0 where no terminal controls the session. */
export function statOf(pid: number): { parent: number; session: number; terminal: number } {
  // The name in the second field may have spaces and brackets in it.
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
    .replace(/^.*\) /s, "")
    .split(" ");
  const [, parent, , session, terminal] = fields.map(Number);
  return { parent: parent ?? 0, session: session ?? 0, terminal: terminal ?? 0 };
}

export interface Mount {
  readonly place: string;
  readonly options: readonly string[];
  /** "shared:12", "master:1", both, or nothing. */
  readonly tags: string;
  readonly type: string;
}

/** /proc/PID/mountinfo, as the process sees its mounts. */
export function mountsOf(pid: number | "self"): Mount[] {
  const lines = readFileSync(`/proc/${pid}/mountinfo`, "latin1").trim().split("\n");
  return lines.map((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , , place = "", options = "", ...tags] = before.split(" ");
    return { place, options: options.split(","), tags: tags.join(" "), type: after.split(" ")[0] ?? "" };
  });
}

/** The path of a process's group in the tree that has this controller. With cgroup v2 it is the same tree for all. */
export function groupOf(pid: number, controller: string): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, "latin1").trim().split("\n");
  const line =
    lines.find((each) => each.split(":")[1]?.split(",").includes(controller)) ??
    lines.find((each) => each.startsWith("0::"));
  return line?.split(":").slice(2).join(":") ?? "/";
}

/** Claims that a file of the process's group says this; `files` has the name and the value for either generation. */
export function claimLimit(
  { claim }: World,
  { pid }: Inside,
  controller: string,
  files: Readonly<Record<string, string>>,
): void {
  const group = groupOf(pid, controller);
  const trees = mountsOf("self").filter(({ type }) => type.startsWith("cgroup"));
  const found =
    trees
      .flatMap(({ place }) => Object.keys(files).map((name) => path.join(place, group, name)))
      .find((file) => existsSync(file)) ?? "";
  const [name, wanted] = [path.basename(found), files[path.basename(found)]];
  claim(
    `${name || controller} has the limit`,
    found !== "" && readFileSync(found, "latin1").trim() === wanted,
    () =>
      found === ""
        ? `Its group, ${group}, has no ${Object.keys(files).join(" or ")}: nobody has asked for the ${controller} controller.`
        : `${found} says ${readFileSync(found, "latin1").trim()}, and not ${wanted}: nothing holds your process back.`,
  );
}

/** The names of the links in a process's network namespace: /proc/PID/net/dev has two lines of titles. */
export const linksOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/net/dev`, "latin1")
    .trim()
    .split("\n")
    .slice(2)
    .map((line) => line.split(":")[0]?.trim() ?? "");
