/**
 * `npm run build:native`: compiles native/*.c for each architecture and writes the bytes, with their disassembly,
 * to bytes/. Who uses the project needs no compiler; who reads it can see every byte and where it came from.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The compiler of each architecture as Debian names it; its binutils have the same prefix. */
export const COMPILERS = { x64: "x86_64-linux-gnu-", arm64: "aarch64-linux-gnu-" } as const;
export type Arch = keyof typeof COMPILERS;
export const PROGRAMS = ["launch", "init", "monitor", "door"] as const;
export type Program = (typeof PROGRAMS)[number];

const FLAGS = [
  "-std=c11",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-Os",
  "-ffreestanding",
  "-fPIC",
  "-fvisibility=hidden",
  "-fno-stack-protector",
  "-fno-asynchronous-unwind-tables",
  "-fno-unwind-tables",
  "-fno-ident",
  "-static",
  "-nostdlib",
  "-Wl,--build-id=none",
  "-Wl,-z,noseparate-code",
  "-Wl,--nmagic",
];
/** What only one compiler knows: no landing pads for indirect calls, which there are none of. */
const ARCH_FLAGS = { x64: ["-fcf-protection=none"], arm64: ["-mbranch-protection=none"] } as const;

export const bytesFile = (program: Program, arch: Arch) =>
  path.join(import.meta.dirname, "bytes", `${program}-${arch}.ts`);

/** "gcc (Debian 12.2.0-14) 12.2.0", or undefined where this compiler isn't installed. */
export function compilerVersion(arch: Arch): string | undefined {
  try {
    const version = execFileSync(`${COMPILERS[arch]}gcc`, ["--version"], { encoding: "utf8", stdio: "pipe" });
    return version.split("\n")[0]?.replace(`${COMPILERS[arch]}gcc`, "gcc");
  } catch {
    return undefined;
  }
}

/** Compiles a program and returns the text of its listing: a TypeScript file. */
export function listing(program: Program, arch: Arch): string {
  const folder = mkdtempSync(path.join(tmpdir(), "ft-docker-native-"));
  try {
    const elf = path.join(folder, program);
    const entry = program === "launch" ? "launch" : "_start";
    const source = path.join(import.meta.dirname, "native", `${program}.c`);
    const run = (tool: string, args: string[]) =>
      execFileSync(COMPILERS[arch] + tool, args, { encoding: "utf8" });
    run("gcc", [...FLAGS, ...ARCH_FLAGS[arch], `-Wl,--entry=${entry}`, "-o", elf, source]);
    const code = disassembly(run("objdump", ["-d", "--insn-width=16", elf]));
    run("strip", ["--strip-all", "--remove-section=.note.GNU-stack", elf]);
    const image = readFileSync(elf);
    const lines = program === "launch" ? code : [...header(image, code), ...code, ...data(image, code)];
    return [
      `// ${program}.c for ${arch}, compiled with ${compilerVersion(arch)}.`,
      "// Made by `npm run build:native`; a test compiles it again and compares.",
      `export const ${program} = Buffer.from(`,
      ...lines.map(([hex, comment]) => `  "${hex}" + // ${comment}`),
      '    "",',
      '  "hex",',
      ");",
      "",
    ].join("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Line = readonly [hex: string, comment: string];

/** objdump's lines: "  4000b0:\t53                   \tpush   %rbx" (arm64 prints a word, which is little-endian). */
function disassembly(text: string): Line[] {
  return [...text.matchAll(/^ *[0-9a-f]+:\t([0-9a-f ]+?) *\t(.*)$/gm)].map(
    ([, bytes = "", instruction = ""]) => {
      const words = bytes.split(" ").map((word) => Buffer.from(word, "hex").reverse().toString("hex"));
      return [words.join(""), instruction.replace(/\s+/g, " ").trim()];
    },
  );
}

/** Where the code is in the file, in bytes. */
function placeOf(elf: Buffer, code: Line[]): { start: number; end: number } {
  const text = Buffer.from(code.map(([bytes]) => bytes).join(""), "hex");
  const start = elf.indexOf(text);
  return { start, end: start + text.length };
}

/** What the program reads beside its code, its strings: up to the end of the segment, which is the first one. */
function data(elf: Buffer, code: Line[]): Line[] {
  const [p_offset, p_filesz] = [elf.readBigUInt64LE(0x40 + 8), elf.readBigUInt64LE(0x40 + 0x20)];
  const rest = elf.subarray(placeOf(elf, code).end, Number(p_offset + p_filesz));
  const rows = Array.from({ length: Math.ceil(rest.length / 16) }, (_, i) =>
    rest.subarray(16 * i, 16 * i + 16),
  );
  return rows.map((row) => [row.toString("hex"), JSON.stringify(row.toString("latin1"))]);
}

/** What stands before the code in an executable: the ELF header and the program headers, elf(5). */
function header(elf: Buffer, code: Line[]): Line[] {
  const hex = elf.toString("hex");
  const { start } = placeOf(elf, code);
  const size = 0x38;
  const headers: Line[] = [[hex.slice(0, 0x40 * 2), "Elf64_Ehdr"]];
  for (let at = 0x40; at < start; at += size) {
    headers.push([
      hex.slice(at * 2, Math.min(at + size, start) * 2),
      at + size <= start ? "Elf64_Phdr" : "padding",
    ]);
  }
  // There are no sections in what we ship: what follows the segment is dropped, and the header says so.
  const ehdr = Buffer.from(elf.subarray(0, 0x40));
  ehdr.fill(0, 0x28, 0x30); // e_shoff
  ehdr.fill(0, 0x3a, 0x40); // e_shentsize, e_shnum, e_shstrndx
  headers[0] = [ehdr.toString("hex"), "Elf64_Ehdr"];
  return headers;
}

if (import.meta.filename === process.argv[1]) {
  for (const program of PROGRAMS) {
    for (const arch of Object.keys(COMPILERS) as Arch[]) {
      writeFileSync(bytesFile(program, arch), listing(program, arch));
      console.log(`wrote ${path.relative(process.cwd(), bytesFile(program, arch))}`);
    }
  }
}
