/**
 * A stand-in for the host, in which the learner's runtime is tried: namespaces of its own for mounts, names, processes and
 * the network. A step too early (pivot_root before the mount namespace, say) then takes nothing from the machine. As on most
 * hosts, mounts are shared in it. When its first process ends, all others do.
 */
const NAMESPACES = ["--mount", "--uts", "--ipc", "--net", "--pid"];
const LIFE = ["--fork", "--kill-child", "--mount-proc", "--propagation", "private"];

/** A command that runs as PID 1 of a stand-in; to be started by root. */
export const inStandIn = (command: readonly string[]): string[] => [
  "unshare",
  ...NAMESPACES,
  ...LIFE,
  "sh",
  "-c",
  'mount --make-rshared / && exec "$@"',
  "sh",
  ...command,
];
