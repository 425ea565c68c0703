import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { init as arm64Init } from "../syscall/bytes/init-arm64.ts";
import { init as x64Init } from "../syscall/bytes/init-x64.ts";
import { assert, suite, tempDir } from "../test/harness.ts";
import { elfInterpreter, scriptInterpreter } from "./elf.ts";

const test = suite("elf");
const folder = tempDir();
function file(name: string, bytes: string | Buffer): string {
  writeFileSync(path.join(folder, name), bytes);
  return path.join(folder, name);
}

test("a program that is linked dynamically names its loader, which is there", () => {
  const loader = elfInterpreter(process.execPath) ?? "";
  assert.match(loader, /^\/.*ld.*\.so/);
  assert.ok(existsSync(loader), loader);
});

test("a static program names none, whatever its architecture", () => {
  assert.is(elfInterpreter(file("x64", x64Init)), "");
  assert.is(elfInterpreter(file("arm64", arm64Init)), "");
});

test("what isn't a 64-bit program is undefined", () => {
  const small = Buffer.from(x64Init);
  small[4] = 1; // ELFCLASS32
  for (const bytes of ["", "\x7fELF", "#!/bin/sh\n", "text ".repeat(100), small, x64Init.subarray(0, 63)]) {
    assert.is(elfInterpreter(file("other", bytes)), undefined);
  }
});

test("a header that promises more than the file has is no reason to fail", () => {
  const cut = Buffer.from(x64Init.subarray(0, 64));
  assert.is(elfInterpreter(file("cut", cut)), "");
});

test("a script's interpreter is the first word of its first line", () => {
  assert.is(scriptInterpreter(file("a", "#!/bin/sh\necho")), "/bin/sh");
  assert.is(scriptInterpreter(file("b", "#! /usr/bin/env -S node x\n")), "/usr/bin/env");
  assert.is(scriptInterpreter(file("c", "echo '#!/bin/sh'\n")), undefined);
  assert.is(scriptInterpreter(file("d", "")), undefined);
});

test.run();
