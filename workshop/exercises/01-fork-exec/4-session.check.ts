import { statOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = ({ container, claim }) =>
  container([], "", ({ pid, runtime }) => {
    const { session } = statOf(pid);
    claim(
      "the command leads a session of its own",
      session === pid,
      () =>
        `Your process ${pid} is in the session of your runtime, ${runtime}: a Ctrl-C reaches both, and the runtime forwards its own, so the command gets two.`,
    );
  });

export default check;
