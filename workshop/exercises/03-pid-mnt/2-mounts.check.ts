import { claimNamespace, mountsOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = (world) =>
  world.container([], "", (inside) => {
    claimNamespace(world, inside, "mnt");
    const shared = mountsOf(inside.pid).filter(({ tags }) => tags.includes("shared:"));
    world.claim(
      "no mount reaches the host",
      shared.length === 0,
      () =>
        `${shared.length} mounts of your process are linked to the host's: ${shared[0]?.place} is ${shared[0]?.tags} in /proc/${inside.pid}/mountinfo and in PID 1's. What is mounted below it here comes up there.`,
    );
  });

export default check;
