/**
 * `npm run build:numbers`: writes syscall/bytes/numbers.ts, the number of every syscall on every architecture whose programs
 * an x64 or arm64 machine can run, from the kernel's headers as Debian has them.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";

export const numbersFile = path.join(import.meta.dirname, "../syscall/bytes/numbers.ts");

/** Where each architecture's header is, and what the preprocessor has to define to get all of it. */
export const HEADERS = {
  x64: { include: "/usr/include/x86_64-linux-gnu", header: "asm/unistd_64.h", define: [] },
  x86: { include: "/usr/include/x86_64-linux-gnu", header: "asm/unistd_32.h", define: [] },
  x32: { include: "/usr/include/x86_64-linux-gnu", header: "asm/unistd_x32.h", define: [] },
  arm64: { include: "/usr/aarch64-linux-gnu/include", header: "asm/unistd.h", define: ["__aarch64__"] },
  arm: { include: "/usr/arm-linux-gnueabihf/include", header: "asm/unistd.h", define: ["__ARM_EABI__"] },
} as const;
type Abi = keyof typeof HEADERS;
const ABIS = Object.keys(HEADERS) as Abi[];

const X32_BIT = 0x40000000;

/** Newer than Debian 12's headers (Linux 6.1), and the same everywhere: `scripts/syscall.tbl` of Linux 6.17. */
const NEWER = {
  cachestat: 451,
  fchmodat2: 452,
  map_shadow_stack: 453,
  futex_wake: 454,
  futex_wait: 455,
  futex_requeue: 456,
  statmount: 457,
  listmount: 458,
  lsm_get_self_attr: 459,
  lsm_set_self_attr: 460,
  lsm_list_modules: 461,
  mseal: 462,
  setxattrat: 463,
  getxattrat: 464,
  listxattrat: 465,
  removexattrat: 466,
  open_tree_attr: 467,
  file_getattr: 468,
  file_setattr: 469,
};
/** Linux 6.11 and 6.18: for 64-bit programs of x86 alone. */
const NEWER_X64 = { uretprobe: 335, uprobe: 336 };

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

/** The names and numbers of one architecture. */
function numbers(abi: Abi): Map<string, number> {
  const { include, header, define } = HEADERS[abi];
  const macros = execFileSync(
    "gcc",
    [
      "-E",
      "-dM",
      "-nostdinc",
      "-undef",
      `-I${include}`,
      "-I/usr/include",
      ...define.map((name) => `-D${name}`),
      "-",
    ],
    { input: `#include <${header}>\n`, encoding: "utf8" },
  );
  const values = new Map(
    [...macros.matchAll(/^#define (__\w+) +(.+)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  const terms = (text: string) =>
    text
      .replace(/[()]/g, "")
      .split("+")
      .map((term) => term.trim());
  const evaluate = (text: string): number =>
    sum(terms(text).map((term) => known(term) ?? evaluate(defined(term))));
  const known = (term: string) =>
    term === "__X32_SYSCALL_BIT" ? X32_BIT : /^(0x)?[\da-f]+$/i.test(term) ? Number(term) : undefined;
  const defined = (name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${header} for ${abi}: no ${name}`);
    return value;
  };
  const found = [...values.keys()].flatMap((name) => {
    const [, call] = /^__(?:ARM_)?NR_(\w+)$/.exec(name) ?? [];
    return call && !/^(SYSCALL|OABI_SYSCALL)_(BASE|MASK)$|^(BASE|syscalls|arch_specific_syscall)$/.test(call)
      ? [[call, evaluate(name)] as const]
      : [];
  });
  const base = abi === "x32" ? X32_BIT : 0;
  const newer = Object.entries(NEWER).map(([call, number]) => [call, base + number] as const);
  return new Map([...found, ...newer, ...(abi === "x64" ? Object.entries(NEWER_X64) : [])]);
}

/** The text of the file. */
export function table(): string {
  const all = ABIS.map(numbers);
  const names = [...new Set(all.flatMap((each) => [...each.keys()]))].sort();
  const rows = names.map((name) => [name, ...all.map((each) => each.get(name) ?? "-")].join(" "));
  return [
    "// Made by `npm run build:numbers` from the kernel's headers; a test makes it again and compares.",
    `// The name of a syscall, and its number for programs of ${ABIS.join(", ")}; "-" where there is none.`,
    `export const ABIS = ${JSON.stringify(ABIS)} as const;`,
    "export const numbers = `",
    ...rows,
    "`;",
    "",
  ].join("\n");
}

if (import.meta.filename === process.argv[1]) {
  writeFileSync(numbersFile, table());
  console.log(`wrote ${path.relative(process.cwd(), numbersFile)}`);
}
