import { claimNamespace } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = (world) => world.container([], "", (inside) => claimNamespace(world, inside, "ipc"));

export default check;
