/**
 * Whom the command runs as. The kernel knows numbers only; the names are in the container's own /etc/passwd and /etc/group,
 * which come with the image, and mean nothing on the host. The numbers are those of the container's user namespace: userns.ts.
 */
import { closeSync, existsSync, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { UserError } from "../../common/errors.ts";
import { readXattrs } from "../../images/attributes.ts";
import { O_CLOEXEC, O_NONBLOCK, RESOLVE_IN_ROOT, RESOLVE_NO_MAGICLINKS } from "../../syscall/constants.ts";
import { endWithRuntime } from "../../syscall/launch.ts";
import { type Step, step } from "../../syscall/program.ts";
import { SyscallError, syscall } from "../../syscall/syscall.ts";

// #region user
export interface User {
  readonly uid: number;
  readonly gid: number;
  /** The supplementary groups. */
  readonly groups: readonly number[];
  readonly home: string;
}

/** `text` is `name|uid[:group|gid]`, as `-u` and the image's config have it; `lowers` are its layers, the topmost first. */
export function findUser(text: string, lowers: readonly string[]): User {
  const [name = "", group] = text.split(":");
  const users = table(readInLayers(lowers, "etc/passwd"));
  const groups = table(readInLayers(lowers, "etc/group"));
  const user = users.find(([login, , uid]) => login === name || uid === name);
  const uid = Number(user?.[2] ?? number(name, text, "/etc/passwd"));
  const named = groups.find(([title, , gid]) => title === group || gid === group);
  const gid =
    group === undefined ? Number(user?.[3] ?? 0) : Number(named?.[2] ?? number(group, text, "/etc/group"));
  const login = user?.[0];
  const more = groups.filter(
    ([, , , members = ""]) => login !== undefined && members.split(",").includes(login),
  );
  return {
    uid,
    gid,
    groups: group === undefined ? more.map(([, , id]) => Number(id)) : [],
    home: user?.[5] || "/",
  };
}

/** Lines of fields with colons between them: passwd(5), group(5). */
const table = (text: string): string[][] => text.split("\n").map((line) => line.split(":"));

function number(text: string, whole: string, file: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1) return Number(text);
  throw new UserError(`user ${JSON.stringify(whole)}: ${JSON.stringify(text)} isn't in the image's ${file}`, {
    hint: "a name that is there, or a number",
  });
}
// #endregion user

// #region switch
/**
 * To be run directly before the command: the groups first, since who isn't root may not change them any more. The main one is
 * among them, so that no program that changes its main group gets around a file's "not for this group".
 */
export function switchUser({ uid, gid, groups }: User, tty: boolean): Step[] {
  const all = [...new Set([gid, ...groups])];
  return [
    ...(tty && uid !== 0 ? [step("fchown", [0, uid, -1], "the terminal is that user's")] : []),
    ...(maySetGroups()
      ? [
          step(
            "setgroups",
            [all.length, Buffer.from(Uint32Array.from(all).buffer)],
            "the main group and the others, and none of the host's",
          ),
        ]
      : []),
    step("setresgid", [gid, gid, gid], "the main group"),
    step("setresuid", [uid, uid, uid], "the user"),
    ...endWithRuntime(),
  ];
}
// #endregion switch

/** A file as the layers together show it; empty where there is none. Whatever it is in a hostile image, it is only read. */
function readInLayers(lowers: readonly string[], file: string): string {
  // A run that is only explained may have no layers yet.
  for (const lower of lowers.filter((each) => existsSync(each))) {
    // Most layers of an image have nothing to do with it, and this is the quickest way to know.
    if (!lstatSync(path.join(lower, path.dirname(file)), { throwIfNoEntry: false })) continue;
    const root = openSync(lower, "r");
    let fd = -1;
    try {
      const resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
      // Without O_NONBLOCK a FIFO of that name would wait for its writer.
      fd = syscall("openat2", [root, file, { flags: O_CLOEXEC | O_NONBLOCK, resolve }, OPEN_HOW_SIZE]);
      const stat = fstatSync(fd);
      return stat.isFile() && stat.size <= MAX_TABLE ? readFileSync(fd, "utf8") : "";
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      // Any other error than ENOENT is a whiteout's, or that of something that is no file: the layer says that there is none.
      if (error.errno !== constants.errno.ENOENT || isOpaque(path.join(lower, path.dirname(file)))) return "";
    } finally {
      for (const each of [root, fd]) if (each >= 0) closeSync(each);
    }
  }
  return "";
}

/** What is in the same directory of lower layers isn't seen. */
const isOpaque = (directory: string): boolean =>
  existsSync(directory) &&
  ["trusted", "user"].some(
    (marks) => readXattrs(Buffer.from(directory)).get(`${marks}.overlay.opaque`)?.toString() === "y",
  );

/** An ordinary user without a range of ids may not leave groups: user_namespaces(7), /proc/PID/setgroups. */
const maySetGroups = (): boolean => readFileSync("/proc/self/setgroups", "latin1").trim() !== "deny";

const OPEN_HOW_SIZE = 24;
/** In bytes. */
const MAX_TABLE = 1 << 20;
