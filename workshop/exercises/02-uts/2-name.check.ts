import { hostname } from "node:os";
import type { Check } from "../../world.ts";

const check: Check = async ({ container, claim }) => {
  const before = hostname();
  await container(["--hostname", "box"], "uname -n", ({ output }) => {
    const name = output.trim();
    claim(
      "--hostname is the name inside",
      name === "box",
      () =>
        `Inside, uname says "${name}"${name === before ? ", which is the host's name: the namespace is new, and began as a copy" : ""}.`,
    );
    claim(
      "the host keeps its name",
      hostname() === before,
      () => `The host was "${before}", and is "${hostname()}" now.`,
    );
  });
};

export default check;
