import { commonTests } from "../../test/behaviours.ts";
import { assert, run, runtime, suite } from "../../test/harness.ts";

const test = suite("01-fork-exec");
const command = (...words: string[]) => [...runtime("01-fork-exec"), "run", ...words];

commonTests(test, { chapter: "01-fork-exec", needs: [] });

test("the command inherits the environment, and is looked up in PATH", async () => {
  const env = { GREETING: "hello", PATH: `/nowhere:${process.env.PATH}` };
  assert.is((await run(command("sh", "-c", "echo $GREETING"), { env })).stdout, "hello\n");
});

test.run();
