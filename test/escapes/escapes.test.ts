/** Every known way out of a container: refused by default, and seen to work where its guards are off. */
import { assert, need, root, start, suite, tool } from "../harness.ts";
import { STARTS } from "./before.ts";
import { CONTAINERS } from "./guards.ts";
import { readRecording } from "./recording.ts";
import { attackAll, lack, problems, recorded } from "./results.ts";
import { ATTACKS } from "./starts.ts";
import { ATTEMPTS } from "./table.ts";
import { makeWorld, NEEDS } from "./world.ts";

const test = suite("escapes");
const needs = [root, ...NEEDS.map(tool)];
const lacking = needs.map((each) => each.lack()).find((reason) => reason !== undefined);

const world = lacking === undefined ? await makeWorld(ATTEMPTS) : undefined;
const results = world ? attackAll(world, ATTEMPTS) : new Map();
const recording = readRecording();
const RECORD = "what the site shows: npm run test:escapes -- --record";

for (const attempt of ATTEMPTS) {
  const found = results.get(attempt) ?? new Map();
  const reason = lacking ?? lack(attempt, found);
  test(attempt.name, [need(reason ?? "", () => reason === undefined)], () => {
    assert.equal(problems(attempt, found), []);
    const { outcome, works } = recording[attempt.name] ?? {};
    assert.equal(
      { outcome, works },
      { outcome: recorded(found).outcome, works: recorded(found).works },
      RECORD,
    );
  });
}

for (const [key, { attack, attackNaive }] of Object.entries(ATTACKS)) {
  const { name, refused, naive } = STARTS[key as keyof typeof STARTS];
  test(name, needs, () => {
    assert.ok(world);
    assert.is(attack(world), refused);
    assert.is(attackNaive(world), "works");
    assert.equal(recording[name], { outcome: refused, works: [naive] }, RECORD);
  });
}

const ATTACKERS = CONTAINERS.filter(({ name }) => ["", "--cap-drop NET_RAW"].includes(name));

test(
  "ARP in another’s name: a neighbour believes it, but not who mayn't send it",
  [...needs, tool("ping")],
  async () => {
    const script = `gateway=$(ip route | sed -n 's/^default via \\([^ ]*\\).*/\\1/p')
ping -c 1 $gateway > /dev/null && echo ready && read line && ip neigh show $gateway`;
    const believed = [];
    for (const attacker of ATTACKERS) {
      const victim = start(world?.argv(["sh", "-c", script]) ?? [], { env: world?.env });
      await victim.waitFor(/ready/);
      world?.attack(attacker);
      victim.type("\n");
      const { stdout } = await victim.done;
      assert.match(stdout, /lladdr/);
      believed.push(stdout.includes("02:00:00:00:00:01"));
    }
    assert.equal(believed, [true, false]);
  },
);

test.after(async () => world?.end());

test.run();
