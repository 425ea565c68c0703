/** Whose ids a container's users are: user namespaces, ranges of ids, and mounts that show files with other owners. */
import { closeSync, existsSync, openSync, statSync, writeFileSync } from "node:fs";
import { release, userInfo } from "node:os";
import path from "node:path";
import { home } from "../../common/home.ts";
import { isRoot } from "../root.ts";
import { type Finding, findCommand, LAST, lacks, ok, readText, sysctl, warning } from "./finding.ts";
import { tryIn } from "./trial.ts";

/** Chapter 06 alone needs them: for containers whose root is nobody on the host, and for those without root. */
const CHAPTERS = [6, LAST] as const;

export async function users(): Promise<Finding[]> {
  const namespace = await userNamespace();
  if (!isRoot()) return [namespace, subordinateIds()];
  const ids = ok(CHAPTERS, "user ids for containers: root may map any");
  return namespace.state === "lacks"
    ? [namespace, ids]
    : [namespace, ids, await mappedMounts(), ...overlay()];
}

/** What each system has invented to keep ordinary users from making them: a file, its value, and what lifts it. */
const BLOCKS = [
  ["/proc/sys/user/max_user_namespaces", "0", 10000],
  ["/proc/sys/kernel/unprivileged_userns_clone", "0", 1],
  ["/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", 0],
] as const;

async function userNamespace(): Promise<Finding> {
  const { CLONE_NEWUSER } = await import("../../syscall/constants.ts");
  const block = BLOCKS.find(([file, value]) => readText(file) === value);
  const lifted = block && `sudo sysctl -w ${sysctl(block[0])}=${block[2]}`;
  const error = await tryIn(CLONE_NEWUSER, () => {});
  if (error) return lacks(CHAPTERS, `user namespace: ${error}`, lifted ?? "a kernel with CONFIG_USER_NS");
  // AppArmor lets one be made, and takes the capabilities in it away; root isn't touched by any of them.
  if (block && lifted && block[0] !== BLOCKS[0][0]) {
    const what = `user namespace: ordinary users' are useless, ${block[0]} is ${block[1]}`;
    return warning(CHAPTERS, what, `${lifted}, or run chapter 06 with sudo`);
  }
  return ok(CHAPTERS, "user namespace");
}

/** newuidmap(1) is trusted by its set-user-id bit, or by a capability that only its package can have given it. */
function subordinateIds(): Finding {
  const what = "user ids for rootless containers";
  const one = `${what}: one only, your own`;
  const missing = ["newuidmap", "newgidmap"].filter((name) => !findCommand(name));
  if (missing.length > 0)
    return warning(CHAPTERS, `${one}: there is no ${missing.join(", no ")}`, "sudo apt-get install uidmap");
  const { uid, username } = userInfo();
  const without = ["/etc/subuid", "/etc/subgid"].filter(
    (file) =>
      !(readText(file) ?? "")
        .split("\n")
        .some((line) => [`${uid}`, username].includes(line.split(":")[0] ?? "")),
  );
  if (without.length === 0) return ok(CHAPTERS, `${what}: newuidmap, newgidmap, /etc/subuid and /etc/subgid`);
  const flags = without.map((file) => `--add-${path.basename(file)}s 100000-165535`).join(" ");
  return warning(
    CHAPTERS,
    `${one}: ${without.join(" and ")} give you none`,
    `sudo usermod ${flags} ${username}`,
  );
}

const MOUNT_ATTR_SIZE = 32;

/** Tried on the very file system that holds the layers; the mount is never attached to anything. */
async function mappedMounts(): Promise<Finding> {
  const { syscall } = await import("../../syscall/syscall.ts");
  const constants = await import("../../syscall/constants.ts");
  const { AT_EMPTY_PATH, AT_FDCWD, CLONE_NEWUSER, MOUNT_ATTR_IDMAP, OPEN_TREE_CLOEXEC, OPEN_TREE_CLONE } =
    constants;
  const folder = nearest(home());
  const error = await tryIn(CLONE_NEWUSER, ({ pid }) => {
    for (const file of ["uid_map", "gid_map"]) writeFileSync(`/proc/${pid}/${file}`, "0 2013265920 65536");
    const namespace = openSync(`/proc/${pid}/ns/user`, "r");
    const tree = syscall("open_tree", [AT_FDCWD, folder, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC]);
    try {
      const attributes = { attr_set: MOUNT_ATTR_IDMAP, userns_fd: namespace };
      syscall("mount_setattr", [tree, "", AT_EMPTY_PATH, attributes, MOUNT_ATTR_SIZE]);
    } finally {
      closeSync(tree);
      closeSync(namespace);
    }
  });
  if (!error) return ok(CHAPTERS, `id-mapped mounts of ${folder}`);
  const fix = "FT_DOCKER_HOME=DIR on ext4, XFS or btrfs, or --userns host";
  return lacks(CHAPTERS, `id-mapped mounts of ${folder}: ${error}`, fix);
}

const nearest = (folder: string): string =>
  existsSync(folder) && statSync(folder).isDirectory() ? folder : nearest(path.dirname(folder));

/** overlayfs takes layers with mapped ids since 5.19. */
function overlay(): Finding[] {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  if (major > 5 || (major === 5 && minor >= 19)) return [];
  const what = `Linux ${release()}: overlayfs takes no id-mapped layers before 5.19`;
  return [lacks(CHAPTERS, what, "--userns host, or a newer kernel")];
}
