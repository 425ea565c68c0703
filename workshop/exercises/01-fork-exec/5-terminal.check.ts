import { readlinkSync } from "node:fs";
import { statOf } from "../../kernel.ts";
import type { Check } from "../../world.ts";

const check: Check = ({ container, claim }) =>
  container(["--tty"], "", ({ pid }) => {
    const input = readlinkSync(`/proc/${pid}/fd/0`);
    claim(
      "with --tty the command has a pseudo-terminal",
      input.startsWith("/dev/pts/"),
      () => `fd 0 of your process ${pid} is ${input}: no terminal.`,
    );
    claim(
      "which controls its session",
      statOf(pid).terminal !== 0,
      () =>
        `fd 0 of your process is ${input}, but tty_nr in /proc/${pid}/stat is 0: no terminal controls its session, so no key becomes a signal.`,
    );
  });

export default check;
