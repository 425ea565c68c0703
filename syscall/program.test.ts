import { constants } from "node:os";
import { assert, suite } from "../test/harness.ts";
import { ABIS, numbers } from "./bytes/numbers.ts";
import { CALLS, type CallName, kernelName, syscallNumber } from "./calls.ts";
import { AT_FDCWD, decodeFlags, MS_BIND, MS_REC, O_CLOEXEC, O_RDWR, SIGKILL } from "./constants.ts";
import { Encoded, NOT_RUN } from "./encode.ts";
import { failure } from "./failure.ts";
import { formatCall, formatErrno, formatProgram, toJSON } from "./format.ts";
import { Memory } from "./memory.ts";
import { flatten, type Step, slot, step } from "./program.ts";
import { SyscallError, syscall } from "./syscall.ts";

const test = suite("program");

const opened = step("openat", [AT_FDCWD, "/dev/ptmx", O_RDWR | O_CLOEXEC, 0], "a terminal");
const bind = step("mount", ["/a", "/b", null, MS_BIND | MS_REC, null], "b is a");
const inChild = step("close", [opened], "not needed any more");
const program = [opened, bind, step("clone3", [{ exit_signal: 17 }, 88, [inChild]], "a child")];

test("a step reads as strace prints it", () => {
  assert.is(formatCall(opened, program), 'openat(AT_FDCWD, "/dev/ptmx", O_RDWR|O_CLOEXEC, 00)');
  assert.is(formatCall(bind, program), 'mount("/a", "/b", NULL, MS_BIND|MS_REC, NULL)');
  assert.is(formatCall(inChild, flatten(program)), "close(#1)");
  assert.is(formatCall(step("close", [slot("socket")], ""), []), "close(<socket>)");
  assert.is(formatCall(step("prctl_signal", [1, SIGKILL], ""), []), "prctl(PR_SET_PDEATHSIG, SIGKILL)");
});

test("a program's text has numbers and reasons, a child's steps below its clone", () => {
  assert.is(
    formatProgram(program),
    [
      "# a terminal",
      ' 1  openat(AT_FDCWD, "/dev/ptmx", O_RDWR|O_CLOEXEC, 00)',
      "# b is a",
      ' 2  mount("/a", "/b", NULL, MS_BIND|MS_REC, NULL)',
      "# a child",
      " 3  clone3({exit_signal: SIGCHLD}, 88)",
      "  # not needed any more",
      "   4  close(#1)",
    ].join("\n"),
  );
});

test("a program's JSON has the call, its arguments and the reason", () => {
  const [first, second, third, fourth] = JSON.parse(JSON.stringify(toJSON(program)));
  assert.equal(first, {
    call: "openat",
    args: ["AT_FDCWD", "/dev/ptmx", "O_RDWR|O_CLOEXEC", "00"],
    why: "a terminal",
  });
  assert.equal(second.args, ["/a", "/b", null, "MS_BIND|MS_REC", null]);
  assert.equal(third.args, [{ exit_signal: "SIGCHLD" }, 88]);
  assert.equal(fourth.args, ["#1"]);
});

test("flags without a name are shown as numbers", () => {
  assert.is(decodeFlags("MS", 4096 + 2 ** 30), "MS_BIND|0x40000000");
  assert.is(decodeFlags("O", 0), "O_RDONLY");
  assert.is(decodeFlags("SIGNALS", 9), "SIGKILL");
});

test("an errno has its name and text", () => {
  assert.is(formatErrno(constants.errno.EPERM), "EPERM (operation not permitted)");
});

test("every call has a number on each architecture, and no two names share one by mistake", () => {
  for (const arch of ["x64", "arm64"]) {
    const seen = new Map<number, string>();
    for (const call of Object.keys(CALLS) as CallName[]) {
      const number = syscallNumber(call, arch);
      const other = seen.get(number);
      assert.ok(
        other === undefined || other === kernelName(call),
        `${call} and ${other} are both ${number} on ${arch}`,
      );
      seen.set(number, kernelName(call));
    }
  }
  assert.throws(() => syscallNumber("write", "mips"), /runs on x64 and arm64/);
});

test("every call's numbers are those of the kernel's headers", () => {
  const rows = new Map(numbers.split("\n").map((row) => [row.split(" ")[0], row.split(" ")]));
  const column = (arch: "x64" | "arm64") => ABIS.indexOf(arch) + 1;
  for (const [name, { x64, arm64 }] of Object.entries(CALLS)) {
    const row = rows.get(kernelName(name as CallName));
    assert.equal([x64, arm64].map(String), [row?.[column("x64")], row?.[column("arm64")]], name);
  }
});

test("memory gives back what was written, and is zero when it's used again", () => {
  const memory = new Memory();
  const at = memory.reserve(16);
  for (const value of [0, 1, 0xffffffff, 2 ** 40, -1]) {
    memory.setWord(at, value);
    assert.is(memory.getWord(at), BigInt(value));
  }
  const large = memory.reserve(1 << 20);
  memory.setWord(large + (1 << 20) - 8, 5);
  memory.release();
  const again = new Memory();
  assert.is(again.getWord(again.reserve(1 << 20)), 0n);
  assert.is(again.getWord(again.reserve(16)), 0n);
  again.release();
});

test("a text with a NUL character is refused, not cut", () => {
  assert.throws(() => new Encoded(new Memory()).word("a\0b", "path"), /NUL character/);
});

test("a result can't be used before its step, nor a slot without a value", () => {
  const encoded = new Encoded(new Memory());
  assert.throws(() => encoded.list([inChild]), /used before it has run/);
  assert.throws(() => encoded.list([step("close", [slot("socket")], "")]), /needs a value for <socket>/);
});

test("a syscall of the runtime's own returns, or throws with its errno", () => {
  const pipe = new Int32Array(2);
  assert.is(syscall("pipe2", [new Uint8Array(pipe.buffer), O_CLOEXEC]), 0);
  const [readEnd = -1, writeEnd = -1] = pipe;
  assert.is(syscall("write", [writeEnd, Buffer.from("four"), 4]), 4);
  const read = new Uint8Array(8);
  assert.is(syscall("read", [readEnd, read, 8]), 4);
  assert.is(Buffer.from(read.subarray(0, 4)).toString(), "four");
  for (const fd of pipe) syscall("close", [fd]);
  try {
    syscall("close", [readEnd]);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, SyscallError);
    assert.is((error as SyscallError).errno, constants.errno.EBADF);
    assert.match((error as SyscallError).message, `close(${readEnd}): EBADF`);
  }
});

/** What `failure` says when these steps returned these results. */
function judge(pairs: readonly [Step, number | undefined][]) {
  const results = new Map(
    pairs.map(([each, result]) => [each, result === undefined ? NOT_RUN : BigInt(result)]),
  );
  const list = pairs.map(([each]) => each);
  return failure([step("clone3", [{}, 88, list], "a child")], results);
}

test("a failed step is named with its number, errno and hint", () => {
  const error = judge([
    [opened, 5],
    [bind, -constants.errno.EPERM],
  ]);
  assert.is(
    error?.message,
    'step 3, mount("/a", "/b", NULL, MS_BIND|MS_REC, NULL): EPERM (operation not permitted)',
  );
  assert.match(error?.hint ?? "", /sudo/);
  assert.is(error?.status, 125);
});

test("a step that may fail is no failure, and neither is a command that runs", () => {
  const optional = step("close", [9], "", { optional: true });
  const execve = step("execve", ["/bin/true", ["true"], []], "", { optional: true });
  assert.is(
    judge([
      [optional, -constants.errno.EBADF],
      [execve, undefined],
    ]),
    undefined,
  );
});

test("127 for a command that is nowhere, 126 for one that can't be executed", () => {
  const places = ["/a/x", "/b/x"].map((file) => step("execve", [file, ["x"], []], "", { optional: true }));
  const [first, second] = places as [Step, Step];
  const { ENOENT, EACCES, ENOTDIR } = constants.errno;
  assert.is(
    judge([
      [first, -ENOENT],
      [second, -ENOTDIR],
    ])?.status,
    127,
  );
  assert.is(
    judge([
      [first, -EACCES],
      [second, -ENOENT],
    ])?.status,
    126,
  );
  assert.match(
    judge([
      [first, -ENOENT],
      [second, -ENOENT],
    ])?.message ?? "",
    "run x: ENOENT",
  );
});

test.run();
