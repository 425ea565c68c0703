import { CLONE_NEWPID, CLONE_NEWUSER } from "../../syscall/constants.ts";
import { runAfter } from "../../test/attempts.ts";
import { assert, root, suite } from "../../test/harness.ts";
import { parseRlimits, raiseRlimits, setRlimits } from "./rlimits.ts";

const test = suite("rlimits");

/** What /proc/self/limits says in a user namespace: soft and hard, as the kernel writes them. */
async function limits(texts: readonly string[]): Promise<Record<string, [string, string]>> {
  const parsed = parseRlimits({ ulimit: texts });
  const text = await runAfter(
    CLONE_NEWUSER | CLONE_NEWPID,
    setRlimits(parsed),
    ["/bin/cat", "/proc/self/limits"],
    raiseRlimits(parsed),
  );
  const lines = text.split("\n").flatMap((line) => {
    const [, name = "", soft = "", hard = ""] = /^(Max .*?) {2,}(\w+) +(\w+)/.exec(line) ?? [];
    return name ? [[name, [soft, hard]] as [string, [string, string]]] : [];
  });
  return Object.fromEntries(lines);
}

test("the command has the limits, whatever its user namespace", [root], async () => {
  const found = await limits(["nofile=100:200", "core=0", "cpu=7", "stack=1048576:-1", "fsize=5000000000"]);
  assert.equal(found["Max open files"], ["100", "200"]);
  assert.equal(found["Max core file size"], ["0", "0"]);
  assert.equal(found["Max cpu time"], ["7", "7"]);
  assert.equal(found["Max stack size"], ["1048576", "unlimited"]);
  assert.equal(found["Max file size"], ["5000000000", "5000000000"]);
});

test("a limit that the kernel doesn't take is told", [root], async () => {
  const error = await limits(["nofile=-1"]).then(() => "", String);
  assert.match(error, /prlimit64\(.*RLIMIT_NOFILE.*EPERM/);
});

test("what isn't a limit is told", () => {
  const message = (text: string) => {
    try {
      parseRlimits({ ulimit: [text] });
    } catch (error) {
      return (error as Error).message;
    }
    return "none";
  };
  assert.is(message("nofile=1:2"), "none");
  assert.is(message("nproc=-1"), "none");
  assert.is(message("nofile=5:-1"), "none");
  assert.is(message("nofile=2:1"), "--ulimit nofile=2:1: the soft limit is above the hard one");
  assert.match(message("nofile=-1:1"), /above the hard one/);
  assert.is(message("files=1"), "--ulimit files=1: there is no such limit");
  for (const text of ["nofile", "nofile=", "nofile=x", "nofile=-2", "nofile=1:2:3"])
    assert.is(message(text), `--ulimit ${text}: not NAME=SOFT or NAME=SOFT:HARD`);
});

test.run();
