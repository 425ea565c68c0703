import { assert, assertSame, root, snapshot, suite } from "../../test/harness.ts";
import { attack, CONTAINERS } from "./breakout.ts";

const test = suite("04-cgroups breakout");

test("a fork bomb takes the host with it in chapter 03, and not in chapter 04", [root], async () => {
  const before = snapshot();
  assert.is(await attack("03-pid-mnt", CONTAINERS["03-pid-mnt"]), false);
  assert.is(await attack("04-cgroups", CONTAINERS["04-cgroups"]), true);
  assertSame(before, snapshot(), "two bombs");
});

test.run();
