/**
 * /proc, /sys and /dev aren't on any disk: the kernel shows itself in them. A process sees through /proc the PID
 * namespace in which that /proc was mounted, so a container that kept the host's would see all of the host's processes.
 * They are mounted after pivot_root, so that no symlink in the root filesystem can lead a mount out of it.
 */
import { idsHere } from "../../common/rootless.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  MOUNT_ATTR_RDONLY,
  MOVE_MOUNT_F_EMPTY_PATH,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_STRICTATIME,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  RESOLVE_NO_SYMLINKS,
  S_IFCHR,
  S_IFREG,
} from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";

const SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC;
const OPEN_HOW_SIZE = 24;
const MOUNT_ATTR_SIZE = 32;

// #region filesystems
export const FILESYSTEM_DIRECTORIES = ["/proc", "/sys", "/dev"];

export interface Kernel {
  /** To be run while the host's paths are there. */
  readonly take: readonly Step[];
  readonly mount: readonly Step[];
}

/** What the child is in: it may make devices only as the host's root, and show the links of its own network only. */
export interface Rights {
  readonly userNamespace: boolean;
  readonly ownNetwork: boolean;
  /** /sys can be written to. */
  readonly privileged: boolean;
}

export function filesystems({ userNamespace, ownNetwork, privileged }: Rights): Kernel {
  const sys = userNamespace && !ownNetwork ? hostSys() : ownSys(privileged);
  const nodes = userNamespace ? hostDevices() : ownDevices();
  return {
    take: [...sys.take, ...nodes.take],
    mount: [
      ...FILESYSTEM_DIRECTORIES.map(isDirectory),
      step("mount", ["proc", "/proc", "proc", SAFE, null], "the processes of this PID namespace", {
        hint: "--userns host: in a user namespace it takes a host whose own /proc hides nothing",
      }),
      ...sys.mount,
      ...devices(nodes.mount),
    ],
  };
}

function ownSys(writable: boolean): Kernel {
  const flags = writable ? SAFE : SAFE | MS_RDONLY;
  const why = writable ? "devices and drivers" : "devices and drivers, to be looked at only";
  return { take: [], mount: [step("mount", ["sysfs", "/sys", "sysfs", flags, null], why)] };
}

/** With all that is mounted there: the kernel lets nobody see what the host's root has covered. */
function hostSys(): Kernel {
  const tree = takeTree("/sys", AT_RECURSIVE);
  const attr = { attr_set: MOUNT_ATTR_RDONLY };
  const flags = AT_EMPTY_PATH | AT_RECURSIVE;
  const readOnly = step("mount_setattr", [tree, "", flags, attr, MOUNT_ATTR_SIZE], "to be looked at only");
  const cgroup = ["tmpfs", "/sys/fs/cgroup", "tmpfs", SAFE | MS_RDONLY, "size=0k"] as const;
  const cover = step("mount", cgroup, "hide the host's groups: the container's own come here", {
    optional: true,
  });
  return { take: [tree, readOnly], mount: [attachTree(tree, "/sys"), cover] };
}

const takeTree = (path: string, flags: number): Step =>
  step(
    "open_tree",
    [AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags],
    `the host's ${path}, for the new root`,
  );

const attachTree = (tree: Step, path: string): Step =>
  step("move_mount", [tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH], `it is ${path} here`);

/** Still inside the root filesystem, but not where it says: such a root filesystem is up to something. */
function isDirectory(path: string): Step {
  const how = { flags: O_PATH | O_DIRECTORY | O_CLOEXEC, resolve: RESOLVE_NO_SYMLINKS };
  return step("openat2", [AT_FDCWD, path, how, OPEN_HOW_SIZE], `${path} must be a directory, not a symlink`, {
    hint: `the root filesystem has a symlink (or a file) as ${path}: replace it by an empty directory`,
  });
}
// #endregion filesystems

// #region devices
/** Name, major and minor number: `Documentation/admin-guide/devices.txt` of the kernel. */
const DEVICES = [
  ["null", 1, 3],
  ["zero", 1, 5],
  ["full", 1, 7],
  ["random", 1, 8],
  ["urandom", 1, 9],
  ["tty", 5, 0],
] as const;

const LINKS = [
  ["pts/ptmx", "ptmx"],
  ["/proc/self/fd", "fd"],
  ["/proc/self/fd/0", "stdin"],
  ["/proc/self/fd/1", "stdout"],
  ["/proc/self/fd/2", "stderr"],
] as const;

function ownDevices(): Kernel {
  const mount = DEVICES.map(([name, major, minor]) =>
    step("mknodat", [AT_FDCWD, `/dev/${name}`, S_IFCHR | 0o666, (major << 8) | minor], `/dev/${name}`),
  );
  return { take: [], mount };
}

/** No user namespace may make a device: a number is a driver of the machine's. The host's own nodes are shown instead. */
function hostDevices(): Kernel {
  const trees = DEVICES.map(([name]) => [takeTree(`/dev/${name}`, 0), `/dev/${name}`] as const);
  return {
    take: trees.map(([tree]) => tree),
    mount: trees.flatMap(([tree, path]) => [
      step("mknodat", [AT_FDCWD, path, S_IFREG | 0o666, 0], `the place for ${path}`),
      attachTree(tree, path),
    ]),
  };
}

/** `tty` on every system. */
const TTY_GROUP = 5;

/** A /dev of its own, with the devices that the OCI runtime specification lists, and none of the host's disks. */
function devices(nodes: readonly Step[]): Step[] {
  const tmpfs = "mode=755,size=65536k";
  // Terminals are the group tty's; the namespace of an ordinary user may have one group only.
  const group = idsHere() > TTY_GROUP ? `,gid=${TTY_GROUP}` : "";
  const pts = `newinstance,ptmxmode=0666,mode=0620${group}`;
  return [
    step("umask", [0], "modes exactly as written below"),
    step("mount", ["tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, tmpfs], "an empty /dev"),
    ...nodes,
    ...["pts", "shm", "mqueue"].map((name) =>
      step("mkdirat", [AT_FDCWD, `/dev/${name}`, 0o755], `the place for /dev/${name}`),
    ),
    step("mount", ["devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, pts], "terminals of its own"),
    step("mount", ["shm", "/dev/shm", "tmpfs", SAFE, "mode=1777,size=65536k"], "shared memory: shm_open(3)"),
    step("mount", ["mqueue", "/dev/mqueue", "mqueue", SAFE, null], "the queues of this IPC namespace"),
    ...LINKS.map(([target, name]) => step("symlinkat", [target, AT_FDCWD, `/dev/${name}`], `/dev/${name}`)),
    step("umask", [0o022], "what the command makes is for its owner to write, as usual"),
  ];
}
// #endregion devices
