import { statusOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = ({ container, claim }) =>
  container([], "", ({ pid }) => {
    const blocked = statusOf(pid, "SigBlk");
    claim(
      "no signal is blocked in the command",
      /^0+$/.test(blocked),
      () =>
        `SigBlk in /proc/${pid}/status is ${blocked}, a bit for each signal: no Ctrl-C and no TERM reaches your process.`,
    );
  });

export default check;
