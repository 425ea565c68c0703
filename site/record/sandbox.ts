/**
 * Where recordings are made: in UTS, IPC, PID and mount namespaces of their own, so that a breakout breaks out into nothing,
 * and so that every machine shows the same: its name, the folder of the repository, an empty /var/lib and /run.
 */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { repo } from "../chapters.ts";

/** The repository's place in there. */
const PLACE = "/srv/ft-docker";
const BIN = "/run/recording";
const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: `${BIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: "/root",
  TERM: "xterm",
  LANG: "C.UTF-8",
  SHELL: "/bin/sh",
};

/** How many processes the "host" has besides: an empty machine would be no example. */
const OTHERS = 24;
/** PIDs have four digits then, whatever has run before. */
const FIRST_PID = 4000;

/** The command that runs `node SCRIPT ARGS…` in there, as root. */
export function sandboxed(script: string, args: readonly string[]): string[] {
  const prelude = `
set -e
mount --bind '${repo}' /mnt
for folder in /srv /var/lib /run; do mount -t tmpfs tmpfs $folder; done
mkdir ${PLACE}
mount --move /mnt ${PLACE}
hostname laptop
printf '%s\\n' 'root:x:0:0:root:/root:/bin/sh' 'you:x:1000:1000:you:/home/you:/bin/sh' > /run/passwd
mount --bind /run/passwd /etc/passwd
echo ${FIRST_PID} > /proc/sys/kernel/ns_last_pid
cd ${PLACE}
for i in $(seq ${OTHERS}); do sleep infinity & done
"$@"`;
  const environment = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  return [
    ...["unshare", "--uts", "--ipc", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"],
    ...["--propagation", "private", "sh", "-c", prelude, "sh"],
    ...["env", "-i", ...environment, process.execPath, "--import", "tsx", script, ...args],
  ];
}

/** The commands that aren't the host's own; to be called in there. */
export function makeCommands(): void {
  mkdirSync(BIN, { recursive: true });
  const script = (name: string, body: string) => {
    writeFileSync(`${BIN}/${name}`, `#!/bin/sh\n${body}\n`);
    chmodSync(`${BIN}/${name}`, 0o755);
  };
  // Who records is root already; and npx would look for its network.
  script("sudo", 'exec "$@"');
  script("npx", `shift; exec '${process.execPath}' --import tsx "$@"`);
  script("node", `exec '${process.execPath}' "$@"`);
}
