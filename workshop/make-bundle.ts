/** `npm run workshop -- bundle DIRECTORY`: fills a USB stick for a room without a network; see bundle.ts. */
import path from "node:path";
import { parseArgs } from "node:util";
import { report, say } from "../common/cli.ts";
import { UserError } from "../common/errors.ts";
import { ARCHITECTURES, bundle } from "./bundle.ts";

async function main(argv: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...argv], allowPositionals: true });
  const [directory] = positionals;
  if (!directory || positionals.length > 1)
    throw new UserError("bundle: which directory?", { hint: "npm run workshop -- bundle DIRECTORY" });
  await bundle(path.resolve(directory), ARCHITECTURES);
  say(`on each machine: sh ${path.join(directory, "install.sh")}`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch(report);
