import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { recordFolder } from "../containers/record.ts";
import { putRecord } from "../containers/testing/records.ts";
import {
  assert,
  findTool,
  need,
  type Options,
  repo,
  root,
  run,
  runtime,
  start,
  suite,
  tempDir,
} from "../test/harness.ts";
import { elfInterpreter } from "./elf.ts";
import { builtinRootfs } from "./rootfs.ts";

const test = suite("rootfs");

const staticBusybox = need("needs busybox-static", () => {
  const file = findTool("busybox");
  return file !== undefined && elfInterpreter(file) === "";
});

/** A folder of tools, copied from the host: they load the host's libraries. */
function tools(...names: string[]): string {
  const folder = tempDir();
  for (const name of names) copyFileSync(realpathSync(findTool(name) ?? ""), path.join(folder, name));
  return folder;
}

/** All that is there, as a tree: paths relative to the folder. */
const tree = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
const stores = (home: string) => readdirSync(path.join(home, "rootfs")).sort();

/** A container of chapter 03 in this root filesystem. */
const inside = (directory: string, command: string[], options: Options = {}) =>
  run([...runtime("03-pid-mnt"), "run", "--rootfs", directory, ...command], options);

test("it has a shell, the usual directories and nothing with the rights of another user", async () => {
  const started = performance.now();
  const directory = await builtinRootfs(tempDir());
  const files = tree(directory);
  console.log(`made ${files.length} files in ${Math.round(performance.now() - started)} ms`);
  assert.ok(lstatSync(path.join(directory, "bin/sh")));
  for (const [name, mode] of Object.entries({
    tmp: 0o1777,
    root: 0o700,
    etc: 0o755,
    proc: 0o755,
    dev: 0o755,
  }))
    assert.is(statSync(path.join(directory, name)).mode & 0o7777, mode, name);
  for (const name of files) {
    const stat = lstatSync(path.join(directory, name));
    assert.is(stat.mode & 0o6000, 0, name);
    assert.is(stat.uid, process.geteuid?.(), name);
    if (!stat.isSymbolicLink() && !/^(var\/)?tmp$/.test(name)) assert.is(stat.mode & 0o022, 0, name);
  }
});

test("a set-user-ID program loses it", async () => {
  const search = tools("sh", "su");
  chmodSync(path.join(search, "su"), 0o6755);
  const directory = await builtinRootfs(tempDir(), { search: [search] });
  assert.is(statSync(path.join(directory, search, "su")).mode & 0o7777, 0o755);
});

test("no symlink leads to a file that isn't there, as the container sees it", [root], async () => {
  const directory = await builtinRootfs(tempDir());
  const { stdout } = await inside(directory, ["find", "-L", "/bin", "/lib", "/usr", "/etc", "-type", "l"]);
  assert.is(stdout, "");
});

test("the umask of who makes it isn't seen in it", async () => {
  const mask = process.umask(0o077);
  const directory = await builtinRootfs(tempDir());
  assert.is(process.umask(mask), 0o077);
  for (const name of ["", "etc", "usr/bin", "usr/lib", "var/tmp", "etc/passwd"])
    assert.is(statSync(path.join(directory, name)).mode & 0o044, 0o044, name);
});

test("a second call makes nothing", async () => {
  const home = tempDir();
  const first = await builtinRootfs(home);
  const { ino, ctimeMs } = statSync(first);
  const manifest = path.join(home, "rootfs/current.json");
  const written = statSync(manifest).ino;
  assert.is(await builtinRootfs(home), first);
  assert.is(statSync(first).ino, ino);
  assert.is(statSync(first).ctimeMs, ctimeMs);
  assert.is(statSync(manifest).ino, written);
});

test("it is made anew when a tool of the host's changes, comes or goes", async () => {
  const home = tempDir();
  const search = tools("sh", "cat");
  const make = () => builtinRootfs(home, { search: [search] });
  const has = (directory: string, name: string) => existsSync(path.join(directory, search, name));
  const made = [await make()];
  appendFileSync(path.join(search, "cat"), "\0");
  made.push(await make());
  assert.is(
    statSync(path.join(made.at(-1) ?? "", search, "cat")).size,
    statSync(path.join(search, "cat")).size,
  );

  copyFileSync(findTool("ls") ?? "", path.join(search, "ls"));
  made.push(await make());
  assert.ok(has(made.at(-1) ?? "", "ls"));

  rmSync(path.join(search, "cat"));
  made.push(await make());
  assert.not.ok(has(made.at(-1) ?? "", "cat"));
  assert.is(new Set(made).size, 4);
  assert.equal(stores(home), [path.basename(made.at(-1) ?? ""), "current.json"].sort());
});

test("what comes into a folder and is no tool of ours changes nothing", async () => {
  const home = tempDir();
  const search = tools("sh");
  const first = await builtinRootfs(home, { search: [search] });
  writeFileSync(path.join(search, "something"), "else");
  assert.is(await builtinRootfs(home, { search: [search] }), first);
});

test("a damaged copy is made anew", async () => {
  const home = tempDir();
  const damages: ((directory: string) => void)[] = [
    (directory) => rmSync(path.join(directory, "usr/bin"), { recursive: true }),
    (directory) => truncateSync(path.join(directory, "bin/cat")),
    (directory) => rmSync(directory, { recursive: true }),
  ];
  for (const damage of damages) {
    damage(await builtinRootfs(home));
    const directory = await builtinRootfs(home);
    assert.ok(statSync(path.join(directory, "bin/cat")).size > 0);
    assert.equal(stores(home), [path.basename(directory), "current.json"].sort());
  }
  writeFileSync(path.join(home, "rootfs/current.json"), '{"directory":');
  assert.ok(existsSync(await builtinRootfs(home)));
});

test("a copy that a container uses stays until the container has ended", [root], async () => {
  const home = tempDir();
  const used = await builtinRootfs(home);
  const container = start([
    ...runtime("03-pid-mnt"),
    "run",
    "--rootfs",
    used,
    "/bin/sh",
    "-c",
    "echo; read x",
  ]);
  await container.waitFor(/\n/);
  rmSync(path.join(used, "bin/cat"));
  const fresh = await builtinRootfs(home);
  assert.is.not(fresh, used);
  assert.ok(existsSync(path.join(used, "bin/sh")));
  container.type("\n");
  await container.done;
  rmSync(path.join(fresh, "bin/cat"));
  const last = await builtinRootfs(home);
  assert.equal(stores(home), [path.basename(last), "current.json"].sort());
});

test("a copy that a container needs, which doesn't run, stays until the container is removed", async () => {
  const home = tempDir();
  process.env.FT_DOCKER_HOME = home;
  const used = await builtinRootfs(home);
  const { id } = putRecord({ lowers: [used] });
  rmSync(path.join(used, "bin/cat"));
  const fresh = await builtinRootfs(home);
  assert.ok(existsSync(path.join(used, "bin/sh")));
  rmSync(recordFolder(id), { recursive: true });
  rmSync(path.join(fresh, "bin/cat"));
  const last = await builtinRootfs(home);
  delete process.env.FT_DOCKER_HOME;
  assert.equal(stores(home), [path.basename(last), "current.json"].sort());
});

const builder = [...runtime("03-pid-mnt"), "rootfs"];

test("builders at the same time give one sound copy", [root], async () => {
  const home = tempDir();
  const options = { env: { FT_DOCKER_HOME: home } };
  const results = await Promise.all([1, 2, 3, 4].map(() => run(builder, options)));
  for (const { status, stderr } of results) assert.is(`${status}${stderr}`, "0");
  assert.is(new Set(results.map(({ stdout }) => stdout)).size, 1);
  const directory = results[0]?.stdout.trim() ?? "";
  assert.equal(stores(home), [path.basename(directory), "current.json"].sort());
  assert.is((await inside(directory, ["/bin/sh", "-c", "exit 5"])).status, 5);
});

test("a builder that was killed leaves nothing after the next one", async () => {
  const home = tempDir();
  const store = path.join(home, "rootfs");
  const drafts = () =>
    existsSync(store) ? readdirSync(store).filter((name) => name.startsWith(".building")) : [];
  const killed = start(builder, { env: { FT_DOCKER_HOME: home } });
  while (drafts().length === 0 && killed.child.exitCode === null)
    await new Promise((next) => setTimeout(next, 1));
  killed.child.kill("SIGKILL");
  assert.is((await killed.done).signal, "SIGKILL");
  assert.is(drafts().length, 1);
  const directory = await builtinRootfs(home);
  assert.equal(stores(home), [path.basename(directory), "current.json"].sort());
});

test("a place that can't be written to is an error of two lines", [root], async () => {
  const file = path.join(tempDir(), "file");
  writeFileSync(file, "");
  const { status, stdout, stderr } = await run(builder, {
    env: { FT_DOCKER_HOME: path.join(file, "x") },
  });
  assert.is(`${status}${stdout}`, "125");
  assert.match(stderr, /^error: rootfs: it can't be made in .*: ENOTDIR\nhint: .*FT_DOCKER_HOME.*\n$/);
});

test(
  "a host without a shell gets busybox, with a link for each of its commands",
  [root, staticBusybox],
  async () => {
    const search = tools("busybox");
    const directory = await builtinRootfs(tempDir(), { search: [search] });
    const script =
      "ls -l /bin/sh | grep -c busybox; id -u; ps | grep -c sh; mount | head -n 1 | cut -d ' ' -f 3";
    const { status, stdout, stderr } = await inside(directory, ["/bin/sh", "-c", script]);
    assert.is(status, 0, stderr);
    assert.match(stdout, /^1\n0\n[1-9]\d*\n\/\n$/);
  },
);

test("a host with neither is told what to do", async () => {
  const error = await builtinRootfs(tempDir(), { search: [tempDir()] }).then(
    () => undefined,
    (reason) => reason,
  );
  assert.match(error?.message ?? "", /neither a shell that can be copied nor a static busybox/);
  assert.match(error?.hint ?? "", /busybox-static/);
});

test("a tool whose libraries the host lacks is left out", async () => {
  const search = tools("sh", "cat");
  const cat = readFileSync(path.join(search, "cat"));
  // The same name with another letter: a library that isn't there.
  const at = cat.indexOf("libc.so.6");
  if (at < 0) return; // Another libc than glibc.
  cat.write("libq.so.6", at);
  writeFileSync(path.join(search, "cat"), cat);
  const directory = await builtinRootfs(tempDir(), { search: [search] });
  assert.not.ok(existsSync(path.join(directory, search, "cat")));
  assert.ok(existsSync(path.join(directory, search, "sh")));
});

test("every tool runs in a container: its loader finds all that it needs", [root], async () => {
  const directory = await builtinRootfs(tempDir());
  // No set-up but the container's own: status 127 and the loader's message are what must not come.
  const script = `
    cd /tmp
    for folder in /usr/bin /usr/sbin /bin /sbin; do
      for file in $folder/*; do
        [ -f "$file" ] && [ -x "$file" ] || continue
        timeout 10 "$file" --version </dev/null >out 2>err; status=$?
        echo "$status $file"
        if [ $status = 126 ] || [ $status = 127 ] || grep -q 'error while loading' err; then cat err; fi
      done
    done`;
  const { status, stdout, stderr } = await inside(directory, ["/bin/sh", "-c", script]);
  assert.is(`${status}${stderr}`, "0");
  const lines = stdout.trim().split("\n");
  assert.equal(
    lines.filter((line) => !/^\d+ \//.test(line) || /^12[4-7] /.test(line)),
    [],
  );
  const names = new Set(lines.map((line) => path.basename(line)));
  console.log(`${names.size} tools run`);
  for (const name of ["sh", "cat", "ls", "grep", "sed", "mount", "ps", "hostname", "sleep", "id", "stat"])
    assert.ok(names.has(name) || !findTool(name), name);
});

test("FT_DOCKER_HOME moves it", [root], async () => {
  const home = tempDir();
  const { stdout } = await run(builder, { env: { FT_DOCKER_HOME: home } });
  assert.is(path.dirname(stdout.trim()), path.join(home, "rootfs"));
  const relative = await run(builder, { env: { FT_DOCKER_HOME: path.relative(repo, home) } });
  assert.is(relative.stdout, stdout);
});

test.run();
