/** workshop/provision.sh on a fresh Debian: with a network, then without one. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { copyRepo, makeDebian, network } from "./debian.ts";
import { assert, need, repo, root, run, suite, tool } from "./harness.ts";
import { asNobody, NOBODY } from "./nobody.ts";

const test = suite("provision");
const SCRIPT = path.join(repo, "workshop/provision.sh");

/** The box's own: see the Vagrantfile. */
const SUITE = "trixie";
const REPO = "/home/learner/ft-docker";
const PROVISION = `${REPO}/workshop/provision.sh`;
const TOOLS = ["strace", "nft", "ip", "tmux", "busybox", "ping", "ps", "newuidmap", "slirp4netns"];

const machine = [
  root,
  tool("mmdebstrap"),
  tool("unshare"),
  need("needs git", () => existsSync(path.join(repo, ".git"))),
];

test("a fresh Debian becomes a machine for the workshop, and again without a network", machine, async () => {
  const debian = await makeDebian(SUITE);
  const at = (file: string) => path.join(debian.folder, file);
  copyRepo(at(REPO));
  const user = await debian.run("useradd --create-home learner; chown -R learner: /home/learner");
  assert.is(user.status, 0, user.stderr);

  const first = await debian.run(PROVISION, { network: true, env: network(debian) });

  assert.is(first.status, 0, `${first.stdout}${first.stderr}`);
  assert.match(first.stdout, /apt-get install .*strace/);
  assert.match(first.stdout, /provision: ready: Node v2\d\./);
  const each = `for tool in ${TOOLS.join(" ")}; do command -v $tool; done`;
  const { stdout } = await debian.run(`node --version; npm --version; ${each}`);
  const [node = "", npm = "", ...tools] = stdout.trim().split("\n");
  assert.ok(Number(node.slice(1).split(".")[0]) >= 20, node);
  assert.match(npm, /^\d+\.\d+/);
  assert.is(tools.length, TOOLS.length, tools.join(" "));
  const { uid } = statSync(at(REPO));
  assert.is.not(uid, 0);
  for (const file of ["node_modules/koffi", "node_modules/.ft-docker-provisioned", "site/dist/index.html"])
    assert.is(statSync(at(`${REPO}/${file}`)).uid, uid, `whose ${file} is`);
  assert.match(
    readFileSync(at("etc/motd.d/ft-docker"), "utf8"),
    /cd \/home\/learner\/ft-docker\n {2}npm start /,
  );
  assert.match(readFileSync(at("etc/subuid"), "utf8"), /^learner:\d+:65536$/m);

  const times = () =>
    ["node_modules/.package-lock.json", "site/dist/index.html"].map(
      (file) => statSync(at(`${REPO}/${file}`)).mtimeMs,
    );
  const before = times();
  const second = await debian.run(PROVISION);
  assert.is(second.status, 0, `${second.stdout}${second.stderr}`);
  assert.not.match(second.stdout, /npm ci|npm \d|apt-get install|Node \d/);
  assert.equal(times(), before);

  const unit = readFileSync(at("etc/systemd/system/ft-docker-site.service"), "utf8");
  const [, command = ""] = /^ExecStart=(.*)$/m.exec(unit) ?? [];
  const book = await debian.run(`
    cd ${REPO}
    runuser -u learner -- ${command} &
    curl --silent --fail --retry 50 --retry-connrefused --retry-delay 1 http://127.0.0.1:8000/ | grep -c '<h1'
    runuser -u learner -- npx tsx chapters/01-fork-exec/main.ts run echo from a container
    kill $!`);
  assert.is(book.stdout.replace(/^http.*\n/gm, ""), "1\nfrom a container\n", book.stderr);

  await sharedFolder();
  await tampered();

  /** On a file system that only passes on the host's files: here findmnt says so. */
  async function sharedFolder(): Promise<void> {
    writeFileSync(at("usr/local/sbin/findmnt"), "#!/bin/sh\necho vboxsf\n", { mode: 0o755 });
    mkdirSync(at("var/lib/ft-docker-workshop"));
    renameSync(at(`${REPO}/node_modules`), at("var/lib/ft-docker-workshop/node_modules"));
    const { status, stdout, stderr } = await debian.run(`${PROVISION}; mountpoint ${REPO}/node_modules`);
    assert.is(status, 0, `${stdout}${stderr}`);
    assert.match(stdout, /node_modules is on this machine's own disk\n(.*\n)*\S+ is a mountpoint\n/);
    assert.not.match(stdout, /npm ci/, "what is there is kept");
    assert.equal(readdirSync(at(`${REPO}/node_modules`)), [], "nothing of it is in the shared folder");
  }

  /** A registry that gives something else than it should. */
  async function tampered(): Promise<void> {
    rmSync(at("usr/local/lib/node_modules/npm"), { recursive: true });
    const server = "require('http').createServer((q, a) => a.end('tampered')).listen(4873, '127.0.0.1')";
    const registry = "npm_config_registry=http://127.0.0.1:4873";
    const { status, stderr } = await debian.run(`node -e "${server}" & ${registry} ${PROVISION}`);
    assert.is(status, 125);
    assert.match(
      stderr,
      /error: provision: npm \S+ from http:\S+ isn't what it should be: its SHA-512 differs\n/,
    );
    assert.not.ok(existsSync(at("usr/local/lib/node_modules/npm")));
  }
});

test("who isn't root is told the command", [asNobody], async () => {
  const { status, stderr } = await run(["/bin/bash", SCRIPT], { uid: NOBODY });
  assert.is(status, 125);
  assert.is(stderr, "error: provision: needs root\nhint: sudo workshop/provision.sh\n");
});

test.run();
