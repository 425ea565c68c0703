/**
 * How one would unpack a layer without thinking of anything bad: a tar library, and paths that are put together. The tests
 * of hostile archives run it to see that each of them would do harm.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { extract } from "tar-stream";

export async function unpackNaively(archive: Buffer, folder: string): Promise<void> {
  mkdirSync(folder);
  for await (const stream of Readable.from([archive]).pipe(extract())) {
    const { name, type, linkname, mode, mtime, devmajor, devminor } = stream.header;
    const target = path.resolve(folder, name);
    const content = await buffer(stream);
    const base = path.basename(target);
    mkdirSync(path.dirname(target), { recursive: true });
    if (base.startsWith(".wh.")) {
      rmSync(path.join(path.dirname(target), base.slice(4)), { recursive: true, force: true });
      continue;
    }
    if (type === "symlink") symlinkSync(linkname ?? "", target);
    else if (type === "link") linkSync(path.resolve(folder, linkname ?? ""), target);
    else if (type === "directory") mkdirSync(target, { recursive: true });
    else if (type === "character-device") spawnSync("mknod", [target, "c", `${devmajor}`, `${devminor}`]);
    else writeFileSync(target, content);
    if (type !== "file" && type !== "directory") continue;
    if (mode !== undefined) chmodSync(target, mode);
    if (mtime) utimesSync(target, mtime, mtime);
  }
}
