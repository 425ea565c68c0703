/** Chapter 01: `main.ts run [flags] [--] COMMAND [ARG…]`. */
import { type Command, main } from "../../common/cli.ts";
import { commandOf, RUN_FLAGS, run, runOptions } from "../../common/run.ts";
import { container } from "./container.ts";

const environment = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);

const runCommand: Command = {
  usage: "[flags] [--] COMMAND [ARG…]",
  help: "run a command as a child of its own",
  flags: RUN_FLAGS,
  run(values, words) {
    const options = runOptions(values);
    const program = container({ command: commandOf(words), tty: options.tty, environment });
    return run(program, options);
  },
};

await main("FT_DOCKER, chapter 01: fork and exec", { run: runCommand });
