import { assert, root, suite } from "../../test/harness.ts";
import { attack } from "./breakout.ts";

const test = suite("03-pid-mnt breakout");

test("root walks out of a chroot, and not out of the chapter's container", [root], async () => {
  assert.is(await attack("chroot"), true);
  assert.is(await attack("chapter 03"), false);
});

test.run();
