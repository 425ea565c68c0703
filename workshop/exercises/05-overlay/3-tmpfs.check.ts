import { mountsOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = ({ container, claim }) =>
  container(["--tmpfs", "/scratch:size=1m"], "", ({ pid }) => {
    const scratch = mountsOf(pid).find(({ place }) => place === "/scratch");
    claim(
      "/scratch is in memory",
      scratch?.type === "tmpfs",
      () => `Nothing is mounted on /scratch: what is written there is in the upper directory, on the disk.`,
    );
    const missing = ["nosuid", "nodev", "noexec"].filter((each) => !scratch?.options.includes(each));
    claim(
      "without programs or devices",
      missing.length === 0,
      () => `It is mounted ${scratch?.options.join(",")}: ${missing.join(" and ")} is missing.`,
    );
  });

export default check;
