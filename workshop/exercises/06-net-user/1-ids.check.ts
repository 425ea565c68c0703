import { readFileSync } from "node:fs";
import { claimNamespace, statusOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = (world) =>
  world.container(["--network", "host"], "id -u", (inside) => {
    const { pid } = inside;
    claimNamespace(world, inside, "user");
    const map = readFileSync(`/proc/${pid}/uid_map`, "latin1").trim().split(/\s+/);
    world.claim(
      "its root is nobody on the host",
      Number(map[1]) > 0,
      () =>
        `/proc/${pid}/uid_map says "${map.join(" ")}": the container's 0 is the host's ${map[1] ?? "nobody"}.`,
    );
    world.claim(
      "inside it is root",
      inside.output === "0\n",
      () =>
        `Inside, 'id -u' says ${inside.output.trim()}; on the host it is ${statusOf(pid, "Uid").split(/\s+/)[0]}.`,
    );
  });

export default check;
