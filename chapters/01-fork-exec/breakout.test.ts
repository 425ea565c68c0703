import { hostname } from "node:os";
import { assert, root, suite, tool } from "../../test/harness.ts";
import { attack } from "./breakout.ts";

const test = suite("01-fork-exec breakout");
const needs = [root, tool("unshare")];

test("a program in the container renames the host, and chapter 02 stops it", needs, () => {
  const before = hostname();
  assert.is(attack("01-fork-exec"), "gotcha");
  assert.is(attack("02-uts"), "host");
  assert.is(hostname(), before);
});

test.run();
