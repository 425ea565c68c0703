/** A fresh Debian in a folder, and commands in it: in mount, PID and, without a network, network namespaces of their own. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { assert, type Result, repo, run, tempDir } from "./harness.ts";

export interface Debian {
  readonly folder: string;
  /** Runs a shell script as its root, in an environment that has `env` alone. */
  run(
    script: string,
    options?: { network?: boolean; env?: Readonly<Record<string, string>> },
  ): Promise<Result>;
}

/** What the new mount namespace gets before the root is changed. The host's mounts are only seen there, never changed. */
const ENTER = `
  root=$1; shift
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount --rbind /sys "$root/sys"
  ip link set lo up 2>/dev/null || true
  exec chroot "$root" "$@"`;

/** By mmdebstrap, from the mirror that it takes by default; some 15 s. */
export async function makeDebian(suite: string): Promise<Debian> {
  const folder = path.join(tempDir(), "root");
  const made = await run([
    "mmdebstrap",
    "--quiet",
    "--variant=apt",
    "--mode=root",
    "--include=passwd",
    "--dpkgopt=force-unsafe-io",
    suite,
    folder,
  ]);
  assert.is(made.status, 0, made.stderr);
  writeFileSync(path.join(folder, "etc/resolv.conf"), readFileSync("/etc/resolv.conf"));
  return {
    folder,
    run: (script, { network = false, env = {} } = {}) => {
      const namespaces = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"];
      const variables = Object.entries({
        HOME: "/root",
        PATH: "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ...env,
      });
      return run([
        ...["unshare", ...namespaces, ...(network ? [] : ["--net"]), "/bin/sh", "-ec", ENTER, "sh", folder],
        ...["env", "-i", ...variables.map(([name, value]) => `${name}=${value}`), "/bin/sh", "-ec", script],
      ]);
    },
  };
}

/** This repository's files, as git knows them, without what is built. */
export function copyRepo(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const script = `git ls-files -z --cached --others --exclude-standard -- . ':!node_modules' | tar -c --null --files-from=- | tar -x -C "$1"`;
  const { status, stderr } = spawnSync("/bin/sh", ["-ec", script, "sh", folder], { cwd: repo });
  assert.is(status, 0, `${stderr}`);
}

/** How this machine reaches registries: the variables that provision.sh takes over, and a file of its own certificates. */
export function network(debian: Debian): Record<string, string> {
  const names = ["http_proxy", "https_proxy", "no_proxy", "npm_config_registry"];
  const set = names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  const own = "/usr/local/share/ca-certificates";
  const certificates = readdirSync(own).map((name) => readFileSync(path.join(own, name), "utf8"));
  if (certificates.length > 0) {
    writeFileSync(path.join(debian.folder, "ca.pem"), certificates.join("\n"));
    set.push(["FT_DOCKER_CA", "/ca.pem"]);
  }
  return Object.fromEntries(set);
}
