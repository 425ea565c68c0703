import { challenge } from "../../../test/challenge.ts";

await challenge("04-cgroups", async (command) => {
  const script = "for i in 1 2 3 4 5 6 7 8; do sleep 1 & done";
  const said = async (limit: string) => {
    const { stderr } = await command("--pids-limit", limit, "sh", "-c", script);
    return stderr.split("\n").find((line) => line.startsWith("error: out of processes"));
  };
  const refused = await said("4");
  if (!refused)
    throw new Error("run --pids-limit 4 doesn't say 'error: out of processes…' when a fork failed");
  if (!/\b4\b/.test(refused)) throw new Error(`it doesn't name the limit: ${refused}`);
  const enough = await said("40");
  if (enough) throw new Error(`run --pids-limit 40, where no fork failed, says: ${enough}`);
});
