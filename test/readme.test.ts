import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { readme, record } from "../scripts/readme.ts";
import { assert, repo, root, suite } from "./harness.ts";

const test = suite("readme");
const text = readFileSync(readme, "utf8");

test("its terminals show what the commands say", [root], () => {
  assert.is(record(text), text);
});

test("each npm script and each file that it names is there", () => {
  const { scripts } = JSON.parse(readFileSync(path.join(repo, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = [...text.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, name = ""]) => name);
  assert.ok(named.length > 0);
  for (const name of named) assert.ok(name === "ci" || scripts[name], name);
  const files = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, file = ""]) => file);
  for (const file of files) assert.ok(existsSync(path.join(repo, file)), file);
  for (const file of Object.values(scripts).flatMap((each) => /tsx (\S+)/.exec(each)?.[1] ?? [])) {
    assert.ok(existsSync(path.join(repo, file)), file);
  }
});

test.run();
