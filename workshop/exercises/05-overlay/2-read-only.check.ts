import { mountsOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = ({ container, claim }) =>
  container(["--read-only"], "if echo x >/tried; then echo written; fi 2>/dev/null", ({ pid, output }) => {
    const root = mountsOf(pid).find(({ place }) => place === "/");
    claim(
      "with --read-only nothing can be written to /",
      !output.includes("written"),
      () => `/ is mounted ${root?.options.join(",")} in /proc/${pid}/mountinfo, and 'echo x >/tried' worked.`,
    );
  });

export default check;
