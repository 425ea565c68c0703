/**
 * The network, seen from all sides: a client, a router, and a host on which the runtime is started, each a network namespace
 * of the test's. Nothing of it touches the machine's own network.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { node } from "../../scripts/root.ts";
import {
  assert,
  type Options,
  type Running,
  repo,
  root,
  run,
  runtime,
  start,
  suite,
  tempDir,
  tool,
} from "../../test/harness.ts";
import {
  answer,
  ask,
  asking,
  cable,
  endOf,
  type Machine,
  machine,
  machineTools,
  nft,
  serve,
  server,
} from "../../test/machines.ts";

const test = suite("network");
const needs = [root, ...machineTools, tool("ping"), nft];

const home = tempDir();
const env = { FT_DOCKER_HOME: home };

// The three machines

let machines: Record<"client" | "router" | "host", Machine> | undefined;
const on = (name: "client" | "router" | "host"): Machine => {
  if (!machines) throw new Error("the machines aren't built");
  return machines[name];
};

/** The three, without what a failed test has left on them. */
async function build(): Promise<void> {
  for (const container of containers) await end(container);
  if (machines) return;
  const [client, router, host] = [await machine(), await machine(), await machine()];
  cable(router, "toclient", client, 1);
  cable(router, "tohost", host, 2);
  router.sh("echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding");
  machines = { client, router, host };
}

const CLIENT = { ipv4: "198.51.1.2", ipv6: "2001:db8:1::2" } as const;
const HOST = { ipv4: "198.51.2.2", ipv6: "2001:db8:2::2" } as const;
const FAMILIES = ["ipv4", "ipv6"] as const;

// Containers

const command = (...words: string[]) =>
  on("host").on(...runtime("06-net-user"), "run", "--tty=false", ...words);
const options: Options = { env };
/** With the host's tools. */
const tools = ["-v", "/usr:/usr:ro"];

const inContainer = (...words: string[]) => run(command(...words), options);

const containers = new Set<Running>();

/** A container that has said "ready", and ends when its input does. */
async function background(flags: readonly string[], script: string): Promise<Running> {
  const container = start(
    command(...tools, ...flags, "sh", "-c", `${script}; echo ready; read -r line`),
    options,
  );
  containers.add(container);
  await container.waitFor(/^ready$/m);
  return container;
}

async function end(container: Running): Promise<void> {
  containers.delete(container);
  await endOf(container);
}

/** Everything in the host's network that a container could leave there. */
async function hostState(): Promise<string> {
  // The kernel takes a veth away with the container's namespace, a moment after its last process.
  for (let wait = 0; wait < 500 && /\bft[0-9a-f]{12}@/.test(on("host").sh("ip link")); wait++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  return [
    on("host").sh("ip -br link | sed 's/<.*//'; ip route; ip -6 route | grep -v '^fe80'; nft list ruleset"),
    on("host").sh(
      "cd /proc/sys/net; head -n 1 ipv4/ip_forward ipv6/conf/*/forwarding ipv6/conf/*/accept_ra ipv4/conf/*/forwarding",
    ),
    ...["run/ledger", "containers"].flatMap((name) => list(path.join(home, name))),
  ].join("\n");
}

const list = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

// A network of its own

test("--network none: a loopback that is up, and nothing else", needs, async () => {
  await build();
  const { stdout, status } = await inContainer(
    ...tools,
    "--network",
    "none",
    "sh",
    "-c",
    "ip -br link; ping -c 1 -W 2 127.0.0.1",
  );
  assert.is(status, 0, stdout);
  assert.is(stdout.split("\n").filter((line) => /^\S+ +(UNKNOWN|UP|DOWN)/.test(line)).length, 1, stdout);
  const out = await inContainer("--network", "none", "ping", "-c", "1", "-W", "2", HOST.ipv4);
  assert.is.not(out.status, 0);
});

test("--network host: the host's links, and names that are files of the container's own", needs, async () => {
  await build();
  const { stdout } = await inContainer(
    ...tools,
    "--network",
    "host",
    "--hostname",
    "web",
    "sh",
    "-c",
    "ip -br link; hostname; cat /etc/hostname",
  );
  assert.match(stdout, /^uplink@/m);
  assert.match(stdout, /web\nweb\n$/);
});

test("bridge: an address of each family, and the host answers", needs, async () => {
  await build();
  const { stdout, status } = await inContainer(
    ...tools,
    "sh",
    "-ec",
    "ip -br address; ping -c 1 10.88.0.1; ping -c 1 fd66:7464:6f63:58::1; ping -c 1 localhost",
  );
  assert.is(status, 0, stdout);
  assert.match(stdout, /^eth0@\S+ +UP +10\.88\.\d+\.\d+\/16 fd66:7464:6f63:58::[0-9a-f]+\/64/m);
});

for (const family of FAMILIES) {
  test(
    `bridge: out to a client behind a router, which sees the host's address, ${family}`,
    needs,
    async () => {
      await build();
      const before = await hostState();
      const there = await serve(on("client"), `${server("TCP", 7001)}; ${server("UDP", 7002)}`);
      const address = CLIENT[family];
      const script = `ping -c 1 -W 5 ${address} >/dev/null
      ${asking("TCP", address, 7001)}; ${asking("UDP", address, 7002)}`;
      const { stdout, stderr, status } = await inContainer(...tools, "sh", "-ec", script);
      assert.is(status, 0, stderr);
      const seen =
        family === "ipv4"
          ? "::ffff:c633:0202|198.51.2.2|0000:0000:0000:0000:0000:ffff:c633:0202"
          : "2001:0?db8:0?0?0?2:[0:]*2";
      assert.match(stdout, new RegExp(`^peer \\[(${seen})\\]\\npeer \\[(${seen})\\]\\n$`));
      await there.end();
      assert.is(await hostState(), before);
    },
  );
}

test("an ordinary user of the container's may send pings, and use port 80", needs, async () => {
  await build();
  const { stdout, stderr, status } = await inContainer(
    ...tools,
    "-u",
    "1000",
    "sh",
    "-c",
    `ping -c 1 -W 5 10.88.0.1 && ${server("TCP", 80)}; echo up`,
  );
  assert.is(status, 0, stderr);
  assert.match(stdout, /1 received/);
  assert.match(stdout, /^up$/m);
});

// Names

test("containers find one another by name and id, as they come and go", needs, async () => {
  await build();
  const before = await hostState();
  const first = await background(["--hostname", "first"], server("TCP", 80));
  const [id = ""] = list(path.join(home, "containers"));
  const second = start(
    command(
      ...tools,
      "--hostname",
      "second",
      "sh",
      "-c",
      "echo begun; while read -r name; do getent ahostsv4 $name; getent ahostsv6 $name; echo $name: $?; done",
    ),
    options,
  );
  await second.waitFor(/begun/);
  // Who was there already, and who came later, each by name.
  const { stdout, stderr, status } = await inContainer(
    ...tools,
    ...[
      "sh",
      "-ec",
      `for name in first second ${id}; do ping -c 1 -W 5 $name >/dev/null; done; ${asking("TCP", "first", 80)}`,
    ],
  );
  assert.is(status, 0, stderr);
  assert.match(stdout, /^peer /);
  second.type("first\n");
  await second.waitFor(/10\.88\.[\s\S]*fd66:7464[\s\S]*first: 0/);
  await end(first);
  second.type("first\nsecond\n");
  await second.waitFor(/first: 2\n[\s\S]*second: 0/);
  await end(second);
  assert.is(await hostState(), before);
});

test(
  "run -d: its name, its ports and its way out stay when the command has returned, and go with it",
  needs,
  async () => {
    await build();
    const before = await hostState();
    const ft = (...words: string[]) => run(on("host").on(...runtime("06-net-user"), ...words), options);
    const script = `${server("TCP", 80)}; ping -c 1 -W 5 ${CLIENT.ipv4} >/dev/null && echo out; exec sleep 1000`;
    const started = await ft("run", "-d", "--name", "stays", "-p", "8090:80", ...tools, "sh", "-c", script);
    assert.is(`${started.status}${started.stderr}`, "0");
    const answers = async () => {
      assert.match(await answer(on("client"), "TCP", HOST.ipv4, 8090), /^peer /, "outside");
      const near = await inContainer(...tools, "sh", "-c", asking("TCP", "stays", 80));
      assert.match(near.stdout, /^peer /, `a neighbour: ${near.stderr}`);
    };
    await answers();
    assert.is((await ft("logs", "stays")).stdout, "out\n");
    const taken = await ft("run", "-p", "8090:80", "true");
    assert.match(taken.stderr, /^error: -p 8090:80: port 8090\/tcp of the host is taken\n/);
    assert.is((await ft("restart", "-t", "0", "stays")).status, 0);
    await answers();
    assert.is((await ft("rm", "-f", "stays")).status, 0);
    assert.is(await hostState(), before);
  },
);

// Ports

for (const protocol of ["TCP", "UDP"] as const) {
  test(`-p: ${protocol} from outside, from the host and from a neighbour`, needs, async () => {
    await build();
    const suffix = protocol === "UDP" ? "/udp" : "";
    const container = await background(["-p", `8080:80${suffix}`], server(protocol, 80));
    for (const family of FAMILIES) {
      assert.match(await answer(on("client"), protocol, HOST[family], 8080), /^peer /, `${family}: outside`);
      assert.match(await answer(on("host"), protocol, HOST[family], 8080), /^peer /, `${family}: the host`);
      const neighbour = asking(protocol, HOST[family], 8080);
      const near = await inContainer(...tools, "sh", "-c", neighbour);
      assert.match(near.stdout, /^peer /, `${family}: ${near.stderr}`);
    }
    assert.match(await answer(on("host"), protocol, "127.0.0.1", 8080), /^peer /);
    await end(container);
    assert.is(
      (await ask(on("client"), protocol, HOST.ipv4, 8080)).stdout,
      "",
      "the port has ended with the container",
    );
  });
}

test("-p 127.0.0.1: from the host alone", needs, async () => {
  await build();
  const container = await background(["-p", "127.0.0.1:8081:80"], server("TCP", 80));
  assert.match(await answer(on("host"), "TCP", "127.0.0.1", 8081), /^peer /);
  assert.is((await ask(on("client"), "TCP", HOST.ipv4, 8081)).stdout, "");
  await end(container);
});

test("-p: several ports at once", needs, async () => {
  await build();
  const container = await background(["-p", "9000-9001:90-91"], `${server("TCP", 90)}; ${server("TCP", 91)}`);
  for (const port of [9000, 9001]) assert.match(await answer(on("client"), "TCP", HOST.ipv6, port), /^peer /);
  await end(container);
});

test("-p: a port that is taken is refused, by whomever it is, and nothing is left", needs, async () => {
  await build();
  const before = await hostState();
  for (const listen of ["TCP4-LISTEN:8082", "TCP6-LISTEN:8082,ipv6only=1"]) {
    const other = start(
      on("host").on(
        "sh",
        "-c",
        `socat ${listen},reuseaddr - </dev/zero >/dev/null & until grep -q :1F92 /proc/net/tcp /proc/net/tcp6; do sleep 0.01; done; echo ready; read -r line; kill $!`,
      ),
    );
    await other.waitFor(/ready/);
    const { status, stderr } = await inContainer("-p", "8082:80", "true");
    assert.is(status, 125);
    assert.match(stderr, /^error: -p 8082:80: port 8082\/tcp of the host is taken\nhint: .*\n$/);
    await end(other);
  }
  const container = await background(["-p", "8082:80"], "true");
  assert.is((await inContainer("-p", "127.0.0.1:8082:80", "true")).status, 125);
  const bound = await run(on("host").on("timeout", "5", "socat", "TCP4-LISTEN:8082,reuseaddr", "-"));
  assert.match(bound.stderr, /Address already in use/);
  await end(container);
  assert.is(await hostState(), before);
});

test("-p: mistakes are told", needs, async () => {
  await build();
  for (const [text, why] of [
    ["80", "not [IP:]HOST:CONTAINER"],
    ["0:80", "a port is 1 to 65535"],
    ["80:70000", "a port is 1 to 65535"],
    ["80-82:80-81", "the two ranges aren't of the same length"],
    ["host:80:80", "host isn't an IP address"],
    ["[::1]:80:80", "packets to IPv6's loopback can't leave it"],
    ["203.0.113.9:80:80", "that isn't an address of the host's"],
  ] as const) {
    const { status, stderr } = await inContainer("-p", text, "true");
    assert.is(status, 125, text);
    assert.match(stderr, `error: -p ${text}: ${why}`);
  }
  assert.match(
    (await inContainer("--network", "none", "-p", "80:80", "true")).stderr,
    "there is nothing to publish",
  );
});

// Isolation

/** Empties a chain of the bridge's: a guard is off. */
function takeOff(chain: string): void {
  const tables = on("host").sh("nft list tables");
  const [, table = ""] = /inet (ft-docker[0-9a-f]+)$/m.exec(tables) ?? [];
  on("host").sh(`nft flush chain inet ${table} ${chain}`);
}

for (const family of FAMILIES) {
  test(
    `nobody outside reaches a port that isn't published, not even with a route to it, ${family}`,
    needs,
    async () => {
      await build();
      const container = await background(["-p", "8083:80"], `${server("TCP", 81)}; ip -j address show eth0`);
      const pattern = family === "ipv4" ? /"local":"(10\.88\.[\d.]+)"/ : /"local":"(fd66:[^"]+)"/;
      const address = pattern.exec(container.output().stdout)?.[1] ?? "";
      const prefix = family === "ipv4" ? "10.88.0.0/16" : "fd66:7464:6f63:58::/64";
      on("router").sh(`ip route add ${prefix} via ${HOST[family]}`);
      const attack = [on("router"), "TCP", address, 81] as const;
      assert.is((await ask(...attack)).stdout, "", "with the guard");
      assert.match(await answer(on("host"), "TCP", address, 81), /^peer /, "the host itself may");
      takeOff("forward");
      assert.match(await answer(...attack), /^peer /, "without it the attack works");
      on("router").sh(`ip route del ${prefix}`);
      await end(container);
    },
  );
}

test("a neighbour doesn't reach a port that is published on 127.0.0.1", needs, async () => {
  await build();
  const container = await background(["-p", "127.0.0.1:8085:80"], server("TCP", 80));
  // No usual machine sends to 127.0.0.1: this one writes it into its packets when they have been routed.
  const forged = "198.18.0.7";
  on("router").sh(`ip route add ${forged} via ${HOST.ipv4}; nft '
    add table ip forge
    add chain ip forge out { type filter hook postrouting priority 0; }
    add rule ip forge out ip daddr ${forged} ip daddr set 127.0.0.1
    add chain ip forge in { type filter hook prerouting priority -300; }
    add rule ip forge in iifname tohost ip saddr 127.0.0.1 ip saddr set ${forged}'`);
  const attack = [on("router"), "TCP", forged, 8085] as const;
  assert.is((await ask(...attack)).stdout, "", "with the guard");
  assert.match(await answer(on("host"), "TCP", "127.0.0.1", 8085), /^peer /);
  takeOff("prerouting");
  assert.match(await answer(...attack), /^peer /, "without it the attack works");
  on("router").sh(`nft delete table ip forge; ip route del ${forged}`);
  await end(container);
});

test("the host forwards for nobody but its containers", needs, async () => {
  await build();
  const neighbour = await machine();
  cable(on("host"), "toneighbour", neighbour, 3);
  on("router").sh(
    `ip route add 198.51.3.0/24 via ${HOST.ipv4}; ip route add 2001:db8:3::/64 via ${HOST.ipv6}`,
  );
  const servers = await serve(on("client"), server("TCP", 7001));
  const container = await background([], "true");
  const attacks = FAMILIES.map((family) => [neighbour, "TCP", CLIENT[family], 7001] as const);
  for (const attack of attacks) assert.is((await ask(...attack)).stdout, "", "with the guard");
  takeOff("forward");
  for (const attack of attacks)
    assert.match(await answer(...attack), /^peer /, "without it the attack works");
  await end(container);
  await servers.end();
  on("host").sh("ip link del toneighbour");
  on("router").sh("ip route del 198.51.3.0/24; ip -6 route del 2001:db8:3::/64");
});

for (const family of FAMILIES) {
  test(`two networks: containers of one don't reach those of the other, ${family}`, needs, async () => {
    await build();
    const before = await hostState();
    const first = await background([], `${server("TCP", 81)}; ip -j address show eth0`);
    const pattern = family === "ipv4" ? /"local":"(10\.[\d.]+)"/ : /"local":"(fd66:[^"]+)"/;
    const address = pattern.exec(first.output().stdout)?.[1] ?? "";
    // Another home, another bridge.
    const other = { env: { FT_DOCKER_HOME: tempDir() } };
    const attack = async () =>
      (await run(command(...tools, "sh", "-c", asking("TCP", address, 81).replace("1 2 3 4 5", "1")), other))
        .stdout;
    const second = start(command("sh", "-c", "echo ready; read -r line"), other);
    await second.waitFor(/ready/);
    assert.is(
      on("host")
        .sh("ip -br link")
        .match(/^ft-docker/gm)?.length,
      2,
    );
    assert.is(await attack(), "", "with the guard");
    assert.match((await inContainer(...tools, "sh", "-c", asking("TCP", address, 81))).stdout, /^peer /);
    for (const table of on("host")
      .sh("nft list tables")
      .match(/ft-docker\w+$/gm) ?? [])
      on("host").sh(`nft flush chain inet ${table} forward`);
    assert.match(await attack(), /^peer /, "without it the attack works");
    await Promise.all([first, second].map(end));
    assert.is(await hostState(), before);
  });
}

test("two networks: what one has switched on stays on for the other, and goes with it", needs, async () => {
  await build();
  const before = await hostState();
  const first = await background([], "true");
  const other = { env: { FT_DOCKER_HOME: tempDir() } };
  const servers = await serve(on("client"), server("TCP", 7001));
  const script = `echo ready; read -r line; ${asking("TCP", CLIENT.ipv4, 7001)}; read -r line`;
  const second = start(command(...tools, "sh", "-c", script), other);
  await second.waitFor(/ready/);
  await end(first);
  second.type("\n");
  await second.waitFor(/^peer /m);
  const guards = on("host")
    .sh("nft list ruleset")
    .match(/iifname != "ft-docker\*".* drop/g);
  assert.is(guards?.length, 1, "the host is closed to others still");
  await end(second);
  assert.is(await hostState(), before);
  await servers.end();
});

// Another container's network

test("--network container: the same links, and ports on the same loopback", needs, async () => {
  await build();
  const first = await background(
    ["--hostname", "first"],
    `${server("TCP", 80)}; cat /etc/hostname; ip -j address show eth0`,
  );
  const [id = ""] = list(path.join(home, "containers"));
  const script = `${asking("TCP", "127.0.0.1", 80)}; ip -j address show eth0`;
  const { stdout, stderr } = await inContainer(
    ...tools,
    "--network",
    `container:${id.slice(0, 6)}`,
    "sh",
    "-c",
    script,
  );
  assert.match(stdout, /^peer /, stderr);
  const local = /"local":"[^"]+"/.exec(stdout)?.[0] ?? "none";
  assert.match(first.output().stdout, local);
  await end(first);
  const gone = await inContainer("--network", `container:${id}`, "true");
  assert.is(gone.status, 125);
  assert.match(gone.stderr, `--network ${id}: there is no such container`);
});

// What is left

test("50 at once have 50 addresses, and leave nothing", needs, async () => {
  await build();
  const before = await hostState();
  const all = Array.from({ length: 50 }, () =>
    start(command("sh", "-c", "cat /etc/hosts; echo; echo ready; read -r line"), options),
  );
  await Promise.all(all.map((each) => each.waitFor(/^ready$/m)));
  const addresses =
    on("host")
      .sh("ip -br link")
      .match(/^ft[0-9a-f]{12}@/gm) ?? [];
  assert.is(addresses.length, 50);
  const leases = list(path.join(home, "run/ledger"))
    .map(
      (name) =>
        JSON.parse(readFileSync(path.join(home, "run/ledger", name), "utf8")) as {
          changes: { kind: string; address?: { host: number } }[];
        },
    )
    .flatMap(({ changes }) =>
      changes.flatMap(({ kind, address }) => (kind === "lease" ? [address?.host] : [])),
    );
  assert.is(new Set(leases).size, 50);
  const check = await inContainer("sh", "-c", "grep -c 10.88. /etc/hosts");
  assert.is(check.stdout, "51\n");
  await Promise.all(all.map(end));
  assert.is(await hostState(), before);
});

test("after kill -9, clean takes all away", needs, async () => {
  await build();
  const before = await hostState();
  const container = await background(["-p", "8084:80"], "true");
  container.child.kill("SIGKILL");
  await container.done;
  assert.match(on("host").sh("ip -br link"), /^ft-docker/m);
  assert.is(on("host").sh("cat /proc/sys/net/ipv4/ip_forward"), "1\n");
  assert.is(
    (
      on("host")
        .sh("nft list tables")
        .match(/ft-docker/g) ?? []
    ).length,
    1,
    "the ports' table has ended with the runtime",
  );
  const clean = await run(on("host").on(...node(path.join(repo, "scripts/clean.ts"), [])), options);
  assert.is(clean.status, 0, clean.stderr);
  assert.is(await hostState(), before);
});

// Configuration

test("--dns, --add-host, and a resolver on the host's loopback", needs, async () => {
  await build();
  const { stdout } = await inContainer(
    "--dns",
    "192.0.2.53",
    "--dns",
    "2001:db8::53",
    "--add-host",
    "db:192.0.2.7",
    "--add-host",
    "gate:host-gateway",
    "sh",
    "-c",
    "grep nameserver /etc/resolv.conf; getent hosts db gate",
  );
  assert.is(
    stdout.replaceAll(/ +/g, " "),
    "nameserver 192.0.2.53\nnameserver 2001:db8::53\n192.0.2.7 db\n10.88.0.1 gate\n",
  );
  const folder = tempDir();
  const file = path.join(folder, "resolv.conf");
  writeFileSync(file, "nameserver 127.0.0.53\nsearch example.org\noptions edns0\n");
  const script = `mount --bind ${file} /etc/resolv.conf; mkdir -p /run/systemd/resolve; mount -t tmpfs none /run/systemd/resolve
    echo nameserver 192.0.2.1 >/run/systemd/resolve/resolv.conf; exec "$@"`;
  const made = existsSync("/run/systemd/resolve");
  const result = await run(
    ["unshare", "--mount", "sh", "-ec", script, "sh", ...command("cat", "/etc/resolv.conf")],
    options,
  );
  if (!made) rmSync("/run/systemd/resolve", { recursive: true });
  assert.is(result.stdout, "nameserver 192.0.2.1\n", result.stderr);
});

test("--explain shows what would be done, and does nothing", needs, async () => {
  await build();
  const before = await hostState();
  const { stdout, status } = await inContainer("-p", "8080:80", "--explain", "true");
  assert.is(status, 0);
  for (const what of [
    "nftables: table inet ft-docker",
    "RTM_NEWLINK bridge ft-docker",
    "RTM_NEWADDR eth0 10.88.",
    "bind the host's ports of 8080:80",
  ])
    assert.match(stdout, what);
  assert.is(await hostState(), before);
});

mkdirSync(home, { recursive: true });
test.run();
