/** The Debian packages that the tests use. */
interface Package {
  /** A command, or a file by its path, that is there where the package is installed. */
  readonly has: string;
  readonly why: string;
}

export const PACKAGES: Readonly<Record<string, Package>> = {
  "util-linux": { has: "unshare", why: "namespaces and terminals made by somebody else than us" },
  bsdutils: { has: "script", why: "a terminal for the tests of interactive runs" },
  procps: { has: "ps", why: "looking at processes from inside a container" },
  iproute2: { has: "ip", why: "looking at links" },
  gcc: { has: "gcc", why: "recompiling the launcher" },
  "libc6-dev": { has: "/usr/include/stdio.h", why: "the launcher's test harness" },
  "gcc-aarch64-linux-gnu": { has: "aarch64-linux-gnu-gcc", why: "recompiling the launcher for arm64" },
  "libc6-dev-arm64-cross": {
    has: "/usr/aarch64-linux-gnu/include/stdio.h",
    why: "the launcher's test harness for arm64",
  },
  "qemu-user": { has: "qemu-aarch64", why: "running the arm64 launcher" },
  "busybox-static": { has: "busybox", why: "a root filesystem for hosts whose tools can't be copied" },
};
