import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Commands } from "../../common/cli.ts";
import { complete, FILES } from "../../containers/completion.ts";
import { putRecord } from "../../containers/testing/records.ts";
import { assert, run, runtime, suite, tempDir, terminal, tool } from "../../test/harness.ts";

const test = suite("06-net-user: completion");

const home = tempDir();
process.env.FT_DOCKER_HOME = home;
putRecord({ name: "website" });
putRecord({ name: "second" });
const ours = runtime("06-net-user");

const command = (usage: string, flags = {}) => ({ usage, flags, help: "help", run: () => 0 });
const COMMANDS: Commands = {
  run: command("[flags] [--] [COMMAND [ARG…]]", {
    image: { value: "NAME", help: "" },
    tty: { short: "t", help: "" },
    network: { value: "bridge|none|container:ID", help: "" },
    "env-file": { short: "e", value: "FILE", help: "" },
  }),
  rename: command("CONTAINER NAME"),
  start: command("CONTAINER…"),
  tag: command("IMAGE NAME[:TAG]"),
  rmi: command("[flags] IMAGE…"),
  cp: command("[flags] [CONTAINER:]SRC [CONTAINER:]DST"),
  inspect: command("[flags] NAME…", { format: { value: "json", help: "" } }),
  "network ls": command("[flags]"),
  "network rm": command("NAME"),
  completion: command("bash|zsh"),
  ended: { ...command("ID"), hidden: true },
};

test("each word by where it stands", () => {
  const names = { containers: [{ word: "web" }, { word: "db" }], images: [{ word: "alpine:latest" }] };
  const of = (...words: string[]) => complete(COMMANDS, words, names).map(({ word }) => word);
  const cases: readonly (readonly [words: string[], found: string[]])[] = [
    [["r"], ["run", "rename", "rmi"]],
    [["n"], ["network"]],
    [["e"], []],
    [
      ["network", ""],
      ["ls", "rm"],
    ],
    [["network", "l"], ["ls"]],
    [["none", ""], []],
    [["run", "--n"], ["--network"]],
    [
      ["run", "-"],
      ["--image", "--tty", "--network", "--env-file", "--help"],
    ],
    [
      ["run", "--network", ""],
      ["bridge", "none", "container:web", "container:db"],
    ],
    [["run", "--network=n"], ["--network=none"]],
    [["run", "--image", "al"], ["alpine:latest"]],
    [["run", "-te", ""], [FILES]],
    [["run", "-t", "--image=x", "--net"], ["--network"]],
    [["run", "ls", "--n"], []],
    [["run", "--", "--n"], []],
    [
      ["rename", ""],
      ["web", "db"],
    ],
    [["rename", "web", ""], []],
    [["start", "web", "d"], ["db"]],
    [["tag", ""], ["alpine:latest"]],
    [["tag", "alpine", ""], []],
    [["rmi", "--", "x", ""], ["alpine:latest"]],
    [
      ["cp", "w"],
      ["web:", FILES],
    ],
    [["inspect", "--format", ""], ["json"]],
    [
      ["inspect", "x", ""],
      ["web", "db", "alpine:latest"],
    ],
    [
      ["completion", ""],
      ["bash", "zsh"],
    ],
  ];
  for (const [words, found] of cases) assert.equal(of(...words), found, words.join(" "));
});

const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(" ");

/** How each shell is started with nothing of the user's, and how it says what the command got. */
const SHELLS = {
  bash: {
    argv: ["bash", "--norc", "--noprofile", "-i"],
    setUp: `ft-docker() { echo "got:$*:"; }; eval "$(${quoted(ours)} completion bash)"`,
  },
  zsh: {
    argv: ["zsh", "-f", "-i"],
    setUp: `ft-docker() { echo "got:$*:" }; eval "$(${quoted(ours)} completion zsh)"`,
  },
  fish: {
    argv: ["fish", "--no-config", "-i"],
    setUp: `function ft-docker; echo "got:$argv:"; end; ${quoted(ours)} completion fish | source`,
  },
};

for (const [name, { argv, setUp }] of Object.entries(SHELLS)) {
  test(`${name} completes what is typed`, [tool(name), tool("script")], async () => {
    writeFileSync(path.join(home, "a-file"), "");
    const env = { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, TERM: "dumb" };
    const shell = terminal(argv, { cwd: home, env });
    shell.type(`${setUp}; echo rea"dy"\n`);
    await shell.waitFor(/ready/);
    const typed: readonly (readonly [keys: string, got: string])[] = [
      ["ft-docker renam\twebs\t", "rename website"],
      ["ft-docker network l\t", "network ls"],
      ["ft-docker run --network=no\t", "run --network=none"],
      ["ft-docker cp webs\t/x a-f\t", "cp website:/x a-file"],
    ];
    for (const [keys, got] of typed) {
      const before = shell.output().stdout.length;
      shell.type(`${keys}\n`);
      const [, words] = await shell.waitFor(new RegExp(`^[^]{${before}}[^]*?\\ngot:(.*?) ?:\r\n`));
      assert.is(words, got);
    }
    shell.type("exit\n");
    await shell.done;
  });
}

test("a shell that has no script", async () => {
  const { status, stderr } = await run([...ours, "completion", "tcsh"]);
  assert.is(
    `${status} ${stderr}`,
    "125 error: completion tcsh: no script for that shell\nhint: bash, zsh or fish\n",
  );
});

test.run();
