/** Which user namespace this process is in: what root may do there depends on it. user_namespaces(7). */
import { readFileSync } from "node:fs";

/** In the environment of a runtime that an ordinary user has started, and that is root in a namespace of that user's. */
export const ROOTLESS = "FT_DOCKER_ROOTLESS";

export const isRootless = (): boolean => process.env[ROOTLESS] !== undefined;

/** All numbers but -1, which is none: so many the first namespace has. */
const ALL_IDS = 2 ** 32 - 1;

let ids: number | undefined;

/** How many user ids there are in this process's namespace. */
export function idsHere(): number {
  const lines = () => readFileSync("/proc/self/uid_map", "latin1").trim().split("\n");
  ids ??= lines().reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[2]), 0);
  return ids;
}

/** Root of it has no rights over the machine: no devices, no attributes of the system's, and only groups that are delegated. */
export const inUserNamespace = (): boolean => idsHere() < ALL_IDS;

/** Whether what runs here, or would run, has nothing of the machine's root's rights. */
export const isOrdinary = (): boolean => process.geteuid?.() !== 0 || inUserNamespace();
