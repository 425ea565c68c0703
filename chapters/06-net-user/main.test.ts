import { commonTests } from "../../test/behaviours.ts";
import { root, suite } from "../../test/harness.ts";

const test = suite("06-net-user");

commonTests(test, { chapter: "06-net-user", needs: [root], signalFlags: ["--init"] });

test.run();
