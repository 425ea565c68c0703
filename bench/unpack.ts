/** Unpacking a layer: ours, umoci's and GNU tar's way, of the same archive, made of this machine's own files. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { unpackLayer } from "../images/unpack.ts";
import { type Contender, command } from "./measure.ts";
import { findTool } from "./peers.ts";

/** How much of /usr is taken, in bytes: an image's size. */
const SIZE = 100 * 2 ** 20;
/** Runs of each, and those before that don't count: one takes seconds. */
export const UNPACK = { runs: 7, warmUp: 1 } as const;

export interface Unpacking {
  readonly ours: Contender;
  /** umoci's fastest way. */
  readonly umoci: Contender | undefined;
  readonly contenders: readonly Contender[];
  readonly problems: readonly string[];
  /** Of the archive without compression. */
  readonly bytes: number;
  readonly files: number;
}

/** Makes the archive in `folder`, and the contenders, which unpack into it as well. */
export function unpacking(folder: string): Unpacking {
  const files = pickFiles("/usr");
  const at = (name: string) => path.join(folder, name);
  writeFileSync(at("files"), files.map((file) => `${file}\0`).join(""));
  execFileSync("tar", ["-C", "/", "--null", "-T", at("files"), "-cf", at("layer.tar")]);
  execFileSync("gzip", ["--keep", at("layer.tar")]);
  const diffId = `sha256:${createHash("sha256")
    .update(readFileSync(at("layer.tar")))
    .digest("hex")}`;
  const bytes = statSync(at("layer.tar")).size;

  const ours = intoFolder(at("ours"), "unpackLayer, in process", async (target) => {
    const source = createReadStream(at("layer.tar.gz"), { highWaterMark: 2 ** 18 });
    await unpackLayer(source, target, { diffId, limits: { bytes, entries: 1e6 }, marks: "trusted" });
    return 0;
  });
  const tar = intoFolder(at("tar"), "tar -xzf", (target) => {
    mkdirSync(target);
    return command("", [findTool("tar") ?? "tar", "-xzf", at("layer.tar.gz"), "-C", target]).run();
  });
  const umoci = umociWays(folder);
  return {
    ours,
    umoci: umoci[0],
    contenders: [ours, tar, ...umoci],
    problems: umoci.length > 0 ? [] : ["umoci: not installed"],
    bytes,
    files: files.length,
  };
}

/** Files below a directory, by name until they are large enough together; none of them is most of it. */
function pickFiles(directory: string): string[] {
  const picked: string[] = [];
  let size = 0;
  const waiting = [directory];
  for (let next = waiting.pop(); next !== undefined && size < SIZE; next = waiting.pop()) {
    const entries = readdirSync(next, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? 1 : -1));
    for (const entry of entries) {
      const file = path.join(next, entry.name);
      if (entry.isDirectory()) waiting.push(file);
      if (!entry.isFile()) continue;
      const bytes = statSync(file).size;
      if (bytes > SIZE / 20 || size >= SIZE) continue;
      picked.push(file.slice(1));
      size += bytes;
    }
  }
  return picked;
}

/** A contender that unpacks into a folder that isn't there; it is removed when the clock stands. */
function intoFolder(target: string, name: string, run: (target: string) => Promise<number>): Contender {
  return { name, run: () => run(target), after: () => rmSync(target, { recursive: true, force: true }) };
}

/** Without and with the manifest of hashes that `umoci repack` wants. */
function umociWays(folder: string): Contender[] {
  const umoci = findTool("umoci");
  if (!umoci) return [];
  const image = path.join(folder, "image");
  const run = (...args: string[]) => execFileSync(umoci, args, { stdio: "pipe" });
  run("init", "--layout", image);
  run("new", "--image", `${image}:layer`);
  run("raw", "add-layer", "--image", `${image}:layer`, path.join(folder, "layer.tar"));
  return [["raw", "unpack"], ["unpack"]].map((words) =>
    intoFolder(path.join(folder, `umoci-${words.length}`), `umoci ${words.join(" ")}`, (target) =>
      command("", [umoci, ...words, "--image", `${image}:layer`, target]).run(),
    ),
  );
}
