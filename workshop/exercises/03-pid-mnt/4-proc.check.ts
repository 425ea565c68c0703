import { readdirSync } from "node:fs";
import { mountsOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = ({ container, claim }) =>
  container([], "", ({ pid }) => {
    const proc = mountsOf(pid).find(({ place }) => place === "/proc");
    const files = () => readdirSync(`/proc/${pid}/root/proc`);
    claim("a proc is mounted on /proc", proc?.type === "proc", () =>
      proc
        ? `A ${proc.type} is mounted on /proc.`
        : `/proc is a directory with ${files().length} files in it, and no mount: 'ps' has nothing to read.`,
    );
    const processes = files().filter((name) => /^\d+$/.test(name));
    claim(
      "which shows the container's processes alone",
      processes.join() === "1",
      () =>
        `/proc shows the processes ${processes.slice(0, 8).join(", ")}: it was mounted for another PID namespace.`,
    );
    claim(
      "/dev and /sys are there",
      ["/dev", "/sys"].every((each) => mountsOf(pid).some(({ place }) => place === each)),
      () =>
        `These are mounted: ${mountsOf(pid)
          .map(({ place }) => place)
          .join(", ")}.`,
    );
  });

export default check;
