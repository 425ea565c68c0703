/**
 * /proc, /sys and /dev aren't on any disk: the kernel shows itself in them. A process sees through /proc the PID
 * namespace in which that /proc was mounted, so a container that kept the host's would see all of the host's processes.
 * They are mounted after pivot_root, so that no symlink in the root filesystem can lead a mount out of it.
 */
import {
  AT_FDCWD,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_STRICTATIME,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  RESOLVE_NO_SYMLINKS,
  S_IFCHR,
} from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";

const SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC;
const OPEN_HOW_SIZE = 24;

// #region filesystems
export const FILESYSTEM_DIRECTORIES = ["/proc", "/sys", "/dev"];

export function filesystems(): Step[] {
  return [
    ...FILESYSTEM_DIRECTORIES.map(isDirectory),
    step("mount", ["proc", "/proc", "proc", SAFE, null], "the processes of this PID namespace"),
    step(
      "mount",
      ["sysfs", "/sys", "sysfs", SAFE | MS_RDONLY, null],
      "devices and drivers, to be looked at only",
    ),
    ...devices(),
  ];
}

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

/** A /dev of its own, with the devices that the OCI runtime specification lists, and none of the host's disks. */
function devices(): Step[] {
  const tmpfs = "mode=755,size=65536k";
  const pts = "newinstance,ptmxmode=0666,mode=0620,gid=5";
  return [
    step("umask", [0], "modes exactly as written below"),
    step("mount", ["tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, tmpfs], "an empty /dev"),
    ...DEVICES.map(([name, major, minor]) =>
      step("mknodat", [AT_FDCWD, `/dev/${name}`, S_IFCHR | 0o666, (major << 8) | minor], `/dev/${name}`),
    ),
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
