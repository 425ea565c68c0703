/** A tree with one of everything that a layer may have, and how two trees are compared. */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { tempDir } from "./harness.ts";

/** A tree with one of everything. */
export function makeTree(): string {
  const folder = path.join(tempDir(), "tree");
  const script = `
    mkdir -p "$1/dir/sub" && cd "$1"
    echo hello > plain; chmod 640 plain; chown 12:34 plain; touch -d @1000000000.123456789 plain
    echo suid > suid; chown 0:5 suid; chmod 6755 suid
    mkdir sticky; chmod 1777 sticky; mkdir setgid; chgrp 7 setgid; chmod 2775 setgid; echo x > setgid/own
    mkdir closed; echo x > closed/file; chmod 0 closed; chown 3000000:3000000 closed
    ln -s ../some/where dir/link; chown -h 9:9 dir/link; touch -h -d @5 dir/link
    ln plain dir/hard; ln dir/link dir/hardlink
    mknod null c 1 3; chmod 666 null; mknod disk b 300 70000; mkfifo pipe; chmod 622 pipe
    touch "dir/$(printf 'control\\001\\033 \\377bytes')" "with space" "größe"
    long=$(printf 'n%.0s' $(seq 180)); mkdir -p "$long/$long"; echo long > "$long/$long/$long"; ln -s "$long/$long" longlink
    printf x | dd of=sparse bs=1 seek=5000000 2>/dev/null; dd if=/dev/urandom of=sparse bs=4096 seek=100 count=3 conv=notrunc 2>/dev/null
    truncate -s 6000000 sparse; truncate -s 100000 hole; : > empty
    touch -d @-86400.5 before; touch -d @99999999999 dir/after
    touch -d '2001-02-03 04:05:06' dir/sub . dir closed sticky setgid`;
  execFileSync("/bin/sh", ["-euc", script, "sh", folder]);
  return folder;
}

/** Everything that find(1) can tell of a tree; a directory's size and time of access are no part of it. */
export function listing(folder: string): string[] {
  const format = "%P\\0%y %m %U %G %T@ %n %l\\0%s %b\\n";
  const output = execFileSync("find", [folder, "-printf", format], { encoding: "latin1" });
  const lines = output.split("\n").map((line) => {
    const [name, rest, size] = line.split("\0");
    return rest?.startsWith("d") ? `${name} ${rest}` : `${name} ${rest} ${size?.split(" ")[0]}`;
  });
  return lines.sort();
}

/** All extended attributes of all files. */
export const xattrs = (folder: string): string =>
  execFileSync("getfattr", ["-R", "-h", "-d", "-m", "-", "-e", "hex", "."], {
    cwd: folder,
    encoding: "latin1",
  });
