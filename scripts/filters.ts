/**
 * `npm run build:filters`: compiles chapter 06's default seccomp profile, for the default capabilities, into
 * syscall/bytes/filters.ts, so that a usual run has nothing to compile. `--list ARCH` prints the instructions instead.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { DEFAULT } from "../chapters/06-net-user/capabilities.ts";
import { compile } from "../chapters/06-net-user/seccomp.ts";
import { DEFAULT_PROFILE } from "../chapters/06-net-user/seccomp-default.ts";

export const filtersFile = path.join(import.meta.dirname, "../syscall/bytes/filters.ts");

const ARCHES = ["x64", "arm64"] as const;
type Arch = (typeof ARCHES)[number];

/** The oldest kernel that FT_DOCKER runs on; for a newer one the profile says the same. */
const KERNEL = "5.15";

const filter = (arch: Arch): Uint8Array =>
  compile(DEFAULT_PROFILE, { arch, capabilities: DEFAULT, kernel: KERNEL });

/** The text of the file. */
export function listing(): string {
  const lines = (arch: Arch) =>
    Buffer.from(filter(arch))
      .toString("base64")
      .match(/.{1,100}/g) ?? [];
  return [
    "// Chapter 06's default seccomp filter, as base64 of `struct sock_filter`s: `npm run build:filters -- --list x64` reads it.",
    "// Made by `npm run build:filters`; a test compiles it again and compares.",
    ...ARCHES.flatMap((arch) => [`export const ${arch} = \``, ...lines(arch), "`;"]),
    "",
  ].join("\n");
}

const NAMES: Readonly<Record<number, string>> = {
  32: "ld",
  84: "and",
  5: "ja",
  21: "jeq",
  37: "jgt",
  53: "jge",
  6: "ret",
};

/** One instruction a line: what the machine does, and where it goes on. */
function disassembly(filter: Uint8Array): string[] {
  const bytes = Buffer.from(filter);
  return Array.from({ length: bytes.length / 8 }, (_, i) => {
    const [jt, jf, k] = [
      bytes.readUInt8(i * 8 + 2),
      bytes.readUInt8(i * 8 + 3),
      bytes.readUInt32LE(i * 8 + 4),
    ];
    const name = NAMES[bytes.readUInt16LE(i * 8)] ?? "?";
    const where =
      name === "ja" ? `${i + 1 + k}` : name.startsWith("j") ? `${i + 1 + jt} else ${i + 1 + jf}` : "";
    return `${String(i).padStart(4)}  ${name.padEnd(3)}  0x${k.toString(16).padEnd(8)}  ${where}`.trimEnd();
  });
}

if (import.meta.filename === process.argv[1]) {
  const [option, arch] = process.argv.slice(2);
  if (option === "--list") console.log(disassembly(filter(arch === "arm64" ? "arm64" : "x64")).join("\n"));
  else {
    writeFileSync(filtersFile, listing());
    console.log(`wrote ${path.relative(process.cwd(), filtersFile)}`);
  }
}
