/** The Vagrantfile, as far as it goes without a machine; `npm run test:vagrant` boots one. */
import path from "node:path";
import { assert, repo, run, suite, tempDir, tool } from "./harness.ts";

const test = suite("vagrant");
const VAGRANTFILE = path.join(repo, "Vagrantfile");

type Values = Readonly<Record<string, unknown>>;
type Call = readonly [name: string, args: readonly unknown[], options: Values];
interface Machine {
  readonly box?: string;
  readonly box_version?: string | null;
  readonly box_url?: string;
  readonly providers: Readonly<
    Record<string, { machine: Values; override: { vm?: Values & { calls: Call[] } } }>
  >;
  readonly calls: readonly Call[];
}

async function read(env: Readonly<Record<string, string>> = {}): Promise<Machine> {
  const file = path.join(import.meta.dirname, "vagrantfile.rb");
  const { status, stdout, stderr } = await run(["ruby", file, VAGRANTFILE], { env });
  assert.is(status, 0, stderr);
  return (JSON.parse(stdout) as { vm: Machine }).vm;
}

test("vagrant validate", [tool("vagrant")], async () => {
  const { status, stdout, stderr } = await run(["vagrant", "validate", "--ignore-provider"], {
    env: { VAGRANT_HOME: tempDir(), VAGRANT_DOTFILE_PATH: tempDir(), VAGRANT_CHECKPOINT_DISABLE: "1" },
  });
  assert.is(status, 0, `${stdout}${stderr}`);
  assert.match(stdout, /Vagrantfile validated successfully/);
});

test("each provider has a box of one version, two CPUs and 2 GiB", [tool("ruby")], async () => {
  const { providers } = await read();
  assert.equal(Object.keys(providers).sort(), [
    "libvirt",
    "parallels",
    "qemu",
    "virtualbox",
    "vmware_desktop",
  ]);
  for (const [name, { machine, override }] of Object.entries(providers)) {
    assert.match(`${override.vm?.box}`, /\/debian-1[2-9]$/, name);
    assert.match(`${override.vm?.box_version}`, /^\d[\d.]+$/, name);
    assert.is(machine.cpus ?? machine.smp, 2, name);
    assert.match(`${machine.memory}`, /^2048M?$/, name);
  }
});

test(
  "the port is forwarded on the loopback, and what is synced is never deleted",
  [tool("ruby")],
  async () => {
    const { calls, providers } = await read({ FT_DOCKER_SITE_PORT: "8123" });
    const port = calls.find(([name]) => name === "network")?.[2];
    assert.equal(port, { guest: 8000, host: 8123, host_ip: "127.0.0.1", auto_correct: true });
    for (const name of ["libvirt", "qemu"]) {
      const [, , options] =
        providers[name]?.override.vm?.calls.find(([call]) => call === "synced_folder") ?? [];
      assert.is(options?.type, "rsync", name);
      assert.not.match(JSON.stringify(options?.rsync__args), /delete/);
      assert.match(JSON.stringify(options?.rsync__exclude), /node_modules/);
    }
  },
);

test("a box of one's own, and what is taken over from here", [tool("ruby")], async () => {
  const box = path.join(tempDir(), "own.box");
  const env = {
    FT_DOCKER_BOX: `file://${box}`,
    npm_config_registry: "http://mirror/",
    FT_DOCKER_CA: "/ca.pem",
  };
  const { box_url, box_version, calls, providers } = await read(env);
  assert.is(box_url, `file://${box}`);
  assert.is(box_version, null);
  assert.is(providers.virtualbox?.override.vm?.box, undefined);
  const provisions = calls.filter(([name]) => name === "provision");
  const [, , shell] = provisions.find(([, [kind]]) => kind === "shell") ?? [];
  const settings = shell?.env as Values;
  assert.is(settings.npm_config_registry, "http://mirror/");
  assert.is(settings.FT_DOCKER_CA, "/tmp/ft-docker-ca.pem");
  assert.is(settings.FT_DOCKER_SITE_ADDRESS, "0.0.0.0");
  assert.is(shell?.run, "always");
  assert.ok(provisions.some(([, [kind], options]) => kind === "file" && options.source === "/ca.pem"));
});

test.run();
