/** Every known way out of a container that is tried from inside: see escapes.test.ts. */
import type { Attempt, Group } from "./attempt.ts";
import { DEVICE_FILES, TERMINALS } from "./devices.ts";
import { MOUNTS } from "./mounts.ts";
import { NAMESPACES } from "./namespaces.ts";
import { FILES, NETWORK, PROCESSES } from "./others.ts";
import { SETTINGS } from "./settings.ts";
import { SYSCALLS } from "./syscalls.ts";

export const GROUPS: readonly Group[] = [
  SETTINGS,
  SYSCALLS,
  DEVICE_FILES,
  TERMINALS,
  MOUNTS,
  NAMESPACES,
  FILES,
  PROCESSES,
  NETWORK,
];

export const ATTEMPTS: readonly Attempt[] = GROUPS.flatMap(({ attempts }) => attempts);
