import { readdirSync, statSync } from "node:fs";
import { mountsOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = ({ container, claim }) =>
  container([], "", ({ pid }) => {
    const [own, hosts] = [statSync(`/proc/${pid}/root/`), statSync("/")];
    const same = own.ino === hosts.ino && own.dev === hosts.dev;
    claim(
      "the root isn't the host's",
      !same,
      () =>
        `/proc/${pid}/root is the host's own "/" (inode ${own.ino}), with ${readdirSync("/home").length} directories in /home: what your process deletes is gone from the host.`,
    );
    const roots = mountsOf(pid).filter(({ place }) => place === "/");
    claim(
      "the old root is gone",
      roots.length === 1,
      () =>
        `${roots.length} mounts are stacked on "/" in /proc/${pid}/mountinfo: the host's root is still below yours, and with it ${mountsOf(pid).length - 1} mounts.`,
    );
  });

export default check;
