import { existsSync, statSync } from "node:fs";
import { mountsOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

/** The first of them that this kernel has. */
const file =
  ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/interrupts"].find((each) => existsSync(each)) ??
  "/proc/kcore";

const check: Check = ({ container, claim }) =>
  container([], "", ({ pid }) => {
    const seen = statSync(`/proc/${pid}/root${file}`);
    claim(
      `${file} is hidden`,
      seen.isCharacterDevice(),
      () =>
        `${file} in your container is the machine's (${seen.size} bytes, by its own account): it isn't in any namespace.`,
    );
    const settings = mountsOf(pid).find(({ place }) => place === "/proc/sys");
    claim("/proc/sys can't be written to", settings?.options.includes("ro") === true, () =>
      settings
        ? `/proc/sys is mounted ${settings.options.join(",")}.`
        : "/proc/sys is the kernel's own settings, and writable.",
    );
  });

export default check;
