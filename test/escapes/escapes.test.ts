/** Every known way out of a container: refused by default, and seen to work where its guards are off. */
import { assert, need, root, suite, tool } from "../harness.ts";
import { readRecording } from "./recording.ts";
import { attackAll, lack, problems, recorded } from "./results.ts";
import { ATTEMPTS } from "./table.ts";
import { makeWorld } from "./world.ts";

const test = suite("escapes");
const needs = [root, ...["perl", "nsenter", "unshare", "ip", "ldd"].map(tool)];
const lacking = needs.map((each) => each.lack()).find((reason) => reason !== undefined);

async function attack() {
  const world = await makeWorld(ATTEMPTS);
  try {
    return attackAll(world, ATTEMPTS);
  } finally {
    world.end();
  }
}

const results = lacking === undefined ? await attack() : new Map();
const recording = readRecording();

for (const attempt of ATTEMPTS) {
  const found = results.get(attempt) ?? new Map();
  const reason = lacking ?? lack(attempt, found);
  test(attempt.name, [need(reason ?? "", () => reason === undefined)], () => {
    assert.equal(problems(attempt, found), []);
    assert.equal(
      recording[attempt.name],
      recorded(found),
      "what the site shows: npm run test:escapes -- --record",
    );
  });
}

test.run();
