import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { home } from "../../../common/home.ts";
import { builtinRootfs } from "../../../common/rootfs.ts";
import { mountsOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

/** The layer is shared by all checks. */
const name = `written-${randomBytes(3).toString("hex")}`;

const check: Check = async ({ container, claim }) => {
  const shared = path.join(await builtinRootfs(home()), name);
  try {
    await container([], `echo mine >/${name}`, ({ pid }) => {
      const root = mountsOf(pid).find(({ place }) => place === "/");
      claim(
        "what it writes isn't in the layer that all share",
        !existsSync(shared),
        () =>
          `/ of your container is ${root?.type}, the shared root filesystem itself: the /${name} that it made is ${shared} now, in every other container too.`,
      );
      claim(
        "the root is an overlay",
        root?.type === "overlay",
        () => `/ of your container is ${root?.type}.`,
      );
      const containers = path.join(home(), "containers");
      const uppers = readdirSync(containers).map((id) => path.join(containers, id, "upper"));
      claim(
        "what it writes is in its upper directory",
        uppers.some((upper) => existsSync(path.join(upper, name))),
        () => `There is no ${name} in ${uppers.join(", ")}.`,
      );
    });
  } finally {
    rmSync(shared, { force: true });
  }
};

export default check;
