/** Which syscalls the kernel has: each is called with arguments that it refuses, so that nothing happens. */
import { constants, release } from "node:os";
import type { SyscallError } from "../../syscall/syscall.ts";
import { isRoot } from "../root.ts";
import { type Finding, LAST, lacks, ok, readText, warning } from "./finding.ts";

const { EINVAL, ENOSYS, EPERM } = constants.errno;
/** No file has this number. */
const NO_FILE = -1;
const UNKNOWN_FLAGS = 0x70000000;

export async function kernel(): Promise<Finding[]> {
  const { trySyscall } = await import("../../syscall/syscall.ts");
  const { CLOSE_RANGE_CLOEXEC } = await import("../../syscall/constants.ts");
  const [first, last] = [0x7ffffff0, 0x7fffffff];
  const calls: [name: string, since: string, chapter: number, result: number][] = [
    ["clone3", "5.3", 1, trySyscall("clone3", [{}, 0, []])],
    ["pidfd_open", "5.3", 1, trySyscall("pidfd_open", [NO_FILE, 0])],
    ["pidfd_send_signal", "5.1", 1, trySyscall("pidfd_send_signal", [NO_FILE, 0, null, 0])],
    // There are no files with such high numbers, so this one may succeed.
    ["close_range", "5.11", 1, trySyscall("close_range", [first, last, CLOSE_RANGE_CLOEXEC])],
    ["openat2", "5.6", 3, trySyscall("openat2", [NO_FILE, "", {}, 0])],
    ["open_tree", "5.2", 3, trySyscall("open_tree", [NO_FILE, "", UNKNOWN_FLAGS])],
    ["move_mount", "5.2", 3, trySyscall("move_mount", [NO_FILE, "", NO_FILE, "", UNKNOWN_FLAGS])],
    ["mount_setattr", "5.12", 3, trySyscall("mount_setattr", [NO_FILE, "", UNKNOWN_FLAGS, {}, 32])],
    ["memfd_create", "3.17", 3, trySyscall("memfd_create", ["", UNKNOWN_FLAGS])],
    ["execveat", "3.19", 3, trySyscall("execveat", [NO_FILE, "", [], [], UNKNOWN_FLAGS])],
  ];
  // An ordinary user may be forbidden to ask, and makes no filter of devices.
  if (isRoot()) calls.push(["bpf", "4.15", 6, trySyscall("bpf", [UNKNOWN_FLAGS, new Uint8Array(8), 8])]);
  return [version(), ...calls.map(judge), seccomp()];
}

/** seccomp(2): what filters may answer with. */
function seccomp(): Finding {
  const actions = readText("/proc/sys/kernel/seccomp/actions_avail")?.split(" ") ?? [];
  if (actions.includes("errno")) return ok([6, LAST], "seccomp filters");
  const fix = "a kernel with CONFIG_SECCOMP_FILTER, or --security-opt seccomp=unconfined";
  return lacks([6, LAST], "seccomp: the kernel takes no filters", fix);
}

/** mount_setattr is the newest that is needed. */
function version(): Finding {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  if (major > 5 || (major === 5 && minor >= 12)) return ok([1, LAST], `Linux ${release()}`);
  const what = `Linux ${release()} is older than 5.12`;
  return warning([1, LAST], what, "what the kernel lacks is named below; a newer one has it");
}

type Result = SyscallError["errno"];

function judge([name, since, chapter, result]: [string, string, number, Result]): Finding {
  const chapters = [chapter, LAST] as const;
  const missing = result === -ENOSYS || (name === "close_range" && result === -EINVAL);
  if (missing) {
    return lacks(chapters, `${name}: the kernel (or a sandbox) doesn't have it`, `Linux ${since} or newer`);
  }
  // move_mount asks for the right to mount before it looks at its arguments.
  const needsRoot = name === "move_mount" && process.geteuid?.() !== 0;
  if (result === -EPERM && !needsRoot) {
    const fix =
      "leave the container or sandbox, or start it with --privileged or --security-opt seccomp=unconfined";
    return lacks(chapters, `${name}: it is forbidden here`, fix);
  }
  return ok(chapters, `${name} (Linux ${since})`);
}
