/** The machine's architecture, Node, and whether Node can do what the launcher needs. */
import { existsSync } from "node:fs";
import { type Finding, LAST, lacks, ok, readText } from "./finding.ts";

const ALL = [1, LAST] as const;
/** As package.json's `engines` has it. */
const OLDEST_NODE = 20;

export async function machine(): Promise<Finding[]> {
  return [ok(ALL, "Linux"), architecture(), node(), await koffi()].flat();
}

export const notLinux = (): Finding =>
  lacks(
    ALL,
    `${process.platform} isn't Linux`,
    "vagrant up makes a machine with Linux; so do Lima and WSL 2: docs/workshop.md",
  );

function architecture(): Finding {
  if (process.arch === "x64" || process.arch === "arm64") return ok(ALL, `architecture ${process.arch}`);
  const also = process.arch === "ia32" || process.arch === "arm" ? ": this may be a 32-bit Node" : "";
  return lacks(ALL, `architecture ${process.arch}${also}`, "a 64-bit Node on an x64 or arm64 machine");
}

function node(): Finding {
  const version = process.versions.node;
  if (Number(version.split(".")[0]) >= OLDEST_NODE) return ok(ALL, `Node ${version}, at ${process.execPath}`);
  return lacks(
    ALL,
    `Node ${version} is too old`,
    `Node ${OLDEST_NODE} or newer: https://nodejs.org/en/download`,
  );
}

async function koffi(): Promise<Finding[]> {
  try {
    const { load } = await import("../../syscall/native.ts");
    const launch = process.arch === "arm64" ? import("../../syscall/bytes/launch-arm64.ts") : x64();
    const loaded = ok(ALL, "koffi calls the C library from Node");
    return [loaded, executableMemory(load, (await launch).launch)];
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : `${error}`;
    return [lacks(ALL, `koffi, which calls the C library from Node, doesn't load: ${why}`, "npm ci")];
  }
}

const x64 = () => import("../../syscall/bytes/launch-x64.ts");

/** SELinux may forbid memory that was written to be executed, and so may a sandbox of systemd's. */
function executableMemory(load: (code: Uint8Array) => unknown, code: Uint8Array): Finding {
  try {
    load(code);
    return ok(ALL, "memory for the launcher's code can be made executable");
  } catch (error) {
    const enforcing = existsSync("/sys/fs/selinux") && readText("/sys/fs/selinux/enforce") === "1";
    const fix = enforcing ? "setsebool -P deny_execmem 0" : "run it outside of the sandbox that forbids it";
    return lacks(ALL, `memory can't be made executable: ${(error as Error).message}`, fix);
  }
}
