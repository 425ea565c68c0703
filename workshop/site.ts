/** `node --import tsx workshop/site.ts ADDRESS PORT`: shows the built site; provision.sh makes a service of it. */
import path from "node:path";
import { report, say } from "../common/cli.ts";
import { serve } from "../site/server.ts";

const dist = path.join(import.meta.dirname, "../site/dist");

async function main([host = "127.0.0.1", port = "8000"]: readonly string[]): Promise<void> {
  const { address } = await serve(dist, Number(port), false, host);
  say(address);
}

await main(process.argv.slice(2)).catch(report);
