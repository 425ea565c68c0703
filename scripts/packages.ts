/** The Debian packages that the tests use. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { say } from "../common/cli.ts";
import { isRoot } from "./root.ts";

export interface Package {
  /** A command, or a file by its path, that is there where the package is installed. */
  readonly has: string;
  readonly why: string;
}

export type Packages = Readonly<Record<string, Package>>;

export const PACKAGES: Packages = {
  "util-linux": { has: "unshare", why: "namespaces and terminals made by somebody else than us" },
  bsdutils: { has: "script", why: "a terminal for the tests of interactive runs" },
  procps: { has: "ps", why: "looking at processes from inside a container" },
  iproute2: { has: "ip", why: "looking at links" },
  "iputils-ping": { has: "ping", why: "asking who is there in a network" },
  nftables: { has: "nft", why: "looking at a network's rules" },
  socat: { has: "socat", why: "servers and clients in a network" },
  gcc: { has: "gcc", why: "recompiling the launcher" },
  "libc6-dev": { has: "/usr/include/stdio.h", why: "the launcher's test harness" },
  "gcc-aarch64-linux-gnu": { has: "aarch64-linux-gnu-gcc", why: "recompiling the launcher for arm64" },
  "libc6-dev-arm64-cross": {
    has: "/usr/aarch64-linux-gnu/include/stdio.h",
    why: "the launcher's test harness for arm64",
  },
  "qemu-user": { has: "qemu-aarch64", why: "running the arm64 launcher" },
  "linux-libc-dev-armhf-cross": {
    has: "/usr/arm-linux-gnueabihf/include/asm/unistd.h",
    why: "the numbers of 32-bit ARM's syscalls",
  },
  "python3-seccomp": {
    has: "/usr/share/doc/python3-seccomp/copyright",
    why: "seccomp filters made by somebody else than us",
  },
  "golang-github-containers-common": {
    has: "/usr/share/containers/seccomp.json",
    why: "a seccomp profile written by somebody else than us",
  },
  "perl-base": { has: "perl", why: "trying forbidden syscalls" },
  attr: { has: "getfattr", why: "comparing extended attributes" },
  e2fsprogs: { has: "chattr", why: "files that can't be changed" },
  zstd: { has: "zstd", why: "layers in zstd" },
  "docker-registry": { has: "docker-registry", why: "a registry to pull images from" },
  skopeo: { has: "skopeo", why: "pushing images, and reading and writing archives of them" },
  umoci: { has: "umoci", why: "unpacking images as somebody else than us" },
  podman: { has: "podman", why: "loading and saving images as somebody else than us" },
  openssl: { has: "openssl", why: "a certificate that nobody trusts" },
  chromium: { has: "chromium", why: "looking at the site as a reader's browser does" },
  zsh: { has: "zsh", why: "completing words in it" },
  fish: { has: "fish", why: "completing words in it" },
  uidmap: { has: "newuidmap", why: "ranges of ids for an ordinary user's containers" },
  mmdebstrap: { has: "mmdebstrap", why: "a fresh Debian, to provision it" },
  vagrant: { has: "vagrant", why: "validating the Vagrantfile" },
  passt: { has: "pasta", why: "a network for an ordinary user's containers" },
  slirp4netns: { has: "slirp4netns", why: "another one" },
  "busybox-static": { has: "busybox", why: "a root filesystem for hosts whose tools can't be copied" },
};

/** The names of those that aren't installed. */
export function missingPackages(packages: Packages): string[] {
  const folders = (process.env.PATH ?? "").split(":");
  return Object.entries(packages)
    .filter(([, { has }]) => !folders.some((folder) => existsSync(path.resolve(folder, has))))
    .map(([name]) => name);
}

/** Installs the Debian packages that are missing, and names them; false where some couldn't be installed. */
export function installPackages(packages: Packages): boolean {
  const names = missingPackages(packages);
  for (const name of names) say(`${name} is missing (${packages[name]?.has}): ${packages[name]?.why}`);
  if (names.length === 0) return true;
  if (!isRoot() || !existsSync("/usr/bin/apt-get")) {
    say(`not installed: ${names.join(" ")}`);
    return false;
  }
  say(`apt-get install ${names.join(" ")}`);
  const apt = (args: string[]) =>
    // Another apt-get may be at work: that one first, for up to 300 s.
    spawnSync("apt-get", ["-o", "DPkg::Lock::Timeout=300", ...args], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status;
  apt(["update"]);
  if (apt(["install", "--yes", "--no-install-recommends", ...names]) === 0) return true;
  say("apt-get couldn't install them all");
  return false;
}
