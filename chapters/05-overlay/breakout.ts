/**
 * What a layer can do to whoever unpacks it: it is an archive from a stranger, and root unpacks it. Each of these layers wants
 * to change a file outside of its folder. A naive program, a tar library and joined paths, lets all of them; images/unpack.ts none.
 */
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { extract, type Header, pack } from "tar-stream";
import { report } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { digestOf } from "../../images/digest.ts";
import { unpackLayer } from "../../images/unpack.ts";
import { isRoot } from "../../scripts/root.ts";

// #region layers
const OURS = "root::0:0::/:/bin/sh\n";

type Entry = Partial<Header> & { readonly name: string; readonly content?: string };

/** `outside` is the folder that they want to reach, beside the one in which they are unpacked. */
export const LAYERS: Readonly<Record<string, (outside: string) => Entry[]>> = {
  "a name with .. in it": () => [{ name: "../outside/passwd", content: OURS }],
  "a symlink, and a file through it": (outside) => [
    { name: "out", type: "symlink", linkname: outside },
    { name: "out/passwd", content: OURS },
  ],
  "a hard link, and a file of the same name": () => [
    { name: "passwd", type: "link", linkname: "../outside/passwd" },
    { name: "passwd", content: OURS },
  ],
  "a symlink that would be right in a container": (outside) => [
    { name: `.${outside}/`, type: "directory" },
    { name: "out", type: "symlink", linkname: outside },
    { name: "out/passwd", content: OURS },
  ],
};
// #endregion layers

// #region naive
/** How one would do it without thinking of anything bad. */
async function naive(archive: Buffer, folder: string): Promise<void> {
  mkdirSync(folder);
  for await (const entry of Readable.from([archive]).pipe(extract())) {
    const { name, type, linkname } = entry.header;
    const file = path.join(folder, name);
    const content = await buffer(entry);
    if (type === "directory") mkdirSync(file, { recursive: true });
    else if (type === "symlink") symlinkSync(linkname ?? "", file);
    else if (type === "link") linkSync(path.join(folder, linkname ?? ""), file);
    else writeFileSync(file, content);
  }
}
// #endregion naive

async function careful(archive: Buffer, folder: string): Promise<void> {
  const limits = { bytes: 1 << 20, entries: 100 };
  await unpackLayer(Readable.from([archive]), folder, {
    diffId: digestOf(archive),
    limits,
    marks: "trusted",
  });
}

export const PROGRAMS = { "a naive program": naive, "images/unpack.ts": careful } as const;

export interface Outcome {
  /** Whether the file outside is another one now. */
  readonly changed: boolean;
  /** What the program says, where it refuses the layer. */
  readonly refused: string | undefined;
}

/** Has the program unpack the layer, in a folder of its own that is removed afterwards. */
export async function attack(program: keyof typeof PROGRAMS, layer: string): Promise<Outcome> {
  const sandbox = mkdtempSync(path.join(os.tmpdir(), "ft-docker-layer-"));
  const outside = path.join(sandbox, "outside");
  const victim = path.join(outside, "passwd");
  try {
    mkdirSync(outside);
    writeFileSync(victim, "the host's own\n");
    const archive = await toTar(LAYERS[layer]?.(outside) ?? []);
    const refused = await PROGRAMS[program](archive, path.join(sandbox, "layer")).then(
      () => undefined,
      (error: Error) => error.message,
    );
    return { changed: readFileSync(victim, "utf8") !== "the host's own\n", refused };
  } finally {
    rmSync(sandbox, { recursive: true });
  }
}

function toTar(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content = "", ...header } of entries) archive.entry(header, content);
  archive.finalize();
  return buffer(archive);
}

async function main(): Promise<number> {
  if (!isRoot())
    throw new UserError("breakout: layers are unpacked by root", {
      hint: "sudo npx tsx chapters/05-overlay/breakout.ts",
    });
  for (const program of Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[]) {
    console.log(`${program}:`);
    for (const layer of Object.keys(LAYERS)) {
      const { changed, refused } = await attack(program, layer);
      console.log(`  ${layer}: ${changed ? "CHANGED a file outside" : (refused ?? "it stays inside")}`);
    }
  }
  return 0;
}

if (import.meta.filename === process.argv[1]) process.exit(await main().catch(report));
