/** `npm run workshop -- serve [PORT]`: the book, the exercise and a terminal in a browser, until it is interrupted. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { say } from "../../common/cli.ts";
import { UserError } from "../../common/errors.ts";
import { foreground, node } from "../../scripts/root.ts";
import { repo } from "../mine.ts";
import { show } from "../print.ts";
import { pageFiles } from "./page.ts";
import { openWorkshop, type Workshop } from "./server.ts";

const PORT = 8010;

/** The token stands behind the "#": browsers keep that to themselves, and send it nowhere. */
export async function serve([word]: readonly string[]): Promise<number> {
  const port = Number(word ?? PORT);
  if (!(Number.isInteger(port) && port >= 0 && port < 65536))
    throw new UserError(`serve ${word}: not a port`, { hint: `npm run workshop -- serve ${PORT}` });
  if (!existsSync(path.join(repo, "site/dist/index.html"))) {
    say("building the book, once …");
    if ((await foreground(node(path.join(repo, "site/build.ts"), []))) !== 0) return 1;
  }
  const token = randomBytes(16).toString("hex");
  const workshop = await open(port, token);
  show(`http://127.0.0.1:${workshop.port}/#${token}`);
  show("Open this address in a browser on this machine: whoever has it has your shell. Ctrl-C ends it.");
  await new Promise<void>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => resolve());
  });
  await workshop.close();
  return 0;
}

async function open(port: number, token: string): Promise<Workshop> {
  try {
    return await openWorkshop(await pageFiles(), port, token);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new UserError(`serve: port ${port} is in use`, {
      hint: "npm run workshop -- serve 0 takes any that is free",
    });
  }
}
