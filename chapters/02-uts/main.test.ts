import { readFileSync, readlinkSync } from "node:fs";
import { assertError, commonTests } from "../../test/behaviours.ts";
import { assert, findProcess, root, run, runtime, start, suite, tool } from "../../test/harness.ts";

const test = suite("02-uts");
const command = (...words: string[]) => [...runtime("02-uts"), "run", ...words];

commonTests(test, { chapter: "02-uts", needs: [root] });

const hostsName = () => readFileSync("/proc/sys/kernel/hostname", "utf8");

test("--hostname is the name inside, and the host keeps its own", [root], async () => {
  const before = hostsName();
  assert.is((await run(command("--hostname", "box.example", "uname", "-n"))).stdout, "box.example\n");
  assert.is(hostsName(), before);
});

test("without --hostname each container has a random name", [root], async () => {
  const names = await Promise.all([1, 2].map(async () => (await run(command("uname", "-n"))).stdout));
  for (const name of names) assert.match(name, /^[0-9a-f]{12}\n$/);
  assert.is.not(names[0], names[1]);
});

test("what the container sets its name to stays inside", [root, tool("unshare")], async () => {
  // A runtime that fails here would rename the host: a UTS namespace of the test's own stands in for it.
  const script = `hostname outside && "$@" sh -c 'hostname changed && hostname' && hostname`;
  const { stdout } = await run(["unshare", "--uts", "sh", "-c", script, "sh", ...command()]);
  assert.is(stdout, "changed\noutside\n");
});

test("a name that isn't one is refused", async () => {
  for (const name of ["", "-a", "a b", "a_b", "a".repeat(65), "ä", "a..b"]) {
    const result = await run(command("--hostname", name, "true"));
    assert.is(result.status, 125);
    assertError(result.stderr, `--hostname ${JSON.stringify(name)}: not a host name`);
  }
  assert.is((await run(command("--explain", "--hostname", "a".repeat(64), "true"))).status, 0);
});

test("its UTS and IPC namespaces aren't the host's, as seen from the host", [root], async () => {
  const running = start(command("sleep", "2000.02"));
  const pid = await findProcess(/^sleep 2000\.02$/);
  for (const name of ["uts", "ipc"]) {
    assert.is.not(readlinkSync(`/proc/${pid}/ns/${name}`), readlinkSync(`/proc/self/ns/${name}`), name);
  }
  process.kill(pid, "SIGKILL");
  await running.done;
});

test(
  "System V queues of either side are out of the other's sight",
  [root, tool("ipcmk"), tool("ipcrm")],
  async () => {
    const queues = (text: string) => text.split("\n").filter((line) => /^0x/.test(line)).length;
    const id = /id: (\d+)/.exec((await run(["ipcmk", "--queue"])).stdout)?.[1] ?? "";
    try {
      const outside = queues((await run(["ipcs", "--queues"])).stdout);
      assert.ok(outside >= 1);
      const inside = await run(
        command("sh", "-c", "ipcs --queues; ipcmk --queue >&2; echo then; ipcs --queues"),
      );
      const [before = "", after = ""] = inside.stdout.split("then\n");
      assert.is(queues(before), 0);
      assert.is(queues(after), 1);
      assert.is(queues((await run(["ipcs", "--queues"])).stdout), outside);
    } finally {
      await run(["ipcrm", "--queue-id", id]);
    }
  },
);

test("not root: says so, with the command to type, before anything is done", [root], async () => {
  const result = await run(command("--hostname", "box", "true"), { uid: 65534 });
  assert.is(result.status, 125);
  assertError(result.stderr, "run: only root may make namespaces");
  assert.match(result.stderr, /hint: sudo npx tsx .* run --hostname box true/);
});

test.run();
