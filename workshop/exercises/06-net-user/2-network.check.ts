import { claimNamespace, linksOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = (world) =>
  world.container(["--network", "none"], "", (inside) => {
    claimNamespace(world, inside, "net");
    const links = linksOf(inside.pid);
    world.claim("with nothing but a loopback", links.join() === "lo", () => `It has ${links.join(", ")}.`);
  });

export default check;
