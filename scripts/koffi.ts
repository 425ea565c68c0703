/** Where koffi's machine code is. */
import { readFileSync } from "node:fs";

/** koffi's packages have one binary for each libc; the one that works here is the one that is mapped here. */
export async function nativeKoffi(): Promise<string> {
  await import("koffi");
  const [file] = /\/\S+\.node$/m.exec(readFileSync("/proc/self/maps", "utf8")) ?? [];
  if (!file) throw new Error("koffi is loaded, but none of its files is mapped");
  return file;
}
