/** The bundle for a room without a network: made with one, installed without. */
import { appendFileSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { node } from "../scripts/root.ts";
import { type Architecture, bundle } from "../workshop/bundle.ts";
import { assert, need, repo, root, run, suite, tempDir, tool } from "./harness.ts";

const test = suite("bundle");
const machine = [root, tool("unshare"), need("needs git", () => existsSync(path.join(repo, ".git")))];

test(
  "a bundle installs without a network, on a machine without Node, and refuses what was changed",
  machine,
  async () => {
    const stick = path.join(tempDir(), "stick");
    await bundle(stick, [process.arch as Architecture]);
    assert.equal(
      readdirSync(stick)
        .map((name) => name.replace(/-\d[\d.]*\d/, ""))
        .sort(),
      [
        "SHA256SUMS",
        "ft-docker.tar",
        "install.sh",
        `node-linux-${process.arch}.tgz`,
        "npm-cache.tar",
        "npm.tgz",
        `rootfs-${process.arch}.tar`,
      ],
    );

    const home = tempDir();
    const target = path.join(home, "ft-docker");
    /** A PATH on which Node isn't. */
    const tools = tempDir();
    const offline = (script: string) =>
      run(["unshare", "--net", "--mount", "--propagation", "private", "/bin/sh", "-ec", script], {
        cwd: home,
        env: { HOME: home, FT_DOCKER_HOME: path.join(home, "state"), PATH: `${tools}:/bin` },
      });
    writeFileSync(path.join(tools, "node"), "#!/bin/sh\nexit 127\n", { mode: 0o755 });
    const installed = await offline(`sh ${stick}/install.sh`);
    assert.is(installed.status, 0, `${installed.stdout}${installed.stderr}`);
    assert.match(installed.stdout, /install: Node, to .*\/ft-docker\/\.node\n/);
    const begin = `export PATH=${target}/.node/bin:$PATH; cd ${target}`;
    assert.match(installed.stdout, `export PATH="${target}/.node/bin:$PATH"\n  cd ${target}\n`);
    const used = await offline(`${begin}
    npx tsx chapters/03-pid-mnt/main.ts run /bin/sh -c 'echo I am $$'
    npx tsx chapters/03-pid-mnt/main.ts run --rootfs .rootfs /bin/sh -c 'echo so am I: $$'
    grep -c '<h1' site/dist/index.html`);
    assert.is(used.stdout, "I am 1\nso am I: 1\n1\n", used.stderr);

    const again = await offline(`sh ${stick}/install.sh`);
    assert.is(again.status, 125);
    assert.match(again.stderr, /error: install: \S+ is there already\nhint: sh install\.sh ANOTHER/);
    appendFileSync(path.join(stick, "ft-docker.tar"), "x");
    const changed = await offline(`sh ${stick}/install.sh ${home}/other`);
    assert.is(changed.status, 125);
    assert.match(changed.stderr, /error: install: a file isn't what was written/);
    assert.not.ok(existsSync(path.join(home, "other")));
  },
);

test("a directory that has something in it is left alone", async () => {
  const folder = tempDir();
  writeFileSync(path.join(folder, "mine"), "");
  const result = await run(node(path.join(repo, "workshop/make-bundle.ts"), [folder]));
  assert.is(result.status, 125);
  assert.match(result.stderr, /^error: bundle: \S+ isn't empty\nhint: /);
});

test.run();
