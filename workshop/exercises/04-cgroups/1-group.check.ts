import { readFileSync } from "node:fs";
import { groupOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = ({ container, claim }) =>
  container([], "", ({ pid }) => {
    claim(
      "the command is in a group of its own",
      groupOf(pid, "memory").includes("/ft-docker-"),
      () =>
        `Your process is where your shell is. /proc/${pid}/cgroup says:\n${readFileSync(`/proc/${pid}/cgroup`, "latin1").trim()}`,
    );
  });

export default check;
