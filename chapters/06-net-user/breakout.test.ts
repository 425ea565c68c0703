import { assert, root, suite } from "../../test/harness.ts";
import { ATTEMPTS, attack } from "./breakout.ts";

const test = suite("06-net-user breakout");

for (const name of Object.keys(ATTEMPTS)) {
  test(`${name}: in chapter 05's container, and not in chapter 06's`, [root], async () => {
    assert.is(await attack("05-overlay", name), true);
    assert.is(await attack("06-net-user", name), false);
  });
}

test.run();
