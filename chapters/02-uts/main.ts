/** Chapter 02: `main.ts run [flags] [--] COMMAND [ARG…]`. */
import { type Command, main } from "../../common/cli.ts";
import { commandOf, RUN_FLAGS, requireRoot, run, runOptions } from "../../common/run.ts";
import { container } from "./container.ts";
import { checkHostname, randomHostname } from "./hostname.ts";

const environment = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);

const runCommand: Command = {
  usage: "[flags] [--] COMMAND [ARG…]",
  help: "run a command with a host name and message queues of its own",
  flags: {
    ...RUN_FLAGS,
    hostname: { value: "NAME", help: "the container's host name (default: a random id)" },
  },
  run(values, words) {
    const options = runOptions(values);
    const hostname = checkHostname(values.hostname?.[0] ?? randomHostname());
    const program = container({ command: commandOf(words), tty: options.tty, environment, hostname });
    requireRoot(options);
    return run(program, options);
  },
};

await main("FT_DOCKER, chapter 02: a host name of its own", { run: runCommand });
