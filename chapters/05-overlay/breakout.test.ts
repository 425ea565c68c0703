import { assert, root, suite } from "../../test/harness.ts";
import { attack, LAYERS } from "./breakout.ts";

const test = suite("05-overlay breakout");

for (const layer of Object.keys(LAYERS)) {
  test(`${layer}: out of a naive program's folder, and not out of ours`, [root], async () => {
    assert.is((await attack("a naive program", layer)).changed, true);
    assert.is((await attack("images/unpack.ts", layer)).changed, false);
  });
}

test("a layer that only looks hostile is taken", [root], async () => {
  const { refused } = await attack("images/unpack.ts", "a symlink that would be right in a container");
  assert.is(refused, undefined);
});

test.run();
