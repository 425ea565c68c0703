/** Where the state's folder can be: names with odd characters, file systems that can't hold an upper directory, none. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { file } from "../../test/archive.ts";
import { assertError } from "../../test/behaviours.ts";
import {
  assert,
  assertSame,
  root,
  run,
  runtime,
  snapshot,
  suite,
  tempDir,
  tool,
} from "../../test/harness.ts";
import { archiveOf, base, busybox, image, layer, load } from "../../test/images.ts";

const test = suite("05-overlay: places");
const chapter = "05-overlay";
const needs = [root, busybox];
const LAYERS = [base(), layer(file("top", "on top\n"))];
const ft = (...words: string[]) => [...runtime(chapter), ...words];

test("a state folder with a comma, a colon, a backslash, a space and what isn't ASCII", needs, async () => {
  for (const name of ["a,b", "a:b", "a\\b", "a b\t", "größe", `${"long".repeat(50)}/${"name".repeat(50)}`]) {
    const home = path.join(tempDir(), name);
    const env = { FT_DOCKER_HOME: home };
    await load(chapter, home, "x", image(LAYERS));
    const { stdout, stderr } = await run(ft("run", "--image", "x", "cat", "/top"), { env });
    assert.is(stdout + stderr, "on top\n", name);
    const dir = path.join(home, `its,own:root\\ ${name.slice(0, 20)}`);
    mkdirSync(path.join(dir, "bin"), { recursive: true });
    await run(["cp", "-a", (await run(["which", "busybox"])).stdout.trim(), path.join(dir, "bin/busybox")]);
    const own = await run(ft("run", "--rootfs", dir, "/bin/busybox", "ls", "/"), { env });
    assert.is(own.stdout + own.stderr, "bin\ndev\nproc\nsys\n", dir);
    assert.equal(readdirSync(path.join(home, "containers")), []);
  }
});

/** The script in a mount namespace of its own; $1 is a new folder, and the words after it are the chapter's. */
async function inNamespace(script: string) {
  const folder = tempDir();
  const before = snapshot();
  const words = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", script, "sh", folder];
  const archive = archiveOf(image(LAYERS, { Cmd: ["cat", "/top"] }), "x");
  const result = await run([...words, ...ft()], {
    env: { FT_DOCKER_HOME: path.join(folder, "home"), ARCHIVE: archive },
  });
  assertSame(before, snapshot(), "a namespace");
  return result;
}

const OVERLAY = `folder=$1; shift; mkdir $folder/lower $folder/upper $folder/work $folder/home
  mount -t overlay overlay -o lowerdir=$folder/lower,upperdir=$folder/upper,workdir=$folder/work $folder/home`;

test("on an overlay what a container writes is kept in memory", [...needs, tool("unshare")], async () => {
  const script = `${OVERLAY}
    "$@" load -i $ARCHIVE; "$@" run --image x
    "$@" run --image x sh -c 'echo changed > /top; rm /bin/cat; cat /top; ls /bin/cat 2>/dev/null; grep -o -e "- overlay" /proc/self/mountinfo'
    "$@" run sh -c 'echo built-in > /etc/passwd; cat /etc/passwd'
    "$@" run sh -c 'echo $(hostname) > /made; hostname; trap "exit 0" TERM; while :; do sleep 0.1; done' > $folder/id & runtime=$!
    until [ -s $folder/id ]; do sleep 0.1; done; id=$(cat $folder/id)
    "$@" diff $id; "$@" commit $id own > /dev/null; kill $runtime; wait $runtime
    "$@" run --image own sh -c '[ "$(cat /made)" = '$id' ] && echo committed'
    ls $folder/home/containers; grep -c containers /proc/self/mountinfo || true`;
  const { stdout, stderr } = await inNamespace(script);
  assert.is(stderr, "");
  assert.match(
    stdout,
    /^Loaded image: x:latest\non top\nchanged\n- overlay\nbuilt-in\nA \/made\ncommitted\n0\n$/s,
  );
});

test("on a read-only file system, or one without room, it says so", [...needs, tool("unshare")], async () => {
  const readOnly = `folder=$1; shift; mkdir $folder/home; mount --bind $folder/home $folder/home
    mount -o remount,bind,ro $folder/home; "$@" run true`;
  const first = await inNamespace(`${readOnly} || echo $?`);
  assert.is(first.stdout, "125\n");
  assertError(first.stderr, "rootfs: it can't be made in ");
  assert.match(first.stderr, /EROFS\nhint: FT_DOCKER_HOME=DIR names another place/);
  const later = await inNamespace(`folder=$1; shift; "$@" load -i $ARCHIVE; "$@" run --image x
    mount --bind $folder/home $folder/home; mount -o remount,bind,ro $folder/home
    "$@" run --image x || echo $?`);
  assert.is(later.stdout, "Loaded image: x:latest\non top\n125\n");
  assert.match(later.stderr, /^error: .*EROFS\nhint: FT_DOCKER_HOME=DIR names another place[^\n]*\n$/);
  const full =
    await inNamespace(`folder=$1; shift; mkdir $folder/home; mount -t tmpfs -o size=3m none $folder/home
    "$@" load -i $ARCHIVE; head -c 9000000 /dev/zero > $folder/home/other || true; "$@" run --image x || echo $?
    rm $folder/home/other; ls -A $folder/home/layers`);
  assert.is(full.stdout, "Loaded image: x:latest\n125\n");
  assert.match(full.stderr, /^error: .*ENOSPC\nhint: /m);
});

test("on a tmpfs all is as on a disk", [...needs, tool("unshare")], async () => {
  const script = `folder=$1; shift; mkdir $folder/home; mount -t tmpfs none $folder/home; "$@" load -i $ARCHIVE
    "$@" run --image x; "$@" run --image x sh -c 'rm -r /bin /top; echo done'; ls -A $folder/home/containers`;
  const { stdout, stderr } = await inNamespace(script);
  assert.is(stdout + stderr, "Loaded image: x:latest\non top\ndone\n");
});

test("a file in the place of a folder of the state's is an error", needs, async () => {
  for (const [name, ...words] of [
    ["containers", "run", "true"],
    ["layers", "run", "true"],
    ["rootfs", "run", "true"],
    ["images", "images"],
  ] as const) {
    const home = tempDir();
    const env = { FT_DOCKER_HOME: home };
    writeFileSync(path.join(home, name), "mine\n");
    const { status, stderr } = await run(ft(...words), { env });
    assert.is(status, 125);
    assert.match(
      stderr,
      new RegExp(`^error: .*${home}.*\\nhint: FT_DOCKER_HOME=DIR names another place`),
      name,
    );
    assert.is(readFileSync(path.join(home, name), "utf8"), "mine\n");
  }
});

test.run();
