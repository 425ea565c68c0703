import { statusOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = ({ container, claim }) =>
  container([], "", ({ pid }) => {
    const mode = statusOf(pid, "Seccomp");
    claim(
      "a filter decides about each syscall",
      mode === "2",
      () =>
        `Seccomp in /proc/${pid}/status is ${mode}, which is no filter: each of the kernel's syscalls is within its reach, with whatever bugs it has.`,
    );
  });

export default check;
