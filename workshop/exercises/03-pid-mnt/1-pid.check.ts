import { claimNamespace, statusOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = (world) =>
  world.container([], "echo $$", (inside) => {
    claimNamespace(world, inside, "pid");
    world.claim(
      "the command is its PID 1",
      inside.output === "1\n",
      () =>
        `Inside, the shell's $$ is ${inside.output.trim()}; NSpid in /proc/${inside.pid}/status is ${statusOf(inside.pid, "NSpid")}: its number in each namespace that it is in.`,
    );
  });

export default check;
