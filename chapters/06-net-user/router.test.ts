/** An ordinary user's network, by pasta and by slirp4netns: a user's machine and a server, each a network namespace of the test's. */
import { chmodSync, copyFileSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { node } from "../../scripts/root.ts";
import { assertError } from "../../test/behaviours.ts";
import {
  assert,
  findTool,
  need,
  type Running,
  repo,
  run,
  runtime,
  snapshot,
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
  serve,
  server,
} from "../../test/machines.ts";
import { type Person, person, personTools } from "../../test/person.ts";

const test = suite("06-net-user: router");
const needs = [...personTools, ...machineTools, need("needs /dev/net/tun", () => existsSync("/dev/net/tun"))];
const TOOLS = ["pasta", "slirp4netns"] as const;
type Tool = (typeof TOOLS)[number];

let machines: { host: Machine; server: Machine } | undefined;
async function build() {
  if (!machines) {
    machines = { host: await machine(), server: await machine() };
    cable(machines.server, "tohost", machines.host, 1);
  }
  return machines;
}
const SERVER = { ipv4: "198.51.1.1", ipv6: "2001:db8:1::1" } as const;
const HOST = { ipv4: "198.51.1.2", ipv6: "2001:db8:1::2" } as const;

const files = tempDir();
chmodSync(files, 0o755);

/** A user who has one of the two only. */
function user(name: Tool, covers: Readonly<Record<string, string>> = {}): Person {
  const [other = ""] = TOOLS.filter((each) => each !== name);
  const file = findTool(other);
  return person("none", { tun: true, covers: { ...(file ? { [file]: "" } : {}), ...covers } });
}

const command = (where: Machine, { as }: Person, ...words: string[]) =>
  where.on(...as(...runtime("06-net-user"), "run", "--tty=false", "-v", "/usr:/usr:ro", ...words));

/** Those that run, and that a container of this file's has. */
const routers = (): string[] =>
  (snapshot().processes ?? []).filter((line) => /^\d+ \S*(pasta|slirp4netns) --/.test(line));

/** The kernel has its signal, and it ends in a moment. */
async function ended(): Promise<boolean> {
  while (routers().length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  return true;
}

const containersOf = ({ home }: Person): string[] => {
  const folder = path.join(home, ".local/share/ft-docker/containers");
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** A container that has said "ready", and ends when its input does. */
async function background(argv: string[]): Promise<Running> {
  const container = start(argv);
  await container.waitFor(/^ready$/m);
  return container;
}

/** Answers each question for an address with 192.0.2.80: RFC 1035. */
writeFileSync(
  path.join(files, "dns.cjs"),
  `const server = require("node:dgram").createSocket("udp4");
  server.on("message", (query, { port, address }) => {
    const end = query.indexOf(0, 12) + 5;
    const isA = query[end - 3] === 1;
    const counts = isA ? "81800001000100000000" : "81800001000000000000";
    const answer = isA ? "c00c00010001000000000004c0000250" : "";
    const header = Buffer.concat([query.subarray(0, 2), Buffer.from(counts, "hex")]);
    server.send(Buffer.concat([header, query.subarray(12, end), Buffer.from(answer, "hex")]), port, address);
  });
  server.bind(53, "127.0.0.53");`,
);
const dnsServer = `${process.execPath} ${files}/dns.cjs & servers=$!; until grep -q :0035 /proc/net/udp; do sleep 0.01; done`;

for (const name of TOOLS) {
  const wanted = [...needs, tool(name)];

  test(`${name}: TCP, UDP and names, out of a container without root`, wanted, async () => {
    const { host, server: there } = await build();
    const who = user(name, { "/etc/resolv.conf": "nameserver 127.0.0.53\n" });
    const servers = await serve(there, `${server("TCP", 7001)}; ${server("UDP", 7002)}`);
    const dns = await serve(host, dnsServer);
    const script = `${asking("TCP", SERVER.ipv4, 7001)}; ${asking("UDP", SERVER.ipv4, 7002)}; for try in 1 2 3; do getent ahostsv4 wiki.test && break; done | head -n 1; ls /sys/class/net`;
    const { stdout, stderr, status } = await run(command(host, who, "sh", "-c", script));
    assert.is(status, 0, stderr);
    const peer = "peer \\[\\S*(c633:0102|198\\.51\\.1\\.2)\\]\n";
    // Who is slow is asked again, and then answers more than once.
    assert.match(
      stdout,
      new RegExp(`^(?:${peer}){2,}192\\.0\\.2\\.80 .*\\neth0\\nlo\\n$`),
      `${stdout}${stderr}`,
    );
    assert.equal([await ended(), containersOf(who)], [true, []]);
    await servers.end();
    await dns.end();
  });

  test(`${name}: -p, from outside and from the host, and nobody else's port`, wanted, async () => {
    const { host, server: outside } = await build();
    const who = user(name);
    const ports = ["-p", "8080:80", "-p", "8081:81/udp", "-p", "127.0.0.1:8082:80"];
    const script = `${server("TCP", 80)}; ${server("UDP", 81)}; echo ready; read -r line`;
    const container = await background(command(host, who, ...ports, "sh", "-c", script));
    for (const family of name === "pasta" ? (["ipv4", "ipv6"] as const) : (["ipv4"] as const))
      assert.match(await answer(outside, "TCP", HOST[family], 8080), /^peer /, family);
    assert.match(await answer(outside, "UDP", HOST.ipv4, 8081), /^peer /);
    assert.match(await answer(host, "TCP", "127.0.0.1", 8082), /^peer /);
    assert.is((await ask(outside, "TCP", HOST.ipv4, 8082)).stdout, "");
    const taken = await run(command(host, user(name), "-p", "8080:80", "true"));
    assert.is(taken.status, 125);
    assertError(taken.stderr, "-p 8080:80: port 8080/tcp of the host is taken");
    const low = await run(command(host, user(name), "-p", "80:80", "true"));
    assertError(low.stderr, "-p 80:80: port 80 is for root alone");
    await endOf(container);
    assert.equal([await ended(), containersOf(who)], [true, []]);
    assert.is((await ask(outside, "TCP", HOST.ipv4, 8080)).stdout, "");
  });

  test(`${name}: the host's loopback is out of reach`, wanted, async () => {
    const { host } = await build();
    const servers = await serve(
      host,
      server("TCP", 7003)
        .replace("TCP6-LISTEN:7003,ipv6only=0", "TCP4-LISTEN:7003,bind=127.0.0.1")
        .replace("net/tcp6", "net/tcp"),
    );
    const attack = (who: Person) =>
      run(command(host, who, "sh", "-c", asking("TCP", "10.0.2.2", 7003).replace("1 2 3 4 5", "1")));
    assert.is((await attack(user(name))).stdout, "", "with the guard");
    // The same program, behind a script of its name that takes the guard out of its words.
    const file = findTool(name) ?? "";
    copyFileSync(file, path.join(files, name));
    const script = `#!/bin/sh
      for word; do shift; case $word in --no-map-gw|--disable-host-loopback) ;; *) set -- "$@" "$word";; esac; done
      exec ${files}/${name} "$@"`;
    const without = user(name, { [file]: script });
    assert.match((await attack(without)).stdout, /^peer /, "without it the attack works");
    await servers.end();
  });

  test(
    `${name}: run -d, whose router goes on without the runtime, and ends with the container`,
    wanted,
    async () => {
      const { host, server: outside } = await build();
      const who = user(name);
      const { stdout, stderr } = await run(
        command(
          host,
          who,
          "-d",
          "--rm",
          "-p",
          "8083:80",
          "sh",
          "-c",
          `${server("TCP", 80)}; exec sleep 1000`,
        ),
      );
      assert.match(await answer(outside, "TCP", HOST.ipv4, 8083), /^peer /, stderr);
      const stopped = await run(host.on(...who.as(...runtime("06-net-user"), "kill", stdout.trim())));
      assert.is(stopped.status, 0, stopped.stderr);
      assert.ok(await ended());
      assert.is((await ask(outside, "TCP", HOST.ipv4, 8083)).stdout, "");
    },
  );

  test(`${name}: kill -9 of the runtime ends it`, wanted, async () => {
    const { host } = await build();
    const who = user(name);
    const container = await background(command(host, who, "sh", "-c", "echo ready; read -r line"));
    assert.ok(routers().length > 0);
    container.child.kill("SIGKILL");
    await container.done;
    await ended();
    const clean = await run(who.as(...node(path.join(repo, "scripts/clean.ts"), [])));
    assert.is(clean.status, 0, clean.stderr);
    assert.equal(containersOf(who), []);
  });
}

test(
  "pasta on a host without a way out: a note, or an error where the network was asked for",
  [...needs, tool("pasta")],
  async () => {
    const lonely = await machine();
    const { stdout, stderr, status } = await run(
      command(lonely, user("pasta"), "sh", "-c", "ping -c 1 127.0.0.1 >/dev/null && echo up"),
    );
    assert.is(`${status}${stdout}`, "0up\n");
    assert.match(stderr, /^note: --network bridge: pasta: .*: the container has no way out\n$/);
    const asked = await run(command(lonely, user("pasta"), "--network", "bridge", "true"));
    assert.is(asked.status, 125);
    assertError(asked.stderr, "--network bridge: pasta: ");
  },
);

test.run();
