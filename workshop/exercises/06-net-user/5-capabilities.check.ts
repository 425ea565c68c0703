import { statusOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

/** Docker's 14. */
const DEFAULT = "00000000a80425fb";

const check: Check = ({ container, claim }) =>
  container([], "", ({ pid }) => {
    const bounding = statusOf(pid, "CapBnd");
    const count = BigInt(`0x${bounding}`).toString(2).replaceAll("0", "").length;
    claim(
      "14 capabilities are left",
      bounding === DEFAULT,
      () =>
        `CapBnd in /proc/${pid}/status is ${bounding}: ${count} capabilities are within reach of its root. Docker leaves 14: ${DEFAULT}.`,
    );
  });

export default check;
