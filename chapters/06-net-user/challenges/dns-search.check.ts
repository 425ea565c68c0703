import { challenge } from "../../../test/challenge.ts";

await challenge("06-net-user", async (command) => {
  const flags = ["--dns", "192.0.2.53", "--dns-search", "example.org", "--dns-search", "example.net"];
  const { stdout, stderr } = await command(...flags, "cat", "/etc/resolv.conf");
  const lines = stdout.split("\n");
  if (!lines.includes("search example.org example.net"))
    throw new Error(`resolv.conf has no line "search example.org example.net": ${stdout}${stderr}`);
  if (!lines.includes("nameserver 192.0.2.53")) throw new Error(`--dns isn't heeded any more: ${stdout}`);
  if (lines.filter((line) => line.startsWith("search")).length > 1)
    throw new Error(`a second line with search makes the first one void: ${stdout}`);
});
