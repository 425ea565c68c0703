import { claimNamespace } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = (world) =>
  world.container([], "cat /proc/self/cgroup", (inside) => {
    claimNamespace(world, inside, "cgroup");
    const above = inside.output.split("\n").find((line) => line.includes("ft-docker-"));
    world.claim(
      "it sees its own group as /",
      above === undefined,
      () =>
        `Inside, /proc/self/cgroup says ${above}: the namespace was made outside of the group, and so its root is above it.`,
    );
  });

export default check;
