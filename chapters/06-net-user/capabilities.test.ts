import { readFileSync } from "node:fs";
import path from "node:path";
import { syscallNumber } from "../../syscall/calls.ts";
import {
  AT_FDCWD,
  CLONE_NEWIPC,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUTS,
  MS_PRIVATE,
  MS_REC,
} from "../../syscall/constants.ts";
import { type Step, step } from "../../syscall/program.ts";
import { attempt, runAfter } from "../../test/attempts.ts";
import { assert, root, suite, tool } from "../../test/harness.ts";
import { parseCapabilities } from "./capabilities.ts";
import { giveUp, parsePrivileges } from "./privileges.ts";

const test = suite("capabilities");

const SEPARATE = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID;
const DEFAULT = "00000000a80425fb";
const NONE = "0".repeat(16);
/** Of this process, which is the runtime here. */
const held = /^CapPrm:\s*(\w+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "";

type Values = Readonly<Record<string, readonly string[]>>;

/** What /proc/self/status says of a command that runs with these flags. */
async function status(
  values: Values,
  switchUser: readonly Step[] = [],
  command = ["/bin/cat", "/proc/self/status"],
) {
  const privileges = await parsePrivileges(values, { ownUsers: false });
  const text = await runAfter(SEPARATE, giveUp(privileges, switchUser), command);
  return Object.fromEntries(
    text.split("\n").flatMap((line) => {
      const [, name, value] = /^(Cap\w+|NoNewPrivs|Seccomp):\s*(\w+)$/.exec(line) ?? [];
      return name ? [[name, value]] : [];
    }),
  );
}

const nobody = (): Step[] => [
  step("setgroups", [0, null], "no other groups"),
  step("setresgid", [65534, 65534, 65534], "another group"),
  step("setresuid", [65534, 65534, 65534], "another user"),
];

test("root has Docker's default set, and a filter", [root], async () => {
  assert.equal(await status({}), {
    CapInh: NONE,
    CapPrm: DEFAULT,
    CapEff: DEFAULT,
    CapBnd: DEFAULT,
    CapAmb: NONE,
    NoNewPrivs: "0",
    Seccomp: "2",
  });
});

test("another user has none in effect, whatever is added: as with Docker", [root], async () => {
  assert.equal(await status({ "cap-add": ["NET_ADMIN"] }, nobody()), {
    CapInh: NONE,
    CapPrm: NONE,
    CapEff: NONE,
    CapBnd: "00000000a80435fb",
    CapAmb: NONE,
    NoNewPrivs: "0",
    Seccomp: "2",
  });
});

test("--privileged is all that there is, without a filter", [root], async () => {
  const { CapPrm, CapEff, CapBnd, Seccomp } = await status({ privileged: ["true"] });
  assert.equal([CapPrm, CapEff, CapBnd, Seccomp], [held, held, held, "0"]);
});

test("--cap-drop ALL leaves nothing", [root], async () => {
  const { CapPrm, CapEff, CapBnd } = await status({ "cap-drop": ["ALL"] });
  assert.equal([CapPrm, CapEff, CapBnd], [NONE, NONE, NONE]);
});

test("what the runtime could inherit, the command doesn't", [root, tool("setpriv")], async () => {
  const script = path.join(import.meta.dirname, "../../test/inherited.ts");
  const { spawnSync } = await import("node:child_process");
  const node = [process.execPath, "--import", import.meta.resolve("tsx"), script];
  const inherited = spawnSync(
    "setpriv",
    ["--inh-caps=+sys_admin,+sys_module", "--ambient-caps=+sys_admin", ...node],
    {
      encoding: "utf8",
    },
  );
  assert.match(inherited.stdout, new RegExp(`^CapInh:\\s*${NONE}$`, "m"), inherited.stderr);
  assert.match(inherited.stdout, new RegExp(`^CapEff:\\s*${DEFAULT}$`, "m"));
  assert.match(inherited.stdout, new RegExp(`^CapAmb:\\s*${NONE}$`, "m"));
});

test(
  "a set-user-ID program gives its user the bounding set, and with no-new-privileges nothing",
  [root],
  async () => {
    const program = [
      step("mount", [null, "/", null, MS_REC | MS_PRIVATE, null], "no mount reaches the host"),
      step("mount", ["tmpfs", "/mnt", "tmpfs", 0, "mode=755"], "room"),
    ];
    const copy = `cp /bin/cat /mnt/cat && chmod 4755 /mnt/cat`;
    const asNobody = async (values: Values) => {
      const privileges = await parsePrivileges(values, { ownUsers: false });
      const script = `${copy} && exec setpriv --reuid 65534 --clear-groups /mnt/cat /proc/self/status`;
      return runAfter(SEPARATE, [...program, ...giveUp(privileges, [])], ["/bin/sh", "-c", script]);
    };
    assert.match(await asNobody({}), new RegExp(`^CapEff:\\s*${DEFAULT}$`, "m"));
    assert.match(
      await asNobody({ "security-opt": ["no-new-privileges"] }),
      new RegExp(`^CapEff:\\s*${NONE}$`, "m"),
    );
  },
);

test("a dropped capability is gone: what it allows fails", [root, tool("perl")], async () => {
  const chown = { chown: [syscallNumber("fchownat"), AT_FDCWD, "/mnt", 1, 1, 0] };
  const room = [
    step("mount", [null, "/", null, MS_REC | MS_PRIVATE, null], "no mount reaches the host"),
    step("mount", ["tmpfs", "/mnt", "tmpfs", 0, null], "a directory that may be another user's"),
  ];
  const outcome = async (values: Values) => {
    const privileges = await parsePrivileges(values, { ownUsers: false });
    return (await attempt(SEPARATE, [...room, ...giveUp(privileges, [])], chown)).chown;
  };
  assert.is(await outcome({}), "");
  assert.is(await outcome({ "cap-drop": ["chown"] }), 1);
});

const parsed = async (values: Values) => {
  const names = await parseCapabilities(values);
  return names.map((name) => name.slice("CAP_".length)).join(" ");
};

test("the rules of Docker for what is added and dropped", async () => {
  const usual = await parsed({});
  assert.is(usual.split(" ").length, 14);
  assert.is(await parsed({ "cap-drop": ["ALL"], "cap-add": ["net_admin", "CAP_KILL"] }), "KILL NET_ADMIN");
  assert.is(await parsed({ "cap-add": ["KILL"], "cap-drop": ["KILL"] }), usual);
  assert.not.match(await parsed({ "cap-drop": ["Cap_Kill"] }), /KILL/);
  const most = await parsed({ "cap-add": ["all"], "cap-drop": ["SYS_ADMIN"] });
  assert.is(most.split(" ").length, 40);
  assert.not.match(most, /SYS_ADMIN/);
  assert.is((await parsed({ "cap-add": ["ALL"], "cap-drop": ["ALL"] })).split(" ").length, 41);
  assert.is((await parsed({ privileged: ["true"], "cap-drop": ["ALL"] })).split(" ").length, 41);
});

test("a mistyped name is answered with the nearest one", async () => {
  let error = { message: "", hint: "" };
  await parseCapabilities({ "cap-add": ["SYS_ADMN"] }).catch((caught: typeof error) => {
    error = caught;
  });
  assert.is(error.message, "--cap-add SYS_ADMN: there is no such capability");
  assert.is(error.hint, "did you mean SYS_ADMIN?");
});

test.run();
