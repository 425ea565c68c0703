import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { assert, need, root, suite, tempDir, tool } from "../test/harness.ts";
import { type Arch, bytesFile, COMPILERS, compilerVersion, listing, PROGRAMS } from "./build.ts";

const test = suite("bytes");

/** The compiler that made the listing says so in its first line; another one makes other bytes of the same C. */
const sameCompiler = (arch: Arch) => {
  const wanted = /compiled with (.*)\.$/m.exec(readFileSync(bytesFile("launch", arch), "utf8"))?.[1] ?? "";
  const version = (text: string | undefined) => text?.split(" ").at(-1);
  return need(`needs the compiler that made the listing: ${COMPILERS[arch]}gcc ${version(wanted)}`, () => {
    return version(compilerVersion(arch)) === version(wanted);
  });
};

/** The bytes of a listing, without what its comments say of the compiler's packaging. */
const code = (text: string) => text.replace(/^\/\/.*\n/gm, "");

for (const arch of Object.keys(COMPILERS) as Arch[]) {
  for (const program of PROGRAMS) {
    test(`${program}.c compiled for ${arch} is the listing`, [sameCompiler(arch)], () => {
      assert.is(code(listing(program, arch)), code(readFileSync(bytesFile(program, arch), "utf8")));
    });
  }
}

/** Compiles the harness for an architecture and runs it with the launcher's bytes. */
async function runHarness(arch: Arch, emulator: string[]): Promise<string> {
  const folder = tempDir();
  const { launch } = (await import(bytesFile("launch", arch))) as { launch: Buffer };
  const [bytes, harness] = [path.join(folder, "launch.bin"), path.join(folder, "harness")];
  writeFileSync(bytes, launch);
  const source = path.join(import.meta.dirname, "native", "harness.c");
  const compiled = spawnSync(`${COMPILERS[arch]}gcc`, ["-static", "-O1", "-o", harness, source], {
    encoding: "utf8",
  });
  assert.is(compiled.stderr, "");
  const [command = "", ...args] = [...emulator, harness, bytes];
  return spawnSync(command, args, { encoding: "utf8" }).stdout;
}

const EXPECTED = `refs: 0 4 0
failing: 1 1 42
child: 3 words here
clone: 0 1 7
clone: 0 1 127
`;

test(
  "the x64 bytes run",
  [need("needs an x64 processor", () => process.arch === "x64"), tool("gcc")],
  async () => {
    assert.is(await runHarness("x64", []), EXPECTED);
  },
);

test("the arm64 bytes run", [tool("aarch64-linux-gnu-gcc"), tool("qemu-aarch64")], async () => {
  assert.is(await runHarness("arm64", ["qemu-aarch64"]), EXPECTED);
});

for (const [arch, emulator] of [
  ["x64", ""],
  ["arm64", "qemu-aarch64"],
] as const) {
  const needs = emulator ? [tool(emulator)] : [need("needs an x64 processor", () => process.arch === "x64")];
  test(`the ${arch} init ends as its PID 2 ended`, [root, tool("unshare"), ...needs], async () => {
    const { init } = (await import(bytesFile("init", arch))) as { init: Buffer };
    const file = path.join(tempDir(), "init");
    writeFileSync(file, init, { mode: 0o755 });
    // The shell is PID 1 and its child PID 2, when it executes the init in its place.
    const ends = (how: string) =>
      spawnSync("unshare", ["--fork", "--pid", "sh", "-c", `(${how}) & exec ${emulator} ${file}`]).status;
    assert.is(ends("exit 0"), 0);
    assert.is(ends("exit 7"), 7);
    assert.is(ends("sh -c 'kill -9 $$' & wait $!; exit $?"), 137);
    assert.is(ends("exec sh -c 'kill -TERM $$'"), 143);
  });

  test(`the ${arch} door executes what it can, and says what it can't`, needs, async () => {
    const { door } = (await import(bytesFile("door", arch))) as { door: Buffer };
    const file = path.join(tempDir(), "door");
    writeFileSync(file, door, { mode: 0o755 });
    const [program = "", ...flags] = emulator ? [emulator, "-0", "/no/such", file] : [file];
    const through = (...words: string[]) => {
      const stdio = ["ignore", "pipe", "pipe", "pipe"] as const;
      const { status, output } = spawnSync(program, [...flags, ...words], {
        argv0: "/no/such",
        stdio: [...stdio],
      });
      const errors = output[3] ?? Buffer.alloc(0);
      const words32 = Array.from({ length: errors.length / 4 }, (_, i) => errors.readInt32LE(4 * i));
      return { status, stdout: `${output[1]}`, errors: words32 };
    };
    const { ENOENT, EACCES } = constants.errno;
    assert.equal(
      through("/bin/sh", "/none", "", "name", "-c", "echo $0; ls /proc/$$/fd | grep -x 3; exit 5"),
      {
        ...{ status: 5, stdout: "name\n" },
        errors: [-ENOENT],
      },
    );
    assert.equal(through("/etc", "", "name"), { status: 127, stdout: "", errors: [-ENOENT, -EACCES] });
    assert.equal(through("/bin/echo"), { status: 127, stdout: "", errors: [] });
  });

  test(`the ${arch} door ends where there is no socket`, [tool("perl"), ...needs], async () => {
    const { door } = (await import(bytesFile("door", arch))) as { door: Buffer };
    const file = path.join(tempDir(), "door");
    writeFileSync(file, door, { mode: 0o755 });
    // As by a "#!/proc/self/exe" with an empty word.
    const alone = "use POSIX; POSIX::close($_) for 3..1023; exec(@ARGV)";
    const words = [...(emulator ? [emulator] : []), file, "/none", ""];
    assert.is(spawnSync("perl", ["-e", alone, ...words]).status, 127);
  });
}

test.run();
