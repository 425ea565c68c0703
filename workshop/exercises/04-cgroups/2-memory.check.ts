import { claimLimit } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = (world) =>
  world.container(["--memory", "64m", "--memory-swap", "-1"], "", (inside) =>
    claimLimit(world, inside, "memory", {
      "memory.max": `${64 * 1024 ** 2}`,
      "memory.limit_in_bytes": `${64 * 1024 ** 2}`,
    }),
  );

export default check;
