import { UserError } from "../common/errors.ts";
import { assert, suite } from "../test/harness.ts";
import { canonical, familiar, parseReference } from "./reference.ts";

const test = suite("references");

const digest = `sha256:${"a1".repeat(32)}`;

test("names as Docker reads them: in full, and as one types them", () => {
  const expected: readonly (readonly [string, string, string])[] = [
    ["alpine", "docker.io/library/alpine:latest", "alpine:latest"],
    ["alpine:3.20", "docker.io/library/alpine:3.20", "alpine:3.20"],
    ["library/alpine", "docker.io/library/alpine:latest", "alpine:latest"],
    ["docker.io/alpine", "docker.io/library/alpine:latest", "alpine:latest"],
    ["index.docker.io/library/alpine:1", "docker.io/library/alpine:1", "alpine:1"],
    ["team/app", "docker.io/team/app:latest", "team/app:latest"],
    ["library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest"],
    ["localhost/x", "localhost/x:latest", "localhost/x:latest"],
    ["localhost:5000/x", "localhost:5000/x:latest", "localhost:5000/x:latest"],
    ["quay.io/a/b/c:v1.0-rc_1", "quay.io/a/b/c:v1.0-rc_1", "quay.io/a/b/c:v1.0-rc_1"],
    [
      "127.0.0.1:5000/a__b/c--d/e.f",
      "127.0.0.1:5000/a__b/c--d/e.f:latest",
      "127.0.0.1:5000/a__b/c--d/e.f:latest",
    ],
    ["[::1]:5000/x", "[::1]:5000/x:latest", "[::1]:5000/x:latest"],
    ["Host/x", "Host/x:latest", "Host/x:latest"],
    ["localhost:5000", "docker.io/library/localhost:5000", "localhost:5000"],
    [`alpine@${digest}`, `docker.io/library/alpine@${digest}`, `alpine@${digest}`],
    [`alpine:3@${digest}`, `docker.io/library/alpine@${digest}`, `alpine@${digest}`],
  ];
  for (const [text, full, typed] of expected) {
    const reference = parseReference(text);
    assert.is(canonical(reference), full);
    assert.is(familiar(reference), typed);
    assert.is(canonical(parseReference(full)), full, "the full name means itself");
    assert.is(canonical(parseReference(typed)), full, "and so does the short one");
  }
});

test("what is no name is told so", () => {
  const invalid = [
    ...[
      "",
      "A",
      "Alpine",
      "-a",
      "a-",
      "a..b",
      "a___b",
      "a//b",
      "/a",
      "a/",
      "a b",
      "a\n",
      "ä",
      "../a",
      "a/../b",
      ".",
    ],
    ...[
      "a:",
      "a:-x",
      "a:x/y:z:",
      `a:${"x".repeat(129)}`,
      "localhost:5000/",
      "localhost:5000/A",
      "http://a/b",
    ],
    ...["a@", "a@sha256:12", `a@sha512:${"a".repeat(128)}`, `a@${digest}@${digest}`, `@${digest}`, "a@b"],
    ...[
      "a".repeat(256),
      "a1".repeat(32),
      "-host.x/a",
      "host.:5/a",
      "host:port/a",
      "[::1/a",
      "[x]:1/a",
      "a\0b",
    ],
  ];
  for (const text of invalid) {
    let error: unknown;
    try {
      parseReference(text);
    } catch (thrown) {
      error = thrown;
    }
    assert.instance(error, UserError, JSON.stringify(text));
    assert.match((error as UserError).message, /not an image's name: /);
    assert.ok((error as UserError).hint, text);
  }
});

test.run();
