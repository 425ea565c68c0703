import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { filtersFile, listing } from "../../scripts/filters.ts";
import { HEADERS, numbersFile, table } from "../../scripts/numbers.ts";
import { ABIS, numbers } from "../../syscall/bytes/numbers.ts";
import { CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS } from "../../syscall/constants.ts";
import { step } from "../../syscall/program.ts";
import { type Attempts, attempt, runAfter } from "../../test/attempts.ts";
import { runFilter } from "../../test/bpf.ts";
import { assert, need, root, suite, tempDir, tool } from "../../test/harness.ts";
import { compileByLibseccomp, libseccomp } from "../../test/libseccomp.ts";
import { DEFAULT, parseCapabilities } from "./capabilities.ts";
import { chooseFilter, parseSecurityOptions, seccomp } from "./filter.ts";
import { giveUp, parsePrivileges } from "./privileges.ts";
import { compile } from "./seccomp.ts";
import { DEFAULT_PROFILE } from "./seccomp-default.ts";
import { readProfile } from "./seccomp-file.ts";
import type { Circumstances, Profile } from "./seccomp-profile.ts";

const test = suite("seccomp");

const PODMAN = "/usr/share/containers/seccomp.json";
/** Another version of the profile has other differences from ours. */
const PODMAN_SHA256 = "cc374cf23846ce1f62f4dc807a8e2b8673c783c6f56cb475467621035d281e6c";
const podman = need(`needs ${PODMAN} of golang-github-containers-common 0.50`, () => {
  const bytes = existsSync(PODMAN) ? readFileSync(PODMAN) : "";
  return createHash("sha256").update(bytes).digest("hex") === PODMAN_SHA256;
});

type Abi = (typeof ABIS)[number];
const AUDIT_ARCH: Readonly<Record<Abi, number>> = {
  x64: 0xc000003e,
  x86: 0x40000003,
  x32: 0xc000003e,
  arm64: 0xc00000b7,
  arm: 0x40000028,
};
const ABIS_OF = { x64: ["x64", "x86", "x32"], arm64: ["arm64", "arm"] } as const;
const ARCHES = ["x64", "arm64"] as const;

/** Values at which some rule of some profile decides; 32-bit programs' arguments have no upper half. */
const ARGUMENTS: readonly (readonly bigint[])[] = [
  ...[0n, 8n, 1n, 11n, 12n, 16n, 38n, 40n, 45n, 46n, 0x20000n, 0x20008n, 0xffffffffn].map((first) => [first]),
  ...[0x10000000n, 0x20000n, 0x7e020000n, 0x80000000n, 17n].map((flags) => [flags | 17n]),
  ...[
    [16n, 3n, 9n],
    [16n, 3n, 0n],
    [2n, 3n, 9n],
  ],
];
const LONG_ARGUMENTS: typeof ARGUMENTS = [
  [0x1ffffffffn],
  [0x100000008n],
  [0xffffffffffffffffn],
  [16n, 0n, 0x100000009n],
];

const where = async (arch: "x64" | "arm64", ...add: string[]): Promise<Circumstances> => ({
  arch,
  capabilities: await parseCapabilities({ "cap-add": add }),
  kernel: "6.1.0",
});

/** Every syscall of an ABI, by number, and some numbers that none has. */
function* syscalls(abi: Abi): Generator<{ name: string; nr: number }> {
  const column = ABIS.indexOf(abi) + 1;
  for (const row of numbers.split("\n")) {
    const words = row.split(" ");
    const nr = words[column];
    if (nr !== undefined && nr !== "-") yield { name: words[0] ?? "", nr: Number(nr) };
  }
  for (const nr of [500, 1000, 0x3fffffff]) yield { name: `${nr}`, nr: abi === "x32" ? nr | 0x40000000 : nr };
}

/** All arguments matter for those that some profile has conditions for; for the others a few show that none does. */
const argumentsFor = (name: string) =>
  ["socket", "personality", "clone"].includes(name) ? ARGUMENTS : ARGUMENTS.slice(-3);

/** Fails where two filters disagree on any syscall of the ABIs. */
function assertEqual(arch: "x64" | "arm64", ours: Uint8Array, theirs: Uint8Array): void {
  for (const abi of ABIS_OF[arch]) {
    for (const { name, nr } of syscalls(abi)) {
      for (const args of [...argumentsFor(name), ...(abi === arch ? LONG_ARGUMENTS : [])]) {
        const [a, b] = [ours, theirs].map((filter) => runFilter(filter, AUDIT_ARCH[abi], nr, args).value);
        if (a !== b) assert.is(a?.toString(16), b?.toString(16), `${abi} ${name}(${args.join(", ")})`);
      }
    }
  }
}

for (const arch of ARCHES) {
  for (const add of [[], ["SYS_ADMIN"], ["AUDIT_WRITE", "SYS_PTRACE"], ["ALL"]]) {
    test(
      `podman's profile compiled here says what libseccomp makes it say, ${arch}, --cap-add ${add.join(" ") || "nothing"}`,
      [libseccomp, podman],
      async () => {
        const profile = readProfile(PODMAN);
        const circumstances = await where(arch, ...add);
        assertEqual(arch, compile(profile, circumstances), compileByLibseccomp(profile, circumstances));
      },
    );
  }
}

test("each operator, on values of 64 bits, is what libseccomp makes of it", [libseccomp], async () => {
  const values = [0n, 1n, 5n, 0xffffffffn, 0x100000000n, 0x100000005n, 0x500000001n, 2n ** 64n - 1n];
  const circumstances = await where("x64");
  for (const name of ["NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"]) {
    for (const value of values) {
      const arg = { index: 1, value, valueTwo: value & 0x500000005n, op: `SCMP_CMP_${name}` };
      const profile: Profile = {
        defaultAction: "SCMP_ACT_ALLOW",
        syscalls: [{ names: ["getpid"], action: "SCMP_ACT_ERRNO", errnoRet: 7, args: [arg] }],
      };
      const ours = compile(profile, circumstances);
      const theirs = compileByLibseccomp(profile, circumstances);
      for (const given of values) {
        const verdict = (filter: Uint8Array) => runFilter(filter, AUDIT_ARCH.x64, 39, [0n, given]).value;
        assert.is(verdict(ours), verdict(theirs), `${given} ${name} ${value}`);
      }
    }
  }
});

const ALLOW = 0x7fff0000;
const errno = (number: number) => 0x50000 | number;

const small = (rest: Partial<Profile>): Profile => ({ defaultAction: "SCMP_ACT_ERRNO", ...rest });
const verdictOf = (
  profile: Profile,
  circumstances: Circumstances,
  nr: number,
  args: readonly bigint[] = [],
) => runFilter(compile(profile, circumstances), AUDIT_ARCH[circumstances.arch], nr, args).value;

test("every action, and what is not one", async () => {
  const x64 = await where("x64");
  const is = (action: string, errnoRet?: number) =>
    verdictOf(small({ syscalls: [{ names: ["getpid"], action, errnoRet }] }), x64, 39);
  assert.is(is("SCMP_ACT_ALLOW"), ALLOW);
  assert.is(is("SCMP_ACT_ERRNO"), errno(1));
  assert.is(is("SCMP_ACT_ERRNO", 38), errno(38));
  assert.is(is("SCMP_ACT_KILL"), 0);
  assert.is(is("SCMP_ACT_KILL_THREAD"), 0);
  assert.is(is("SCMP_ACT_KILL_PROCESS"), 0x80000000);
  assert.is(is("SCMP_ACT_TRAP"), 0x30000);
  assert.is(is("SCMP_ACT_TRACE", 7), 0x7ff00007);
  assert.is(is("SCMP_ACT_LOG"), 0x7ffc0000);
  assert.throws(() => is("SCMP_ACT_NOTIFY"), /there is no action SCMP_ACT_NOTIFY here/);
  assert.throws(() => is("ALLOW"), /there is no action ALLOW here/);
});

test("conditions: architectures, kernels, capabilities", async () => {
  const x64 = await where("x64");
  const allowed = (rule: object, circumstances = x64) =>
    verdictOf(
      small({ syscalls: [{ names: ["getpid"], action: "SCMP_ACT_ALLOW", ...rule }] }),
      circumstances,
      circumstances.arch === "x64" ? 39 : 172,
    ) === ALLOW;
  assert.ok(allowed({}));
  assert.ok(allowed({ includes: { arches: ["amd64", "x32"] } }));
  assert.not(allowed({ includes: { arches: ["arm64"] } }));
  assert.ok(allowed({ includes: { arches: ["arm64"] } }, await where("arm64")));
  assert.not(allowed({ excludes: { arches: ["amd64"] } }));
  assert.ok(allowed({ includes: { minKernel: "6.1" } }));
  assert.ok(allowed({ includes: { minKernel: "5.19" } }));
  assert.not(allowed({ includes: { minKernel: "6.2" } }));
  assert.not(allowed({ excludes: { minKernel: "6.1" } }));
  assert.ok(allowed({ includes: { caps: ["CAP_CHOWN", "CAP_KILL"] } }));
  assert.not(allowed({ includes: { caps: ["CAP_CHOWN", "CAP_SYS_ADMIN"] } }));
  assert.not(allowed({ excludes: { caps: ["CAP_SYS_ADMIN", "CAP_CHOWN"] } }));
  assert.ok(allowed({ excludes: { caps: ["CAP_SYS_ADMIN"] } }));
  assert.ok(allowed({ names: undefined, name: "getpid" }));
});

test("other architectures' programs are killed, unless the profile names them", async () => {
  const x64 = await where("x64");
  const rules = { syscalls: [{ names: ["getpid"], action: "SCMP_ACT_ALLOW" }] };
  const x86 = (profile: Profile) => runFilter(compile(profile, x64), AUDIT_ARCH.x86, 20).value;
  assert.is(x86(small(rules)), 0);
  assert.is(x86(small({ ...rules, architectures: ["SCMP_ARCH_X86"] })), ALLOW);
  const archMap = [{ architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86"] }];
  assert.is(x86(small({ ...rules, archMap })), ALLOW);
  assert.is(x86(small({ ...rules, archMap: [{ architecture: "SCMP_ARCH_S390X" }] })), 0);
  assert.throws(() => x86(small({ ...rules, archMap, architectures: ["SCMP_ARCH_X86"] })), /both/);
  const x32 = (profile: Profile) => runFilter(compile(profile, x64), AUDIT_ARCH.x32, 0x40000000 + 39).value;
  assert.is(x32(small(rules)), 0);
  assert.is(x32(small({ ...rules, architectures: ["SCMP_ARCH_X32"] })), ALLOW);
});

test("many values of one argument", async () => {
  const x64 = await where("x64");
  const values = [...Array.from({ length: 600 }, (_, i) => BigInt(i * 2)), 0x100000003n, 0x100000005n, 7n];
  const syscalls = values.map((value) => ({
    names: ["getpid"],
    action: "SCMP_ACT_ALLOW",
    args: [{ index: 2, value, op: "SCMP_CMP_EQ" }],
  }));
  const filter = compile(small({ syscalls }), x64);
  for (const value of [...values, 1n, 1199n, 1200n, 3n, 5n, 0x100000000n, 0x100000007n, 0x200000003n]) {
    const expected = values.includes(value) ? ALLOW : errno(1);
    assert.is(runFilter(filter, AUDIT_ARCH.x64, 39, [9n, 9n, value]).value, expected, `${value}`);
  }
});

test("a syscall newer than the profile isn't there", async () => {
  const x64 = await where("x64");
  const syscalls = [{ names: ["getpid"], action: "SCMP_ACT_ALLOW" }];
  assert.is(verdictOf(small({ syscalls }), x64, 40), errno(38));
  assert.is(verdictOf(small({ syscalls }), x64, 38), errno(1));
  assert.is(verdictOf({ defaultAction: "SCMP_ACT_LOG", syscalls }, x64, 40), 0x7ffc0000);
});

/** Where Docker's profile isn't podman's, as the packages of Debian 12 have it; Docker's own of that time says what ours says. */
const DIFFERENCES = {
  // Docker lets these through, podman doesn't know them yet, or forbids them.
  "allowed, not ENOSYS":
    "cachestat fchmodat2 futex_requeue futex_wait futex_waitv futex_wake getxattrat listmount listxattrat map_shadow_stack mseal removexattrat setxattrat statmount",
  "allowed, not EPERM": "io_pgetevents vmsplice",
  // Podman lets containers make namespaces and mounts in them: of their own user, where that is possible.
  "EPERM, not allowed":
    "clone fsconfig fsmount fsopen fspick get_mempolicy keyctl mbind mount mount_setattr move_mount open_tree pidfd_getfd pivot_root reboot set_mempolicy setns socket syslog umount2 unshare",
  "ENOSYS, not allowed": "clone3",
  // Podman's answer to all that it doesn't name is ENOSYS.
  "EPERM, not ENOSYS":
    "add_key io_uring_enter io_uring_register io_uring_setup lsm_get_self_attr lsm_list_modules lsm_set_self_attr personality quotactl_fd request_key set_mempolicy_home_node",
} as const;
/** Of x86-64 alone: long gone or never there. */
const X64_ONLY: Readonly<Record<string, string>> = {
  "allowed, not ENOSYS": "uretprobe",
  "EPERM, not ENOSYS":
    "_sysctl afs_syscall create_module get_kernel_syms getpmsg putpmsg security tuxcall uprobe vserver",
};

for (const arch of ARCHES) {
  test(`the default profile differs from podman's as it should, ${arch}`, [podman], async () => {
    const circumstances = await where(arch);
    const [ours, theirs] = [DEFAULT_PROFILE, readProfile(PODMAN)].map((each) => compile(each, circumstances));
    const found: Record<string, Set<string>> = {};
    const word = (value: number) =>
      value === ALLOW
        ? "allowed"
        : value === errno(1)
          ? "EPERM"
          : value === errno(38)
            ? "ENOSYS"
            : `${value}`;
    for (const { name, nr } of syscalls(arch)) {
      for (const args of argumentsFor(name)) {
        const [a, b] = [ours, theirs].map((filter) =>
          word(runFilter(filter ?? new Uint8Array(), AUDIT_ARCH[arch], nr, args).value),
        );
        if (a === b) continue;
        const key = `${a}, not ${b}`;
        found[key] ??= new Set();
        found[key].add(name);
      }
    }
    const sorted = (names: Iterable<string>) => [...names].filter((name) => name !== "").sort();
    const expected = Object.entries(DIFFERENCES).map(([key, names]) => [
      key,
      sorted([...names.split(" "), ...(arch === "x64" ? (X64_ONLY[key] ?? "").split(" ") : [])]),
    ]);
    assert.equal(
      Object.fromEntries(Object.entries(found).map(([key, names]) => [key, sorted(names)])),
      Object.fromEntries(expected),
    );
  });
}

test("the filter at hand is the one that the profile gives, on any kernel", async () => {
  assert.is(readFileSync(filtersFile, "utf8"), listing());
  const [options] = [parseSecurityOptions({})];
  const atHand = Buffer.from((await chooseFilter(options, DEFAULT)) ?? []);
  const arch = process.arch === "arm64" ? "arm64" : "x64";
  for (const kernel of ["5.15.0", "6.18.44"])
    assert.equal(atHand, compile(DEFAULT_PROFILE, { arch, capabilities: DEFAULT, kernel }), kernel);
});

test("a syscall costs some 15 of the filter's instructions", async () => {
  for (const arch of ARCHES) {
    const filter = compile(DEFAULT_PROFILE, await where(arch));
    assert.ok(filter.length / 8 <= 4096, "the kernel takes no more");
    const steps = [...syscalls(arch)]
      .filter(({ name }) => name !== "socket")
      .map(({ nr }) => runFilter(filter, AUDIT_ARCH[arch], nr).steps);
    assert.ok(Math.max(...steps) < 25, `${arch}: ${Math.max(...steps)} at most`);
    assert.ok(steps.reduce((a, b) => a + b) / steps.length < 15, arch);
  }
});

/** The headers of a newer Linux have more names: theirs must be those of 6.1. */
const headers = Object.values(HEADERS).map(({ include }) => {
  const file = [`${include}/linux/version.h`, "/usr/include/linux/version.h"].find((each) =>
    existsSync(each),
  );
  const [, code] = /LINUX_VERSION_CODE (\d+)/.exec(file ? readFileSync(file, "utf8") : "") ?? [];
  return need(`needs Linux 6.1's headers in ${include}`, () => Number(code) >> 8 === 0x601);
});

test("the table of numbers is what the kernel's headers say", [tool("gcc"), ...headers], () => {
  assert.is(readFileSync(numbersFile, "utf8"), table());
});

const SEPARATE = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID;

/** The numbers of this machine: a name, and arguments that do no harm where the call is let through. */
function numbered(calls: Readonly<Record<string, readonly number[]>>): Attempts {
  const column = ABIS.indexOf(process.arch === "arm64" ? "arm64" : "x64") + 1;
  const rows = new Map(numbers.split("\n").map((row) => [row.split(" ")[0], Number(row.split(" ")[column])]));
  return Object.fromEntries(
    Object.entries(calls).map(([name, args]) => [name, [rows.get(name.replace(/:.*/, "")) ?? -1, ...args]]),
  );
}

/** CLONE_SIGHAND without CLONE_VM: the kernel says EINVAL, and makes no process. */
const [NEWUTS, SIGHAND, AF_VSOCK, AF_ALG] = [CLONE_NEWUTS, 0x800, 40, 38];
const FORBIDDEN = numbered({
  unshare: [NEWUTS],
  mount: [0, 0, 0, 0, 0],
  umount2: [0, 0],
  fsopen: [0, 0],
  open_tree: [-1, 0, 0],
  setns: [-1, 0],
  clone: [NEWUTS | SIGHAND, 0, 0, 0, 0],
  keyctl: [0, 0],
  add_key: [0, 0, 0, 0, 0],
  bpf: [0, 0, 0],
  perf_event_open: [0, 0, 0, 0, 0],
  io_uring_setup: [0, 0],
  userfaultfd: [-1],
  "socket:vsock": [AF_VSOCK, 1, 0],
  "socket:alg": [AF_ALG, 5, 0],
  personality: [0x200000],
  init_module: [0, 0, 0],
  kexec_load: [0, 1, 0, -1],
  open_by_handle_at: [-1, 0, 0],
  syslog: [10, 0, 0],
});
const ALLOWED = numbered({
  getpid: [],
  "socket:unix": [1, 1, 0],
  "personality:ask": [0xffffffff],
  "clone:plain": [SIGHAND, 0, 0, 0, 0],
  kcmp: [0, 0, 0, 0, 0],
});

const EPERM = 1;
const ENOSYS = 38;
const EINVAL = 22;
const EFAULT = 14;

test(
  "what the filter forbids fails with EPERM, and what it allows doesn't",
  [root, tool("perl")],
  async () => {
    const privileges = await parsePrivileges({}, { ownUsers: false });
    const outcomes = await attempt(SEPARATE, giveUp(privileges, []), {
      ...FORBIDDEN,
      ...ALLOWED,
      clone3: [435, 0, 0],
      newer: [500],
    });
    for (const name of Object.keys(FORBIDDEN)) assert.is(outcomes[name], EPERM, name);
    assert.is(outcomes.getpid, "");
    assert.is(outcomes["socket:unix"], "");
    assert.is(outcomes["personality:ask"], "");
    assert.is(outcomes["clone:plain"], EINVAL, "the kernel itself has answered");
    assert.is(outcomes.clone3, ENOSYS, "its caller then takes clone");
    assert.is(outcomes.newer, ENOSYS);
  },
);

for (const values of [
  { "security-opt": ["seccomp=unconfined"], "cap-add": ["ALL"] },
  { privileged: ["true"] },
]) {
  test(
    `the same attempts reach the kernel with ${Object.keys(values).join(", ")}`,
    [root, tool("perl")],
    async () => {
      const privileges = await parsePrivileges(values, { ownUsers: false });
      const outcomes = await attempt(SEPARATE, giveUp(privileges, []), { ...FORBIDDEN, clone3: [435, 0, 0] });
      for (const [name, outcome] of Object.entries(outcomes)) assert.is.not(outcome, EPERM, name);
      assert.is(outcomes.unshare, "");
      assert.is(outcomes.clone, EINVAL);
      assert.is(outcomes.mount, EFAULT);
      assert.is(outcomes.clone3, EINVAL);
    },
  );
}

test("--cap-add SYS_ADMIN opens what it needs, and nothing else", [root, tool("perl")], async () => {
  const privileges = await parsePrivileges({ "cap-add": ["sys_admin"] }, { ownUsers: false });
  const outcomes = await attempt(SEPARATE, giveUp(privileges, []), FORBIDDEN);
  assert.is(outcomes.unshare, "");
  assert.is(outcomes.mount, EFAULT);
  for (const name of ["keyctl", "io_uring_setup", "userfaultfd", "socket:vsock", "init_module"])
    assert.is(outcomes[name], EPERM, name);
});

/** A 64-bit program may make a 32-bit syscall: the numbers are others, and so are the filter's answers. */
const INT80 = `
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    long result = atoi(argv[i]);
    __asm__ volatile("int $0x80" : "+a"(result) : "b"(0), "c"(0), "d"(0), "S"(0), "D"(0) : "memory");
    printf("%d ", (int)result);
  }
}`;

const has32Bit = () => process.arch === "x64" && process.env.FT_DOCKER_GUEST !== "uml";

test(
  "32-bit syscalls are told apart from others with the same number",
  [root, tool("gcc"), need("needs 32-bit syscalls: x64, and not user-mode Linux", has32Bit)],
  async () => {
    const program = path.join(tempDir(), "int80");
    const compiled = spawnSync("gcc", ["-static", "-o", program, "-x", "c", "-"], {
      input: INT80,
      encoding: "utf8",
    });
    assert.is(compiled.stderr, "");
    const [mount, getpid, keyctl, unshare, newer] = ["21", "20", "288", "310", "500"];
    const results = async (values: Record<string, string[]>) => {
      const privileges = await parsePrivileges(values, { ownUsers: false });
      const command = [program, ...[mount, getpid, keyctl, unshare, newer]];
      return (await runAfter(SEPARATE, giveUp(privileges, []), command)).trim().split(" ").map(Number);
    };
    // As 64-bit ones, 20 is writev, and 21 access.
    assert.equal(await results({}), [-EPERM, 1, -EPERM, -EPERM, -ENOSYS]);
    const [free] = await results({ privileged: ["true"] });
    assert.is(free, -EFAULT);
  },
);

test("a profile of one's own, in a file", [root, tool("perl")], async () => {
  const file = path.join(tempDir(), "profile.json");
  const rule = {
    names: ["getppid", "uname"],
    action: "SCMP_ACT_ERRNO",
    errnoRet: 77,
    args: [{ index: 0, value: "BIG", op: "SCMP_CMP_NE" }],
  };
  const text = JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [rule] });
  writeFileSync(file, text.replace('"BIG"', "18446744073709551615"));
  const privileges = await parsePrivileges({ "security-opt": [`seccomp=${file}`] }, { ownUsers: false });
  const outcomes = await attempt(
    SEPARATE,
    giveUp(privileges, []),
    numbered({ "getppid:0": [0], "getppid:all": [-1], getpid: [] }),
  );
  assert.equal(outcomes, { "getppid:0": 77, "getppid:all": "", getpid: "" });
});

test("what isn't a profile is told, with the place", () => {
  const file = path.join(tempDir(), "profile.json");
  const message = (content: string) => {
    writeFileSync(file, content);
    try {
      readProfile(file);
    } catch (error) {
      return (error as Error).message.replace(file, "FILE");
    }
    return "none";
  };
  assert.is(message('{"defaultAction":"SCMP_ACT_ALLOW"}'), "none");
  assert.match(message("{"), /^--security-opt seccomp=FILE: .*JSON/);
  assert.match(message("[]"), /defaultAction|whole/);
  assert.match(
    message('{"defaultAction":"A","syscalls":[{"names":["a"]}]}'),
    /seccomp=FILE: syscalls\.0\.action: /,
  );
  assert.match(
    message('{"defaultAction":"A","syscalls":[{"action":"B","args":[{"index":6,"value":1,"op":"C"}]}]}'),
    /syscalls\.0\.args\.0\.index: /,
  );
  assert.match(
    message(
      '{"defaultAction":"A","syscalls":[{"action":"B","args":[{"index":0,"value":18446744073709551616,"op":"C"}]}]}',
    ),
    /syscalls\.0\.args\.0\.value: /,
  );
  assert.throws(() => readProfile("/no/such/file"), /ENOENT/);
  assert.throws(
    () => parseSecurityOptions({ "security-opt": ["apparmor=x"] }),
    /apparmor=x: there is no such option/,
  );
});

test("no-new-privileges is enough to install a filter", [root, tool("perl")], async () => {
  const values = { "security-opt": ["no-new-privileges"], "cap-drop": ["ALL"] };
  const privileges = await parsePrivileges(values, { ownUsers: false });
  const nobody = [
    step("setresgid", [65534, 65534, 65534], "another group"),
    step("setresuid", [65534, 65534, 65534], "a user without any capability"),
  ];
  const outcomes = await attempt(SEPARATE, giveUp(privileges, nobody), FORBIDDEN);
  for (const name of Object.keys(FORBIDDEN)) assert.is(outcomes[name], EPERM, name);
  assert.ok(privileges.filter);
  const refused = attempt(SEPARATE, [...nobody, ...seccomp(privileges.filter)], {});
  assert.match(
    await refused.then(() => "", String),
    /seccomp\(.*EACCES/,
    "without the promise the kernel refuses it",
  );
});

test.run();
