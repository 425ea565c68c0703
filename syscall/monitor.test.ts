import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { assert, root, suite, tempDir, tool } from "../test/harness.ts";
import { type Client, client, residentMemory, startMonitor } from "../test/monitor.ts";

const test = suite("monitor");

interface Record {
  readonly time: bigint;
  readonly stream: number;
  readonly text: string;
}

/** The records of a file, which has to end behind one. */
function records(file: string): Record[] {
  const bytes = readFileSync(file);
  const all: Record[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 16 + bytes.readUInt32LE(at + 8);
    assert.ok(end <= bytes.length, "a whole record");
    assert.is(bytes.readUIntLE(at + 13, 3), 0);
    all.push({
      time: bytes.readBigUInt64LE(at),
      stream: bytes[at + 12] as number,
      text: bytes.toString("latin1", at + 16, end),
    });
    at = end;
  }
  return all;
}

const said = (all: readonly Record[], stream: number) =>
  all
    .filter((each) => each.stream === stream)
    .map(({ text }) => text)
    .join("");

/** As seq(1) writes them. */
const numbers = (last: number) => Array.from({ length: last }, (_, i) => `${i + 1}\n`).join("");
const exited = (status: number) => status << 8;
const input = (text: string) => Buffer.from(text);
const log = (directory: string) => path.join(directory, "log");
const exitFile = (directory: string) => readFileSync(path.join(directory, "exit")).readInt32LE();

/** Sends however long that takes; for texts that the monitor takes at some time. */
async function sendAll(to: Client, text: Buffer): Promise<void> {
  for (let at = 0; at < text.length; ) {
    if (to.connection.send("i", text.subarray(at, at + 4096))) at += 4096;
    else await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

for (const [arch, needs] of [
  ["x64", process.arch === "x64" ? [] : [tool("qemu-x86_64")]],
  ["arm64", process.arch === "arm64" ? [] : [tool("qemu-aarch64")]],
] as const) {
  test(
    `the ${arch} monitor logs, carries both ways, notes the end, and becomes its command`,
    needs,
    async () => {
      const before = BigInt(Date.now()) * 1_000_000n;
      const monitor = startMonitor("echo begun; read word; echo got $word; echo complaint >&2; exit 7", {
        arch,
        input: true,
        ended: 'echo $$ >"$DIRECTORY/pid"; ls /proc/self/fd >"$DIRECTORY/fds"; exit 3',
      });
      const one = client(monitor.socket);
      const other = client(monitor.socket);
      one.connection.send("i", input("hello\n"));
      await Promise.all([one.end, other.end]);
      assert.is(await monitor.done, 3);
      for (const { text, status } of [one, other]) {
        assert.match(text.o, /got hello\n$/);
        assert.is(text.e, "complaint\n");
        assert.is(status, exited(7));
      }
      assert.is(exitFile(monitor.directory), exited(7));
      const all = records(log(monitor.directory));
      assert.is(said(all, 1), "begun\ngot hello\n");
      assert.is(said(all, 2), "complaint\n");
      assert.ok(all.every(({ time }) => time >= before && time <= BigInt(Date.now()) * 1_000_000n));
      const file = (name: string) => readFileSync(path.join(monitor.directory, name), "utf8");
      assert.is(Number(file("pid")), monitor.pid);
      const open = file("fds").trim().split("\n").map(Number);
      // ls has the folder itself open, with the lowest number that is free.
      assert.equal(
        open.filter((fd) => fd > 2 && fd < 64),
        [3, 6],
        "of its own files only the directory",
      );
    },
  );
}

test("the end by a signal, and one that came before the monitor began", [tool("flock")], async () => {
  const killed = startMonitor("kill -9 $$");
  assert.is(await killed.done, 0);
  assert.is(exitFile(killed.directory), 9);
  assert.is(records(log(killed.directory)).length, 0);
  const monitor = startMonitor("echo quick; exit 1", { behindContainer: true });
  assert.is(await monitor.done, 0);
  assert.is(exitFile(monitor.directory), exited(1));
  assert.is(said(records(log(monitor.directory)), 1), "quick\n");
});

test("a container that was stopped for a while hasn't ended", async () => {
  const monitor = startMonitor("read word; echo $$; read word; echo on", { input: true });
  const one = client(monitor.socket);
  one.connection.send("i", input("\n"));
  const pid = Number((await one.waitFor(/\d+/))[0]);
  process.kill(pid, "SIGSTOP");
  process.kill(pid, "SIGCONT");
  one.connection.send("i", input("\n"));
  await one.end;
  assert.is(one.status, exited(0));
  assert.match(one.text.o, /on\n$/);
});

test("the end of input reaches the container, and what isn't read any more holds nothing up", async () => {
  const monitor = startMonitor("cat; exec <&-; echo closed; sleep 60 & wait $!", { input: true });
  const one = client(monitor.socket);
  const much = Buffer.alloc(300_000, "abcdefghi\n");
  await sendAll(one, much);
  one.connection.send("q", input(""));
  await one.waitFor(/closed/);
  assert.is(one.text.o, `${much.toString()}closed\n`);
  one.connection.send("i", input("nobody reads this"));
  one.connection.send("w", Buffer.alloc(8));
  const other = client(monitor.socket);
  process.kill(-monitor.pid, "SIGTERM");
  await other.end;
});

test("without input what is typed goes nowhere", async () => {
  const monitor = startMonitor(
    'until [ -e "$DIRECTORY/go" ]; do sleep 0.01; done; read word && echo $word; echo end',
  );
  const one = client(monitor.socket);
  one.connection.send("i", input("text\n"));
  writeFileSync(path.join(monitor.directory, "go"), "");
  await one.end;
  assert.is(one.text.o, "end\n");
});

test("a client that doesn't take its messages holds the output back, and nobody loses any", async () => {
  const monitor = startMonitor("read word; seq 1 200000; echo done >&2", { input: true, logMax: 8 << 20 });
  const slow = client(monitor.socket);
  const quick = client(monitor.socket);
  slow.pause();
  quick.connection.send("i", input("go\n"));
  await quick.waitFor(/\n1000\n/);
  await quiet(() => quick.text.o.length);
  assert.ok(quick.text.o.length < 1_000_000, "the output is held back");
  slow.resume();
  await Promise.all([slow.end, quick.end]);
  const all = numbers(200_000);
  for (const each of [slow.text.o, quick.text.o, said(records(log(monitor.directory)), 1)]) {
    assert.is(each.length, all.length);
    assert.ok(each === all);
  }
  assert.is(slow.text.e, "done\n");
});

/** Until a number has stayed the same for a while. */
async function quiet(number: () => number): Promise<void> {
  for (let last = -1; last !== number(); ) {
    last = number();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("a client that goes, whatever it hasn't read, is forgotten", async () => {
  const monitor = startMonitor("seq 1 100000; read word; echo $word", { input: true });
  const gone = client(monitor.socket);
  gone.pause();
  gone.connection.send("i", input("its word\n"));
  const other = client(monitor.socket);
  await quiet(() => other.text.o.length);
  gone.connection.close();
  await other.end;
  assert.match(other.text.o, /\n100000\nits word\n$/);
});

test("sixteen clients are served, the next is refused, and a place that gets free is given again", async () => {
  const monitor = startMonitor("read word; echo $word", { input: true });
  const clients = Array.from({ length: 16 }, () => client(monitor.socket));
  const refused = client(monitor.socket);
  await refused.end;
  assert.ok(refused.full);
  clients.pop()?.connection.close();
  const last = client(monitor.socket);
  last.connection.send("i", input("all\n"));
  await Promise.all([...clients, last].map(({ end }) => end));
  assert.ok([...clients, last].every(({ text, status }) => text.o === "all\n" && status === 0));
});

test("the log is bounded on disk, and goes on with the next start", async () => {
  const logMax = 1 << 17;
  const first = startMonitor("seq 1 100000", { logMax });
  await first.done;
  const { directory } = first;
  const sizes = ["log", "log.1"].map((name) => statSync(path.join(directory, name)).size);
  assert.ok(
    sizes.every((size) => size > 0 && size <= logMax / 2),
    `${sizes}`,
  );
  const both = () => [...records(path.join(directory, "log.1")), ...records(log(directory))];
  assert.match(said(both(), 1), /\n99999\n100000\n$/);
  // A power cut: the last record is there in part.
  appendFileSync(log(directory), readFileSync(log(directory)).subarray(0, 20));
  await startMonitor("echo more", { logMax, directory }).done;
  assert.match(said(both(), 1), /\n100000\nmore\n$/);
  truncateSync(log(directory), 7);
  await startMonitor("echo again", { logMax, directory }).done;
  assert.is(said(records(log(directory)), 1), "again\n");
});

test("a full disk loses lines of the log, and clients and container nothing", [root], async () => {
  const directory = tempDir();
  assert.is(spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "ft-docker-test", directory]).status, 0);
  try {
    writeFileSync(path.join(directory, "full"), "");
    const monitor = startMonitor("read word; seq 1 50000; read word; echo last", { directory, input: true });
    const one = client(monitor.socket);
    one.connection.send("i", input("go\n"));
    await one.waitFor(/\n50000\n/);
    const lost = records(log(directory));
    assert.ok(said(lost, 1).length < numbers(50_000).length, "lines are lost");
    truncateSync(log(directory), 0);
    one.connection.send("i", input("go\n"));
    await one.end;
    assert.is(one.text.o, `${numbers(50_000)}last\n`);
    assert.is(await monitor.done, 0);
  } finally {
    spawnSync("umount", [directory]);
  }
});

test("a limit on the size of files is as a full disk", async () => {
  const monitor = startMonitor("echo first; read word; seq 1 1000; exit 6", { limited: true, input: true });
  const one = client(monitor.socket);
  one.connection.send("i", input("\n"));
  await one.end;
  assert.match(one.text.o, /\n1000\n$/);
  assert.is(await monitor.done, 0);
  assert.is(exitFile(monitor.directory), exited(6));
  assert.match(said(records(log(monitor.directory)), 1), /^first\n/);
});

test(
  "a terminal: its master comes over the socket, for output, input, its end and the window's size",
  [tool("setsid")],
  async () => {
    const monitor = startMonitor(
      "stty -echo; read word; echo ready; read word; stty size; echo $word; cat; tty; exit 4",
      {
        tty: true,
        input: true,
      },
    );
    const one = client(monitor.socket);
    one.connection.send("i", input("\n"));
    await one.waitFor(/ready/);
    one.connection.send("w", Buffer.from(Uint16Array.of(33, 77, 0, 0).buffer));
    one.connection.send("i", input("word\n"));
    await one.waitFor(/33 77\r\nword/);
    one.connection.send("q", input(""));
    await one.end;
    assert.match(one.text.o, /\/dev\/pts\/\d+\r\n$/);
    assert.is(one.status, exited(4));
    assert.is(said(records(log(monitor.directory)), 1), one.text.o);
  },
);

test("a terminal that nobody has open for a while is opened again", [tool("setsid")], async () => {
  const monitor = startMonitor(
    'name=$(tty); read word; echo ready; read word; exec <&- >&- 2>&-; sleep 0.3; exec >"$name"; echo back',
    { tty: true, input: true },
  );
  const one = client(monitor.socket);
  one.connection.send("i", input("\n"));
  await one.waitFor(/ready/);
  one.connection.send("i", input("\n"));
  await one.end;
  assert.match(one.text.o, /back/);
});

test("a container that ends before it has sent its terminal", async () => {
  const monitor = startMonitor("exit 5", { tty: true, withoutTerminal: true });
  assert.is(await monitor.done, 0);
  assert.is(exitFile(monitor.directory), exited(5));
});

test("it takes less than 100 KiB, and ends where its command can't be executed", async () => {
  const monitor = startMonitor("read word; seq 1 20000; read word", { input: true, becomes: "/nowhere" });
  const one = client(monitor.socket);
  one.connection.send("i", input("go\n"));
  await one.waitFor(/\n20000\n/);
  const resident = residentMemory(monitor.pid);
  assert.ok(resident > 0 && resident < 100, `${resident} KiB`);
  one.connection.send("i", input("go\n"));
  assert.is(await monitor.done, 127);
  assert.ok(existsSync(path.join(monitor.directory, "exit")));
});

test.run();
