import { existsSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { bootId } from "../../common/ledger.ts";
import { recordsFolder } from "../../containers/record.ts";
import { thisProcess } from "../../containers/state.ts";
import { putRecord } from "../../containers/testing/records.ts";
import { assert, root, run, runtime, suite, tempDir, tool } from "../../test/harness.ts";
import { nft } from "../../test/machines.ts";

const test = suite("06-net-user: lists of containers");

process.env.FT_DOCKER_HOME = tempDir();

const needs = [root, tool("unshare"), tool("ip")];

const command = (...words: string[]) => run([...runtime("06-net-user"), ...words]);

async function output(...words: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await command(...words);
  assert.is(`${status}${stderr}`, "0");
  return stdout.split("\n").slice(0, -1);
}

const ago = (seconds: number) => new Date(Date.now() - 1000 * seconds).toISOString();

/** It runs as long as this process does. */
const alive = {
  status: "running",
  process: thisProcess(),
  owner: thisProcess(),
  boot: bootId(),
  startedAt: ago(190),
} as const;

const web = putRecord(
  {
    name: "web",
    created: ago(300),
    image: "nginx",
    imageId: `sha256:${"ab".repeat(32)}`,
    command: ["nginx", "-g", 'daemon off; # "quoted"'],
    flags: { publish: ["8080:80", "127.0.0.1:53:53/udp"], volume: ["/srv:/data:ro"], memory: ["64m"] },
  },
  alive,
);
const idle = putRecord({ name: "idle", created: ago(7200) }, { ...alive, paused: true });
const done = putRecord(
  { name: "done", created: ago(15_000) },
  { status: "exited", exitCode: 137, startedAt: ago(14_000), finishedAt: ago(11_000) },
);
const fresh = putRecord({ name: "fresh", created: ago(100), flags: { network: ["none"] } });

test("ps: Docker's columns and words, the newest first", async () => {
  const [some, all] = await Promise.all([output("ps"), output("ps", "-a")]);
  assert.equal(
    some.map((line) => line.split(/ {3,}/)),
    [
      ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"],
      [
        web.id,
        "nginx",
        '"nginx -g daemon off…"',
        "5 minutes ago",
        "Up 3 minutes",
        some[1]?.includes("[::]")
          ? "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 127.0.0.1:53->53/udp"
          : "0.0.0.0:8080->80/tcp, 127.0.0.1:53->53/udp",
        "web",
      ],
      [idle.id, "(built-in)", '"sleep 9"', "2 hours ago", "Up 3 minutes (Paused)", "idle"],
    ],
  );
  assert.equal(
    all.slice(1).map((line) => [line.slice(0, 12), /(Created|Exited.*ago|Up \S+ \S+)/.exec(line)?.[0]]),
    [
      [fresh.id, "Created"],
      [web.id, "Up 3 minutes"],
      [idle.id, "Up 3 minutes"],
      [done.id, "Exited (137) 3 hours ago"],
    ],
  );
});

test("ps: which ones, and how", async () => {
  const lists: readonly (readonly [string[], string[]])[] = [
    [["-q"], [web.id, idle.id]],
    [["-aq"], [fresh.id, web.id, idle.id, done.id]],
    [["-ql"], [fresh.id]],
    [
      ["-q", "-n", "3"],
      [fresh.id, web.id, idle.id],
    ],
    [["-q", "--filter", "name=id"], [idle.id]],
    [["-q", "--filter", "status=exited", "--filter", "name=done"], [done.id]],
    [["-q", "--filter", "status=paused"], [idle.id]],
    [["-q", "--filter", "image=nginx:latest"], [web.id]],
    [["-aq", "--filter", `id=${done.id.slice(0, 9)}`], [done.id]],
  ];
  await Promise.all(
    lists.map(async ([words, ids]) => assert.equal(await output("ps", ...words), ids, words.join(" "))),
  );
  const [json = "", more] = await output("ps", "--format", "json", "--filter", "name=web", "--no-trunc");
  const { ID, Names, State, Command, Networks, Mounts } = JSON.parse(json);
  assert.equal(
    [ID, Names, State, Command, Networks, Mounts, more],
    [web.id, "web", "running", '"nginx -g daemon off; # \\"quoted\\""', "bridge", "/srv:/data:ro", undefined],
  );
});

test("what is mistyped is told with what to type", async () => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [["ps", "x"], /^error: ps: x: one word too many\n/],
    [["ps", "-n", "x"], /^error: --last x: not a number of containers\nhint: --last 5\n$/],
    [["ps", "--filter", "size=1"], /^error: --filter size=1: no such filter\nhint: name=, /],
    [["ps", "--filter", "status=dead"], /^error: --filter status=dead: no such status\nhint: created, /],
    [["port", "done"], /^error: port done: the container doesn't run\nhint: start done\n$/],
    [["port", "web", "81"], /^error: port web 81: that port isn't published\n/],
    [["inspect", "none"], /^error: inspect none: there is no such container\nhint: /],
    [["rename", "web"], /^error: rename: no second name is named\nhint: rename CONTAINER NAME\n$/],
    [["rename", "web", "-"], /^error: --name "-": not a name\n/],
    [["rename", "web", "idle"], /^error: --name idle: the container [0-9a-f]{12} has that name\n/],
    [["network", "lst"], /^error: network lst: there is no such command\nhint: did you mean network ls\?\n$/],
    [["stats", "done"], /^error: stats [0-9a-f]{12}: no such container runs\n/],
  ];
  await Promise.all(
    cases.map(async ([words, expected]) => {
      const { status, stdout, stderr } = await command(...words);
      assert.is(status, 125, words.join(" "));
      assert.match(stderr, expected);
      if (words[0] !== "inspect") assert.is(stdout, "");
    }),
  );
});

test("inspect: Docker's names; by a name, an id, or the beginning of one", async () => {
  const [line = "", second = ""] = await output("inspect", "--format", "json", "web", done.id.slice(0, 11));
  const found = JSON.parse(line);
  assert.is(found.Id, web.id);
  assert.equal([found.Path, found.Args], ["nginx", ["-g", 'daemon off; # "quoted"']]);
  assert.is(found.State.Pid, process.pid);
  assert.is(found.State.Status, "running");
  assert.is(found.HostConfig.Memory, 64 * 2 ** 20);
  assert.equal(found.HostConfig.PortBindings["53/udp"], [{ HostIp: "127.0.0.1", HostPort: "53" }]);
  assert.equal(found.Mounts, [{ Type: "bind", Source: "/srv", Destination: "/data", Mode: "ro", RW: false }]);
  const { State } = JSON.parse(second);
  assert.equal([State.Status, State.ExitCode, State.Pid], ["exited", 137, 0]);
  const { status, stdout, stderr } = await command("inspect", "none", "idle");
  assert.is(status, 125);
  assert.is(JSON.parse(stdout).length, 1);
  assert.match(stderr, /^error: inspect none: there is no such container\n/);
});

test("port: all of them, or the host's side of one", async () => {
  const all = await output("port", "web");
  assert.is(all[0], "80/tcp -> 0.0.0.0:8080");
  assert.is(all.at(-1), "53/udp -> 127.0.0.1:53");
  assert.is((await output("port", "web", "80"))[0], "0.0.0.0:8080");
  assert.equal(await output("port", "web", "53/udp"), ["127.0.0.1:53"]);
});

test("rename: the new name is the container's, and the old one is free", async () => {
  assert.equal(await output("rename", "fresh", "used"), []);
  assert.equal(await output("ps", "-aq", "--filter", "name=used"), [fresh.id]);
  assert.is(readlinkSync(path.join(recordsFolder(), "names/used")), fresh.id);
  assert.not.ok(existsSync(path.join(recordsFolder(), "names/fresh")));
});

test("network ls: the three that there are, with the running containers in each", async () => {
  const lines = await output("network", "ls");
  assert.equal(
    lines.map((line) => line.split(/ {2,}/)),
    [
      ["NAME", "DRIVER", "LINK", "CONTAINERS"],
      ["bridge", "bridge", "2"],
      ["host", "host", "0"],
      ["none", "null", "0"],
    ],
  );
});

test("a container that runs: its addresses, its processes, and what it uses", [...needs, nft], async () => {
  // In a network of its own, so that nothing of the machine's changes.
  const words = ["run", "-d", "--name", "real", "-p", "127.0.0.1:8080:80", "sh", "-c", "sleep 3000 & wait"];
  const { status, stderr } = await run([
    ...["unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"],
    ...runtime("06-net-user"),
    ...words,
  ]);
  assert.is(`${status}${stderr}`, "0");
  const [shown, inside, processes, used] = await Promise.all([
    output("inspect", "--format", "json", "real"),
    output("exec", "real", "ip", "-o", "addr", "show", "eth0"),
    output("top", "--format", "json", "real"),
    output("stats", "--no-stream", "--format", "json", "real"),
  ]);
  const { State, NetworkSettings: network } = JSON.parse(shown[0] ?? "");
  assert.match(inside.join("\n"), `inet ${network.IPAddress}/${network.IPPrefixLen} `);
  if (inside.length > 1) assert.match(inside.join("\n"), `inet6 ${network.GlobalIPv6Address}/64 `);
  assert.equal(network.Ports, { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }] });
  const [first, second] = processes.map((line) => JSON.parse(line));
  assert.equal([first.PID, first.Inside, first.Command], [`${State.Pid}`, "1", "sh -c sleep 3000 & wait"]);
  assert.equal([second.Parent, second.Command], [first.PID, "sleep 3000"]);
  assert.is(readFileSync(`/proc/${second.PID}/cmdline`, "latin1"), "sleep\0" + "3000\0");
  assert.is(JSON.parse(used[0] ?? "").Name, "real");
  assert.equal(await output("rm", "-f", "real"), ["real"]);
});

test.run();
