import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../common/errors.ts";
import { node } from "../scripts/root.ts";
import { assert, repo, run, suite, tempDir, tool } from "../test/harness.ts";
import { client, startMonitor } from "../test/monitor.ts";
import { logs } from "./commands/logs.ts";
import { type LogOptions, writeLogs } from "./logs.ts";
import { formatTime, parseTime } from "./times.ts";

const test = suite("logs");

const ALL: LogOptions = {
  follow: false,
  tail: undefined,
  since: undefined,
  until: undefined,
  timestamps: false,
};

/** What is written, by stream. `ended` is for following; `more` is called with all that has come so far. */
async function read(
  directory: string,
  options: Partial<LogOptions> = {},
  ended: () => boolean = () => true,
  more: (text: string) => void = () => {},
): Promise<{ 1: string; 2: string }> {
  const text = { 1: "", 2: "" };
  await writeLogs(directory, { ...ALL, ...options }, ended, async (stream, bytes) => {
    text[stream] += bytes.toString();
    more(text[1]);
    return true;
  });
  return text;
}

/** A log with these lines, each a record of its own, a second after the other since the first hour of 1970. */
function logOf(...lines: readonly (readonly [stream: 1 | 2, text: string])[]): string {
  const directory = tempDir();
  for (const [i, [stream, text]] of lines.entries()) {
    const header = Buffer.alloc(16);
    header.writeBigUInt64LE(BigInt(3600 + i) * 1_000_000_000n);
    header.writeUInt32LE(text.length, 8);
    header[12] = stream;
    appendFileSync(path.join(directory, "log"), Buffer.concat([header, Buffer.from(text)]));
  }
  return directory;
}

test("standard output and errors of a container, each to their own", async () => {
  const monitor = startMonitor("echo one; echo two >&2; printf three");
  await monitor.done;
  assert.equal(await read(monitor.directory), { 1: "one\nthree", 2: "two\n" });
  assert.equal(await read(tempDir()), { 1: "", 2: "" }, "one that has never run");
});

test("--tail counts lines, not what was written at once", async () => {
  const directory = logOf([1, "a\nb\n"], [2, "c\n"], [1, "d"], [1, "e\nf\n"], [1, "g"]);
  assert.equal(await read(directory, { tail: 3 }), { 1: "de\nf\ng", 2: "" });
  assert.equal(await read(directory, { tail: 4 }), { 1: "de\nf\ng", 2: "c\n" });
  assert.equal(await read(directory, { tail: 0 }), { 1: "", 2: "" });
  assert.equal(await read(directory, { tail: 100 }), { 1: "a\nb\nde\nf\ng", 2: "c\n" });
});

test("a line's time is when it began: -t, --since, --until", async () => {
  const directory = logOf([1, "a\n"], [1, "b"], [2, "c\n"], [1, "d\n"], [1, "e\n"]);
  const stamped = await read(directory, { timestamps: true });
  assert.is(
    stamped[1],
    "1970-01-01T01:00:00.000000000Z a\n1970-01-01T01:00:01.000000000Z bd\n1970-01-01T01:00:04.000000000Z e\n",
  );
  assert.is(stamped[2], "1970-01-01T01:00:02.000000000Z c\n");
  const second = (number: number) => BigInt(3600 + number) * 1_000_000_000n;
  assert.equal(await read(directory, { since: second(1), until: second(3) }), { 1: "bd\n", 2: "c\n" });
  assert.equal(await read(directory, { since: second(2), tail: 2 }), { 1: "e\n", 2: "c\n" });
});

test("half a record at the end is none", async () => {
  const directory = logOf([1, "whole\n"]);
  const log = path.join(directory, "log");
  const whole = readFileSync(log);
  for (const length of [1, 15, 16, whole.length - 1]) {
    writeFileSync(log, Buffer.concat([whole, whole.subarray(0, length)]));
    assert.equal(await read(directory), { 1: "whole\n", 2: "" });
  }
});

test("following goes through rotation, and ends with the container", async () => {
  const monitor = startMonitor('read word; for i in $(seq 1 6); do seq "$i"0001 "$i"9999; read word; done', {
    input: true,
    logMax: 1 << 17,
  });
  const one = client(monitor.socket);
  const go = () => one.connection.send("i", Buffer.from("\n"));
  let [ended, asked] = [false, 0];
  monitor.done.then(() => {
    ended = true;
  });
  go();
  // Each part is as large as the older half of the log: it goes on when this one has been read.
  const { 1: text } = await read(
    monitor.directory,
    { follow: true },
    () => ended,
    (all) => {
      if (asked >= 6 || !all.endsWith(`${asked + 1}9999\n`)) return;
      asked++;
      go();
    },
  );
  const expected = Array.from({ length: 6 }, (_, i) => i + 1).flatMap((i) =>
    Array.from({ length: 9999 }, (_, j) => `${i}${String(j + 1).padStart(4, "0")}\n`),
  );
  assert.ok(text === expected.join(""), `${text.length} bytes`);
});

test("times as Docker has them", () => {
  const at = (text: string) => parseTime("--since", text, 1_000_000_000_000);
  assert.is(at("1136073845"), 1136073845_000000000n);
  assert.is(at("1136073845.5"), 1136073845_500000000n);
  assert.is(at("10m"), 999999400_000000000n);
  assert.is(at("1h1m1.5s"), 999996338_500000000n);
  assert.is(at("2026-01-31T12:00:00Z"), BigInt(Date.UTC(2026, 0, 31, 12)) * 1_000_000n);
  assert.is(at("2026-01-31T12:00:00.000000001+01:00"), BigInt(Date.UTC(2026, 0, 31, 11)) * 1_000_000n + 1n);
  assert.is(at("2026-01-31T12:00"), BigInt(new Date(2026, 0, 31, 12).getTime()) * 1_000_000n);
  assert.is(at("2026-01-31"), BigInt(new Date(2026, 0, 31).getTime()) * 1_000_000n);
  for (const wrong of ["", "yesterday", "10x", "2026-13-01", "-1m", "2026-01-31T25:00"]) {
    assert.throws(
      () => at(wrong),
      (error: unknown) => error instanceof UserError && error.message.startsWith(`--since ${wrong}: `),
    );
  }
  assert.is(formatTime(1136073845_000000001n), "2006-01-01T00:04:05.000000001Z");
});

test("what is wrong is told", async () => {
  const find = () => ({ directory: tempDir(), ended: () => true });
  for (const [values, words] of [
    [{}, []],
    [{}, ["one", "two"]],
    [{ tail: ["-1"] }, ["one"]],
    [{ since: ["soon"] }, ["one"]],
  ] as const) {
    try {
      await logs(values, words, find);
      assert.unreachable(JSON.stringify([values, words]));
    } catch (error) {
      assert.instance(error, UserError);
    }
  }
});

test("a reader that goes ends it, and is no error", [tool("head")], async () => {
  const directory = logOf(...Array.from({ length: 20_000 }, (_, i) => [1, `${i}\n`] as const));
  const script = path.join(repo, "test/attach.ts");
  const command = [...node(script, []), "logs", directory].map((word) => `'${word}'`).join(" ");
  const result = await run(["sh", "-c", `(${command}; echo $? >&2) | head -n 1`]);
  assert.is(result.stdout, "0\n");
  assert.is(result.stderr, "0\n");
});

test.run();
