import { challenge, same } from "../../../test/challenge.ts";

await challenge("06-net-user", async (command) => {
  const { stdout, stderr } = await command(
    "-u",
    "1000:1000",
    "--group-add",
    "44",
    "--group-add",
    "2000",
    "id",
    "-G",
  );
  same(stdout + stderr, "1000 44 2000\n", "run -u 1000:1000 --group-add 44 --group-add 2000 id -G");
  const named = await command("--group-add", "root", "-u", "1000:1000", "id", "-G");
  same(named.stdout + named.stderr, "1000 0\n", "run --group-add root -u 1000:1000 id -G");
  const { status } = await command("--group-add", "nobody-has-it", "true");
  same(`${status}`, "125", "the status of run --group-add nobody-has-it");
});
