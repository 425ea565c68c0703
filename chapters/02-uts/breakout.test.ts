import { assert, root, suite } from "../../test/harness.ts";
import { attack } from "./breakout.ts";

const test = suite("02-uts breakout");

test(
  "the host's processes, files and mounts are within reach, and chapter 03 puts them out of it",
  [root],
  async () => {
    const { killed, read, mounts } = await attack("02-uts");
    assert.ok(killed);
    assert.ok(read);
    assert.ok(mounts > 0);
    assert.equal(await attack("03-pid-mnt"), { killed: false, read: false, mounts: 0 });
  },
);

test.run();
