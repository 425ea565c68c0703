import { execFile } from "node:child_process";
import { closeSync, existsSync, openSync, readlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { UserError } from "../common/errors.ts";
import { NODE_VERSIONS, nodeBinary } from "../scripts/nodes.ts";
import { assert, need, onGuest, repo, suite, tempDir } from "../test/harness.ts";
import { AT_FDCWD, CLONE_NEWUTS, O_RDWR } from "./constants.ts";
import {
  child,
  closeFiles,
  exitStatus,
  launch,
  letChildGo,
  restoreSignals,
  waitForRuntime,
} from "./launch.ts";
import { converse, NETLINK_ROUTE } from "./netlink.ts";
import { act, type Item, step } from "./program.ts";
import { syscall } from "./syscall.ts";

const test = suite("launch");
/** `linux/rtnetlink.h`, `linux/if_link.h` */
const RTM_GETLINK = 18;
const IFLA_IFNAME = 3;
/** What isn't given back is our own, on any kernel, and so is how another Node does. */
const IN_A_ROW = onGuest ? 200 : 10_000;
const VERSIONS = onGuest ? [Number.parseInt(process.versions.node, 10)] : NODE_VERSIONS;
const AT_ONCE = 200;
/** In KiB: what an allocator may keep for itself. A leak of 1 KiB a launch would be 10 MiB. */
const TOLERANCE = 6 * 1024;

interface Report {
  readonly version: string;
  readonly failed: number;
  readonly before: { readonly files: number; readonly resident: number };
  readonly after: { readonly files: number; readonly resident: number };
  readonly atEnd: number;
  readonly zombies: number;
  readonly ticks: number;
}

for (const major of VERSIONS) {
  const binary = nodeBinary(major);
  const needs = [need(`needs Node ${major}: npm test -- --install`, () => binary !== undefined)];
  test(
    `${IN_A_ROW} launches in a row and ${AT_ONCE} at once leak nothing, Node ${major}`,
    needs,
    async () => {
      const script = path.join(repo, "test/launches.ts");
      const args = [
        "--expose-gc",
        "--import",
        import.meta.resolve("tsx"),
        script,
        `${IN_A_ROW}`,
        `${AT_ONCE}`,
      ];
      const { stdout } = await promisify(execFile)(binary ?? "", args);
      const report = JSON.parse(stdout) as Report;
      assert.ok(report.version.startsWith(`v${major}.`), report.version);
      assert.is(report.failed, 0);
      assert.is(report.zombies, 0);
      assert.is(report.after.files, report.before.files);
      assert.is(report.atEnd, report.before.files);
      const grown = report.after.resident - report.before.resident;
      assert.ok(grown < TOLERANCE, `${grown} KiB more after ${IN_A_ROW} launches`);
      assert.ok(report.ticks > 0, "the event loop went on while the children ran");
    },
  );
}

test("every exit status from 0 to 255 is told", async () => {
  for (let status = 0; status <= 255; status++) {
    const exit = step("execve", ["/bin/sh", ["sh", "-c", `exit ${status}`], []], "", { optional: true });
    const launched = launch([child(0, [restoreSignals(), exit], "a child")]);
    await launched.executed;
    assert.is(exitStatus(await launched.exited), status);
  }
});

test("files that no execve would close are closed before it, and the runtime learns of it all the same", async () => {
  const open = step("openat", [AT_FDCWD, "/dev/zero", O_RDWR, 0], "it isn't close-on-exec");
  const list = ["sh", "-c", "for fd in /proc/$$/fd/*; do readlink $fd; done | grep -q zero"];
  const look = step("execve", ["/bin/sh", list, ["PATH=/bin:/usr/bin"]], "");
  for (const [close, status] of [
    [[], 0],
    [closeFiles(), 1],
  ] as const) {
    const held = Array.from({ length: 40 }, () => openSync("/dev/zero", "r"));
    const launched = launch([child(0, [open, ...close, restoreSignals(), look], "a child")]);
    for (const fd of held) closeSync(fd);
    await launched.executed;
    assert.is(exitStatus(await launched.exited), status);
  }
});

test("a step that fails is named, and its child is gone", async () => {
  const nowhere = step("chdir", ["/no/such/directory"], "somewhere", { hint: "make it" });
  const launched = launch([child(0, [nowhere], "a child")]);
  let message = "";
  await launched.executed.catch((error: Error) => {
    message = error.message;
  });
  assert.match(message, /^step \d+, chdir\("\/no\/such\/directory"\): ENOENT/);
  assert.is(exitStatus(await launched.exited), 127);
});

/** A program whose child says by its exit status whether the file was there when it went on. */
function withAct(does: (file: string) => void): { file: string; program: Item[] } {
  const file = path.join(tempDir(), "made");
  const look = step("execve", ["/bin/sh", ["sh", "-c", `test -e ${file}`], []], "", { optional: true });
  const steps = [...waitForRuntime(), restoreSignals(), look];
  return {
    file,
    program: [child(0, steps, "a child"), act("make a file", "", () => does(file)), letChildGo()],
  };
}

test("the child goes on when the runtime's acts are done", async () => {
  const { program } = withAct((file) => writeFileSync(file, ""));
  const launched = launch(program);
  await launched.executed;
  assert.is(exitStatus(await launched.exited), 0);
});

test("an act is told which child it is for", async () => {
  let namespaces: string[] = [];
  const look = act("look", "", ({ pid }) => {
    namespaces = [`/proc/${pid}/ns/uts`, "/proc/self/ns/uts"].map((link) => readlinkSync(link));
  });
  const steps = [...waitForRuntime(), restoreSignals(), step("execve", ["/bin/true", ["true"], []], "")];
  const launched = launch([child(CLONE_NEWUTS, steps, "a child"), look, letChildGo()]);
  await launched.exited;
  assert.is(namespaces.length, 2);
  assert.is.not(namespaces[0], namespaces[1]);
});

test("an act that fails is named as a step is, and the child goes no further", async () => {
  const { file, program } = withAct(() => syscall("chdir", ["/no/such/directory"]));
  const launched = launch(program);
  let message = "";
  await launched.executed.catch((error: Error) => {
    message = error.message;
  });
  assert.match(message, /^step \d+, runtime: make a file: chdir\(\S+\): ENOENT/);
  assert.is(exitStatus(await launched.exited), 128 + 9);
  assert.not(existsSync(file));
});

test("an act that netlink refuses is reported with the kernel's own words", async () => {
  const tooLong = [[IFLA_IFNAME, "x".repeat(40)]] as const;
  const what = "the link x";
  const { program } = withAct(() => {
    const question = { what, type: RTM_GETLINK, header: new Uint8Array(16), attributes: tooLong };
    converse(NETLINK_ROUTE, (netlink) => netlink.send([question]));
  });
  const launched = launch(program);
  let message = "";
  await launched.executed.catch((error: Error) => {
    message = error.message;
  });
  assert.match(message, /: the link x: ERANGE \([^)]+\): Attribute failed policy validation$/);
  await launched.exited;
});

test("a child that fails when it has been told to go on, and hasn't read it yet", async () => {
  const tenMilliseconds = new Uint8Array(BigInt64Array.of(0n, 10_000_000n).buffer);
  const late = step("ppoll", [null, 0, tenMilliseconds, null, 0], "as on a busy machine");
  const nowhere = step("chdir", ["/no/such/directory"], "somewhere");
  const launched = launch([child(0, [late, nowhere, ...waitForRuntime()], "a child"), letChildGo()]);
  let message = "";
  await launched.executed.catch((error: Error) => {
    message = error.message;
  });
  assert.match(message, /^step \d+, chdir\("\/no\/such\/directory"\): ENOENT/);
  assert.is(exitStatus(await launched.exited), 127);
});

test("what an act throws reaches who has launched", async () => {
  const launched = launch(
    withAct(() => {
      throw new UserError("no such thing");
    }).program,
  );
  let thrown: unknown;
  await launched.executed.catch((error: unknown) => {
    thrown = error;
  });
  assert.instance(thrown, UserError);
  assert.is(exitStatus(await launched.exited), 128 + 9);
});

test.run();
