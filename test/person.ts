/** An ordinary user, whom the machine doesn't know: the files that say so are seen in one mount namespace only. */
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { need, root, tempDir, tool } from "./harness.ts";

export const UID = 4242;
const NAME = "ordinary";
/** The first id of the person's range in /etc/subuid, and how many. */
export const RANGE = [700000, 65536] as const;

export const personTools = [
  root,
  tool("unshare"),
  tool("setpriv"),
  need("needs /etc/subuid and /etc/subgid", () =>
    ["subuid", "subgid"].every((name) => existsSync(`/etc/${name}`)),
  ),
  need("ordinary users may not make user namespaces here", () =>
    ["/proc/sys/user/max_user_namespaces", "/proc/sys/kernel/unprivileged_userns_clone"].every(
      (name) => !existsSync(name) || readFileSync(name, "latin1").trim() !== "0",
    ),
  ),
];

export interface Person {
  readonly home: string;
  /** The command's words, for root to start it as this user. */
  as(...words: string[]): string[];
}

const TUN = "/dev/net/tun";

/** `covers`: files of the machine's that look different to this user's processes. Links of the user's own only with `tun`. */
export function person(
  subids: "range" | "none",
  { covers = {}, tun = false }: { covers?: Readonly<Record<string, string>>; tun?: boolean } = {},
): Person {
  const folder = tempDir();
  const home = path.join(folder, "home");
  mkdirSync(home);
  chownSync(home, UID, UID);
  chmodSync(folder, 0o755);
  const range = subids === "range" ? `${NAME}:${RANGE.join(":")}\n` : "";
  const files = {
    "/etc/passwd": `root:x:0:0:root:/root:/bin/sh\n${NAME}:x:${UID}:${UID}::${home}:/bin/sh\n`,
    "/etc/subuid": range,
    "/etc/subgid": range,
    ...(existsSync(TUN) && !tun ? { [TUN]: "" } : {}),
    ...covers,
  };
  const mounts = Object.entries(files).map(([place, text], i) => {
    writeFileSync(path.join(folder, `${i}`), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
    return `mount --bind ${folder}/${i} ${place}`;
  });
  const device = `mount -t tmpfs none /mnt && mknod -m 666 /mnt/tun c 10 200 && mount --bind /mnt/tun ${TUN} && umount /mnt`;
  const user = `setpriv --reuid=${UID} --regid=${UID} --clear-groups env -u XDG_RUNTIME_DIR -u FT_DOCKER_HOME HOME=${home} USER=${NAME}`;
  const script = [...mounts, ...(tun ? [device] : []), `exec ${user} "$@"`].join(" && ");
  const argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"];
  return { home, as: (...words) => [...argv, ...words] };
}
