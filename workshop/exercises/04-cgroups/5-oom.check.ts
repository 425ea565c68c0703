import { type Check, said } from "../../world.ts";

/** tail keeps its input's last line, which is all of it: 200 MB, if nobody stops it. */
const HUNGRY = "head -c 200000000 /dev/zero | tail -n 1 >/dev/null; exit $?";

const check: Check = async ({ run, claim }) => {
  const limits = ["--memory", "32m", "--memory-swap", "32m"];
  const ended = await run("run", ...limits, "/bin/sh", "-c", HUNGRY);
  claim("a process above the limit is killed", ended.status === 137, () => said(ended));
  claim(
    "and the user is told why",
    /^error: out of memory/m.test(ended.stderr),
    () =>
      `A process of the container ended with status 137, which is 128 + SIGKILL, and nobody told why: 'tail' can't know. ${said(ended)}`,
  );
};

export default check;
