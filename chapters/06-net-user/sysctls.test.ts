import { readFileSync, writeFileSync } from "node:fs";
import {
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_REC,
} from "../../syscall/constants.ts";
import { act, step } from "../../syscall/program.ts";
import { runAfter } from "../../test/attempts.ts";
import { assert, root, suite } from "../../test/harness.ts";
import { networkSysctls, parseSysctls, type Sysctls, setSysctls } from "./sysctls.ts";

const test = suite("sysctls");

const NAMESPACES = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS | CLONE_NEWPID;
const LAST_GID = 65535;

const own = (...texts: string[]) => parseSysctls({ sysctl: texts }, { ownNetwork: true });

/** What the settings are in namespaces of their own, in a user namespace or in the host's. */
async function settings(sysctls: Sysctls, flags: number): Promise<string[]> {
  const map = `0 100000 ${LAST_GID + 1}`;
  const acts = ["uid_map", "gid_map"].map((file) =>
    act(`write /proc/<child>/${file}`, "", ({ pid }) => writeFileSync(`/proc/${pid}/${file}`, map)),
  );
  const steps = [
    ...(flags & CLONE_NEWUSER ? [step("setresgid", [0, 0, 0], ""), step("setresuid", [0, 0, 0], "")] : []),
    step("mount", [null, "/", null, MS_REC | MS_PRIVATE, null], "no mount reaches the host"),
    step("mount", ["proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, null], "the new namespace's"),
    ...setSysctls(sysctls),
  ];
  const files = [...sysctls.keys()].map((file) => `/proc/sys/${file}`);
  const text = await runAfter(flags, steps, ["/bin/cat", ...files], flags & CLONE_NEWUSER ? acts : []);
  return text.trimEnd().replaceAll("\t", " ").split("\n");
}

test("settings of each namespace, and the host's are what they were", [root], async () => {
  const sysctls = own(
    "net.ipv4.ip_forward=1",
    "net/ipv4/conf/lo/forwarding=1",
    "net.core.somaxconn=77",
    "kernel.shm_rmid_forced=1",
    "kernel.msgmax=4242",
    "kernel.sem=1 2 3 4",
    "fs.mqueue.msg_max=5",
    "kernel.domainname=example.org",
  );
  const host = () => [...sysctls.keys()].map((file) => readFileSync(`/proc/sys/${file}`, "utf8"));
  const before = host();
  assert.equal(await settings(sysctls, NAMESPACES), [
    "1",
    "1",
    "77",
    "1",
    "4242",
    "1 2 3 4",
    "5",
    "example.org",
  ]);
  assert.equal(host(), before);
});

test("a container's users may use all ports and ping, in a user namespace too", [root], async () => {
  const sysctls = new Map([...networkSysctls(LAST_GID), ...own("net.ipv4.ip_default_ttl=77")]);
  assert.equal(await settings(sysctls, NAMESPACES | CLONE_NEWUSER), ["0", `0 ${LAST_GID}`, "77"]);
});

test("a value that the kernel doesn't take is told", [root], async () => {
  const error = await settings(own("net.ipv4.ip_forward=yes"), NAMESPACES).then(() => "", String);
  assert.match(error, /write\(#\d+, "yes", 3\): EINVAL/);
  const missing = await settings(own("net.ipv4.no_such=1"), NAMESPACES).then(() => "", String);
  assert.match(missing, /openat\(.*no_such.*ENOENT/);
});

test("the machine's own settings are refused", () => {
  const message = (text: string, ownNetwork = true) => {
    try {
      parseSysctls({ sysctl: [text] }, { ownNetwork });
    } catch (error) {
      return (error as Error).message.slice(`--sysctl ${text}: `.length);
    }
    return "none";
  };
  for (const text of [
    "kernel.panic=1",
    "vm.swappiness=1",
    "fs.file-max=1",
    "kernel.core_pattern=|/x",
    "user.max_user_namespaces=1",
  ])
    assert.match(message(text), /it isn't in any namespace/);
  assert.match(message("net/../kernel/panic=1"), /no name of a setting/);
  assert.match(message("net..=1"), /no name of a setting/);
  assert.match(message("kernel.hostname=x"), /host name/);
  assert.match(message("net.ipv4.ip_forward=1", false), /network isn't its own/);
  assert.is(message("net.ipv4.ip_forward=1"), "none");
  assert.match(message("net.ipv4.ip_forward"), /not NAME=VALUE/);
});

test.run();
