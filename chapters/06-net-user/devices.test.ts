import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { syscallNumber } from "../../syscall/calls.ts";
import {
  AT_FDCWD,
  CLONE_NEWNS,
  CLONE_NEWPID,
  MS_PRIVATE,
  MS_REC,
  S_IFBLK,
  S_IFCHR,
} from "../../syscall/constants.ts";
import { type Act, act, step } from "../../syscall/program.ts";
import { attempt } from "../../test/attempts.ts";
import { assert, need, root, suite, tool } from "../../test/harness.ts";
import { guardDevices } from "./device-bpf.ts";
import { allowInFiles, type DeviceRule, deviceRules, formatRule } from "./device-rules.ts";
import { parseDevices } from "./devices.ts";

const test = suite("devices");

const EPERM = 1;
/** What opening says of a driver that isn't there: the kernel has asked the rules before. */
const ENXIO = 6;
const O_WRONLY = 1;

/** Mounts of the two generations, where this machine has them. */
const V2 =
  ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find((place) => existsSync(`${place}/cgroup.controllers`)) ??
  "";
const V1 = "/sys/fs/cgroup/devices";
const needV2 = need("needs cgroup v2", () => V2 !== "");
const needV1 = need("needs cgroup v1's devices", () => existsSync(`${V1}/devices.list`));

/** What comes of opening (and making) devices in a group that is made by `guard`: 240:0 and its like have no driver. */
async function opened(group: string, acts: readonly Act[]) {
  const room = [
    step("mount", [null, "/", null, MS_REC | MS_PRIVATE, null], "no mount reaches the host"),
    step("mount", ["tmpfs", "/mnt", "tmpfs", 0, null], "where device files may be"),
    ...(
      [
        ["null", S_IFCHR, 1, 3],
        ["mem", S_IFCHR, 1, 1],
        ["kmsg", S_IFCHR, 1, 11],
        ["unknown", S_IFCHR, 240, 7],
        ["other", S_IFCHR, 240, 8],
        ["disk", S_IFBLK, 240, 7],
      ] as const
    ).map(([name, type, major, minor]) =>
      step("mknodat", [AT_FDCWD, `/mnt/${name}`, type | 0o666, (major << 8) | minor], name),
    ),
  ];
  const enter = act("enter the group", "", ({ pid }) =>
    writeFileSync(path.join(group, "cgroup.procs"), `${pid}`),
  );
  const openat = (name: string, flags = 0) => [syscallNumber("openat"), AT_FDCWD, `/mnt/${name}`, flags];
  return attempt(
    CLONE_NEWNS | CLONE_NEWPID,
    room,
    {
      null: openat("null"),
      mem: openat("mem"),
      kmsg: openat("kmsg"),
      unknown: openat("unknown"),
      "unknown:write": openat("unknown", O_WRONLY),
      other: openat("other"),
      disk: openat("disk"),
    },
    [...acts, enter],
  );
}

/** In a group of the test's own, which is gone afterwards. */
async function inGroup(tree: string, run: (group: string) => Promise<void>): Promise<void> {
  const group = path.join(tree, `ft-docker-test-${process.pid}`);
  mkdirSync(group);
  try {
    await run(group);
  } finally {
    rmdirSync(group);
  }
}

const SOME: readonly DeviceRule[] = [
  ...(deviceRules([], false) ?? []),
  { type: "c", major: 240, minor: 7, access: "r" },
];
const EXPECTED = {
  null: "",
  mem: EPERM,
  kmsg: EPERM,
  unknown: ENXIO,
  "unknown:write": EPERM,
  other: EPERM,
  disk: EPERM,
};

for (const [name, tree, needs, guard] of [
  [
    "an eBPF program in cgroup v2",
    V2,
    needV2,
    (group: string, rules: readonly DeviceRule[]) => guardDevices(group, rules),
  ],
  [
    "cgroup v1's files",
    V1,
    needV1,
    (group: string, rules: readonly DeviceRule[]) => [
      act("rules", "", () => {
        for (const [file, text] of allowInFiles(rules)) writeFileSync(path.join(group, file), text);
      }),
    ],
  ],
] as const) {
  test(`only devices of the list can be opened: ${name}`, [root, needs, tool("perl")], () =>
    inGroup(tree, async (group) => {
      assert.equal(await opened(group, guard(group, SOME)), EXPECTED);
    }),
  );

  test(`a wildcard, and each access apart: ${name}`, [root, needs, tool("perl")], () =>
    inGroup(tree, async (group) => {
      const rules: DeviceRule[] = [
        { type: "c", major: undefined, minor: undefined, access: "m" },
        { type: "b", major: undefined, minor: undefined, access: "m" },
        { type: "c", major: 1, minor: 3, access: "rw" }, // perl itself opens it
        { type: "c", major: 240, minor: undefined, access: "w" },
        { type: "b", major: 240, minor: 7, access: "rw" },
      ];
      const outcomes = await opened(group, guard(group, rules));
      assert.equal(outcomes, {
        ...EXPECTED,
        unknown: EPERM,
        "unknown:write": ENXIO,
        disk: ENXIO,
      });
    }),
  );

  test(`what can't be made: ${name}`, [root, needs, tool("perl")], () =>
    inGroup(tree, async (group) => {
      const error = await opened(group, guard(group, [])).then(() => "", String);
      assert.match(error, /mknodat\(.*EPERM/);
    }),
  );

  test(`without rules the same attempts reach the drivers: ${name}`, [root, needs, tool("perl")], () =>
    inGroup(tree, async (group) => {
      for (const [device, outcome] of Object.entries(await opened(group, [])))
        assert.is.not(outcome, EPERM, device);
    }),
  );
}

test("--device as Docker takes it", () => {
  const one = (text: string) => {
    const found = parseDevices({ device: [text] });
    const lines = found.map(({ source, target, access, type, major, minor }) =>
      [source, target, access, `${type} ${major}:${minor}`].join(" "),
    );
    return lines.join("; ");
  };
  assert.is(one("/dev/null"), "/dev/null /dev/null rwm c 1:3");
  assert.is(one("/dev/null:/dev/black"), "/dev/null /dev/black rwm c 1:3");
  assert.is(one("/dev/null:r"), "/dev/null /dev/null r c 1:3");
  assert.is(one("/dev/null:/dev/black:rw"), "/dev/null /dev/black rw c 1:3");
  const all = parseDevices({ device: ["/dev/pts:/dev/mine:r"] });
  assert.ok(all.some(({ target }) => target === "/dev/mine/ptmx"));
  for (const { target, access } of all) assert.match(`${target} ${access}`, /^\/dev\/mine\/.* r$/);
  const message = (text: string) => {
    try {
      parseDevices({ device: [text] });
    } catch (error) {
      return (error as Error).message.slice(`--device ${text}: `.length);
    }
    return "none";
  };
  assert.is(message("/dev/no-such"), "there is no device /dev/no-such");
  assert.is(message("/etc/passwd"), "there is no device /etc/passwd");
  assert.is(message("/dev/null:/x:rr"), "not SRC:DST:rwm");
  assert.is(message("/dev/null:x"), "not an absolute path");
  assert.is(message("null"), "not an absolute path");
  assert.is(message("/dev/null:/a:r:w"), "not SRC:DST:rwm");
});

test("--privileged has the host's devices, and no rules", () => {
  const devices = parseDevices({ privileged: ["true"], device: ["/dev/null:/dev/cpu_dma_latency"] });
  assert.is(new Set(devices.map(({ target }) => target)).size, devices.length);
  assert.is(deviceRules(devices, true), undefined);
  assert.not(devices.some(({ target }) => target.startsWith("/dev/pts/") || target === "/dev/null"));
  for (const { source, type, major, minor } of devices) {
    const uevent = readFileSync(
      `/sys/dev/${type === "c" ? "char" : "block"}/${major}:${minor}/uevent`,
      "utf8",
    );
    assert.match(uevent, `DEVNAME=${source.slice("/dev/".length)}\n`);
  }
});

test("rules as cgroup v1 has them", () => {
  assert.is(formatRule({ type: "c", major: 1, minor: 3, access: "rwm" }), "c 1:3 rwm");
  assert.is(formatRule({ type: "b", major: undefined, minor: undefined, access: "m" }), "b *:* m");
});

test.run();
