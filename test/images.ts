/** Images for the tests of containers: a static busybox, and what a test puts on top of it. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { imageOf, type TestImage } from "../images/testing/image.ts";
import { writeLayout } from "../images/testing/real-registry.ts";
import { directory, END, file, symlink } from "./archive.ts";
import { assert, findTool, run, runtime, tempDir, tool } from "./harness.ts";
import { listing, xattrs } from "./trees.ts";

export const busybox = tool("busybox");

/** A layer's archive. */
export const layer = (...entries: readonly Buffer[]): Buffer => Buffer.concat([...entries, END]);

const APPLETS =
  `cat chmod chown cp echo env find grep head hostname id ln ls mkdir mknod mount mv pwd readlink rm rmdir seq sh
  sleep sort stat stty tail test touch true tty umount wc`.split(/\s+/);

/** Debian's busybox-static with its applets, as a first layer, and users beside root. */
export const base = (...more: readonly Buffer[]): Buffer =>
  layer(
    directory("bin"),
    directory("etc"),
    directory("tmp", { mode: 0o1777 }),
    file("bin/busybox", readFileSync(findTool("busybox") ?? ""), { mode: 0o755 }),
    ...APPLETS.map((name) => symlink(`bin/${name}`, "busybox")),
    file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1001:Ann:/home/ann:/bin/sh\n"),
    file("etc/group", "root:x:0:\nann:x:1001:\nlab:x:2000:ann,root\nteam:x:3000:bob,ann\n"),
    ...more,
  );

/** `execution`: Entrypoint, Cmd, Env, WorkingDir, User. */
export const image = (layers: readonly Buffer[], execution: object = {}): TestImage =>
  imageOf(layers, { config: execution });

/** An archive of the image, as an OCI layout. */
export function archiveOf(made: TestImage, name: string): string {
  const archive = path.join(tempDir(), "image.tar");
  execFileSync("tar", ["-C", writeLayout(made, name), "-cf", archive, "."]);
  return archive;
}

/** Brings the image into the store below `home` by the chapter's `load`. */
export async function load(chapter: string, home: string, name: string, made: TestImage): Promise<void> {
  const words = [...runtime(chapter), "load", "-i", archiveOf(made, name)];
  const { status, stderr } = await run(words, { env: { FT_DOCKER_HOME: home } });
  assert.is(`${status}${stderr}`, "0");
}

/** All that can be told of a tree: names, kinds, modes, owners, times, links, attributes and contents. */
export function fingerprint(folder: string): string[] {
  const hash = createHash("sha256");
  hash.update(
    execFileSync("find", [folder, "-type", "f", "-exec", "sha256sum", "{}", "+"], { maxBuffer: 1 << 28 }),
  );
  return [...listing(folder), ...xattrs(folder).split("\n"), hash.digest("hex")];
}

/** The directories below the state's folder that no run may change. */
export const keptFolders = (home: string): string[] =>
  ["rootfs", "layers", "images/blobs"].map((name) => path.join(home, name)).filter(existsSync);
