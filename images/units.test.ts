import { assert, suite } from "../test/harness.ts";
import { formatAge, formatSize } from "./units.ts";

const test = suite("sizes and times");

test("sizes as Docker writes them", () => {
  const sizes = [0, 1, 999, 1000, 1083967, 7_830_000, 132_600_000, 999_499, 999_600, 1.24e9, 5e12];
  const expected = ["0B", "1B", "999B", "1kB", "1.08MB", "7.83MB", "133MB", "999kB", "1MB", "1.24GB", "5TB"];
  assert.equal(sizes.map(formatSize), expected);
});

test("times as Docker writes them", () => {
  const [minute, hour, day] = [60, 3600, 86400];
  const expected: readonly (readonly [number, string])[] = [
    [0, "Less than a second"],
    [1, "1 second"],
    [59, "59 seconds"],
    [minute, "About a minute"],
    [2 * minute, "2 minutes"],
    [hour, "About an hour"],
    [2 * hour, "2 hours"],
    [47 * hour, "47 hours"],
    [2 * day, "2 days"],
    [13 * day, "13 days"],
    [14 * day, "2 weeks"],
    [60 * day, "2 months"],
    [700 * day, "23 months"],
    [800 * day, "2 years"],
  ];
  for (const [seconds, text] of expected) assert.is(formatAge(seconds * 1000), `${text} ago`);
  assert.is(formatAge(Number.NaN), "N/A");
});

test.run();
