import { linksOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = ({ container, claim }) =>
  container(
    [],
    "",
    ({ pid }) => {
      claim(
        "the container has an eth0",
        linksOf(pid).includes("eth0"),
        () =>
          `The links in its network: ${linksOf(pid).join(", ")}. The host's: ${linksOf(1).join(", ")}. No cable leads from one to the other.`,
      );
    },
    () => "Is the other end of the pair in the container's network, or has it stayed in the host's?",
  );

export default check;
