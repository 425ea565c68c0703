import type { Check } from "../../world.ts";

const check: Check = ({ container, claim }) =>
  container(
    [],
    "echo hello",
    ({ output }) =>
      claim(
        "the command runs as the runtime's child",
        output === "hello\n",
        () => `It printed ${JSON.stringify(output)}.`,
      ),
    () => "A child was cloned, and its list ended before an execve: it was never another program than Node.",
  );

export default check;
