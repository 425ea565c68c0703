import { claimLimit } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = (world) =>
  world.container(["--cpus", "0.5"], "", (inside) =>
    claimLimit(world, inside, "cpu", { "cpu.max": "50000 100000", "cpu.cfs_quota_us": "50000" }),
  );

export default check;
